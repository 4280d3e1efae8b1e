"""Median and 90th percentile out of a histogram that is one unit wide: exact, and without anybody's row."""

from __future__ import annotations

from collections.abc import Sequence


def quantile(histogram: Sequence[tuple[int, int]], share: float) -> int | None:
    """The smallest value that at least this share of all lies at or below; None of nothing.

    histogram: (value, how many), ascending by value. share: 0..1.
    """
    whole = sum(many for _, many in histogram)
    needed, seen = share * whole, 0
    for value, many in histogram:
        seen += many
        if many and seen >= needed:
            return value
    return None
