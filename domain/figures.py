"""Figures as they are written in Việt Nam: 1.840; 87,99%; 1 giờ 05 phút is left to the texts."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_HUNDREDTH = Decimal("0.01")


def percent(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent points with two decimals, half a hundredth upwards; None when there is no whole."""
    if whole == 0:
        return None
    return (Decimal(part) * 100 / Decimal(whole)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def write_count(count: int) -> str:
    """1840 is "1.840"."""
    return f"{count:,}".replace(",", ".")


def write_percent(points: Decimal) -> str:
    """87.99 is "87,99%", 38.6 is "38,60%", 50 is "50%"; 1234.5 is "1.234,50%"."""
    return f"{points:,.2f}".translate(str.maketrans(",.", ".,")).removesuffix(",00") + "%"
