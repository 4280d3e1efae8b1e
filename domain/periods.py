"""The periods that are reported."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Period:
    """Local days from `first` to `last`, both included. `number`: of the month, quarter or half; 0 where there is one.

    year: the reporting year, which may begin in the calendar year before.
    """

    kind: PeriodKind
    year: int
    number: int
    first: date
    last: date
