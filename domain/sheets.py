"""Cells of a sheet that somebody filled in. Each is read as text, number or day, never evaluated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

_LONG_NUMBER = re.compile(r"(?:\d[ .\-]?){9,}")


@dataclass(frozen=True, slots=True)
class BadCell:
    """`key` is the text that says what is wrong, `values` fill it in; the cell's own words are never repeated.

    column: one of the template's, or the heading of a refused one.
    """

    line: int
    column: str
    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def is_empty(cell: Any) -> bool:
    return cell is None or not str(cell).strip()


def read_day(cell: Any) -> date | None:
    """A date as Excel keeps it, or typed as 15/08/2026, 15-08-2026, 15.08.2026, 2026-08-15; None for anything else."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(cell).strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def read_whole(cell: Any) -> int | None:
    try:
        number = float(str(cell).strip())
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def holds_long_number(text: str) -> bool:
    """Nine digits in a row: a phone number, an identity card."""
    return bool(_LONG_NUMBER.search(text))
