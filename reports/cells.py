"""A cell in the words of an administrative document; what programs read is left to the CSV."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from domain.figures import write_count, write_percent
from domain.report import Cell, Hidden, Kind
from texts import Texts

NOTHING = "–"
"""There is no such figure: not the same as 0."""

DAY = "%d/%m/%Y"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def write_cell(cell: Cell, kind: Kind, texts: Texts) -> str:
    """1840 is "1.840", 87.99 percent points are "87,99%", 95 minutes are "1 giờ 35 phút"."""
    match cell:
        case None:
            return NOTHING
        case Hidden() | str():
            return str(cell)
        case Decimal():
            return write_percent(cell)
        case date():
            return cell.strftime(DAY)
        case int():
            return write_minutes(cell, texts) if kind is Kind.MINUTES else write_count(cell)


def write_minutes(minutes: int, texts: Texts) -> str:
    hours, rest = divmod(minutes, 60)
    if hours == 0:
        return texts("report_files.minutes", minutes=rest)
    return texts("report_files.hours_minutes", hours=write_count(hours), minutes=f"{rest:02d}")


def as_plain_text(text: str) -> str:
    """Text that a spreadsheet program takes for a formula gets an apostrophe in front.

    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
