"""What a public copy has said of a month stands: a later one that counted it anew would give away, by the difference
of the two, a single contact that was written down late."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.disclosure import Balance, settle
from domain.statistics import Days
from services.reporting.measured import Distribution, Group

FLOWS = "flows"
_BALANCE = ("start", "new", "ended", "end")


@dataclass(frozen=True, slots=True)
class PublishedMonth:
    """The exact figures from which a public copy was made: table, group, how many. Sealed with the copy."""

    first: date
    last: date
    figures: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Published:
    """The months of some spans of days as they were published first; of the others nothing."""

    spans: Sequence[Days]
    months: Sequence[dict[str, dict[str, int]]]

    @classmethod
    def of(cls, spans: Sequence[Days], copies: Iterable[Sequence[PublishedMonth]]) -> Published:
        """copies: the months of each public copy, in the order in which they were published."""
        first: dict[tuple[date, date], PublishedMonth] = {}
        for copy in copies:
            for month in copy:
                first.setdefault((month.first, month.last), month)
        found = [first.get((span.first, span.last)) for span in spans]
        return cls(spans, [_by_table(month.figures) if month else {} for month in found])

    def applied(self, distribution: Distribution) -> Distribution:
        """With the published figures in their places. A table that was not in a copy yet is counted as it is now."""
        said = [month.get(distribution.key) for month in self.months]
        known = {group.key for group in distribution.groups}
        gone = {key: None for figures in said for key in figures or {} if key not in known}
        zero = (0,) * len(self.spans)
        groups = [*distribution.groups, *(Group(key, key, zero) for key in gone)]
        return replace(
            distribution,
            groups=tuple(
                replace(
                    group,
                    values=tuple(
                        value if figures is None else figures.get(group.key, 0)
                        for value, figures in zip(group.values, said, strict=True)
                    ),
                )
                for group in groups
            ),
        )

    def settled(self, live: Sequence[Balance]) -> list[Balance]:
        published = {
            place: Balance(*(month[FLOWS][name] for name in _BALANCE))
            for place, month in enumerate(self.months)
            if FLOWS in month
        }
        adjoins = [place > 0 and self._adjoin(place) for place in range(len(self.spans))]
        return settle(live, published, adjoins)

    def _adjoin(self, place: int) -> bool:
        return (self.spans[place].first - self.spans[place - 1].last).days == 1


def publish(
    spans: Sequence[Days], distributions: Sequence[Distribution], balances: Sequence[Balance]
) -> tuple[PublishedMonth, ...]:
    """What this copy says of its months; `balances` empty: it says nothing of clients."""
    months = []
    for place, span in enumerate(spans):
        figures = [(table.key, group.key, group.values[place]) for table in distributions for group in table.groups]
        figures += [(FLOWS, name, getattr(each, name)) for each in balances[place : place + 1] for name in _BALANCE]
        months.append(PublishedMonth(span.first, span.last, tuple(figures)))
    return tuple(months)


def _by_table(figures: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for table, group, value in figures:
        found.setdefault(table, {})[group] = value
    return found
