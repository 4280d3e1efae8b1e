"""The periods that are reported, as they are cut, typed and due.

Source of the usual cut: Nghị định 09/2019/NĐ-CP, Điều 12: a month from the 15th of the month before to the 14th,
quarters, halves and the year of such months. Nine months are no period of the decree; many provinces ask for them.
When a report is due is set by whoever asks for it, but not earlier than one working day after the cut (Điều 8).
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from domain.errors import HotlineError
from domain.workdays import WorkCalendar

USUAL_CUT = 14
_DAY = timedelta(days=1)
_YEARS = range(2000, 2101)


class PeriodUnreadable(HotlineError):
    """What was typed is no period."""

    text_key = "period.unreadable"


class PeriodKind(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    FREE = "free"


_LENGTH = {
    PeriodKind.MONTH: 1,
    PeriodKind.QUARTER: 3,
    PeriodKind.HALF: 6,
    PeriodKind.NINE_MONTHS: 9,
    PeriodKind.YEAR: 12,
}
_HOW_MANY = {
    PeriodKind.MONTH: 12,
    PeriodKind.QUARTER: 4,
    PeriodKind.HALF: 2,
    PeriodKind.NINE_MONTHS: 1,
    PeriodKind.YEAR: 1,
}


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

    @property
    def code(self) -> str:
        """As it is typed: 2026-07, 2026-Q3, 2026-H1, 2026-9M, 2026, 2026-06-15..2026-09-14."""
        match self.kind:
            case PeriodKind.MONTH:
                return f"{self.year}-{self.number:02}"
            case PeriodKind.QUARTER:
                return f"{self.year}-Q{self.number}"
            case PeriodKind.HALF:
                return f"{self.year}-H{self.number}"
            case PeriodKind.NINE_MONTHS:
                return f"{self.year}-9M"
            case PeriodKind.YEAR:
                return f"{self.year}"
        return f"{self.first}..{self.last}"

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Calendar:
    """How the year is cut. `cut_day`: the last day of a reporting month; 31 makes calendar months."""

    cut_day: int = USUAL_CUT

    def month(self, year: int, number: int) -> Period:
        return self._period(PeriodKind.MONTH, year, number)

    def quarter(self, year: int, number: int) -> Period:
        return self._period(PeriodKind.QUARTER, year, number)

    def half(self, year: int, number: int) -> Period:
        return self._period(PeriodKind.HALF, year, number)

    def nine_months(self, year: int) -> Period:
        return self._period(PeriodKind.NINE_MONTHS, year, 0)

    def year(self, year: int) -> Period:
        return self._period(PeriodKind.YEAR, year, 0)

    def free(self, first: date, last: date) -> Period:
        """Raises PeriodUnreadable when it ends before it begins, or begins in another age."""
        if last < first or first.year not in _YEARS:
            raise PeriodUnreadable
        return Period(PeriodKind.FREE, self.month_of(last).year, 0, first, last)

    def _period(self, kind: PeriodKind, year: int, number: int) -> Period:
        if year not in _YEARS or not (number == 0 if _HOW_MANY[kind] == 1 else 1 <= number <= _HOW_MANY[kind]):
            raise PeriodUnreadable
        length = _LENGTH[kind]
        last_month = max(number, 1) * length
        first = self._cut(year, last_month - length) + _DAY
        return Period(kind, year, number, first, self._cut(year, last_month))

    def _cut(self, year: int, month: int) -> date:
        """The last day of a reporting month; month 0 is the December before."""
        if month == 0:
            year, month = year - 1, 12
        return date(year, month, min(self.cut_day, monthrange(year, month)[1]))

    def month_of(self, day: date) -> Period:
        """The reporting month in which a day lies."""
        year, month = day.year, day.month
        if day > self._cut(year, month):
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
        return self.month(year, month)

    def months_of(self, period: Period) -> tuple[Period, ...]:
        """The reporting months that make a period; empty when it is not made of whole months."""
        months: list[Period] = []
        day = period.first
        while day <= period.last:
            month = self.month_of(day)
            if month.first != day or month.last > period.last:
                return ()
            months.append(month)
            day = month.last + _DAY
        return tuple(months)

    def before(self, period: Period) -> Period:
        """The period of the same kind before; of free dates as many days."""
        if period.kind is PeriodKind.FREE:
            last = period.first - _DAY
            return Period(PeriodKind.FREE, last.year, 0, last - (period.last - period.first), last)
        if period.number > 1:
            return self._period(period.kind, period.year, period.number - 1)
        number = 0 if period.number == 0 else _HOW_MANY[period.kind]
        return self._period(period.kind, period.year - 1, number)

    def year_to_date(self, period: Period) -> Period:
        """From the first day of the reporting year to the period's last."""
        first = min(self.year(period.year).first, period.first)
        return Period(PeriodKind.FREE, period.year, 0, first, period.last)

    def ending_on(self, day: date) -> tuple[Period, ...]:
        """The periods that are cut on this day, shortest first."""
        month = self.month_of(day)
        if month.last != day:
            return ()
        year, number = month.year, month.number
        found = [month]
        if number % 3 == 0:
            found.append(self.quarter(year, number // 3))
        if number % 6 == 0:
            found.append(self.half(year, number // 6))
        if number == 9:
            found.append(self.nine_months(year))
        if number == 12:
            found.append(self.year(year))
        return tuple(found)

    def latest(self, today: date) -> tuple[Period, ...]:
        """The last month, quarter, half and year that are over, and the nine months of this year if they are."""
        ended = self.before(self.month_of(today))
        found: dict[PeriodKind, Period] = {}
        month = ended
        while len(found) < len(_LENGTH):
            for period in self.ending_on(month.last):
                found.setdefault(period.kind, period)
            month = self.before(month)
        if found[PeriodKind.NINE_MONTHS].year != ended.year:
            del found[PeriodKind.NINE_MONTHS]
        return tuple(found[kind] for kind in _LENGTH if kind in found)

    def parse(self, text: str, today: date) -> Period:
        """What an officer types: "2026-Q4", "thang 10/2026", "quý IV 2026", "6 tháng đầu năm 2026", "tháng trước",
        "15/6/2026 - 14/9/2026". Without a year: the latest such period that is over or running.

        Raises PeriodUnreadable.
        """
        folded = _fold(text)
        for pattern, read in _FORMS:
            if found := re.fullmatch(pattern, folded):
                try:
                    return read(self, found, today)
                except ValueError:
                    raise PeriodUnreadable from None
        raise PeriodUnreadable


def due_on(period: Period, working_days: int, calendar: WorkCalendar) -> date:
    """The day by which a report is to be sent: so many working days after the cut, at least one."""
    return calendar.after(period.last, max(working_days, 1))


def _fold(text: str) -> str:
    """Small letters without marks, single spaces, one kind of dash."""
    plain = unicodedata.normalize("NFD", text.casefold()).replace("đ", "d")
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(plain.replace("–", "-").replace("—", "-").split())


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_IN_YEAR = r"(?:\s*(?:[/-]|nam)?\s*(\d{4}))?"
_OF_YEAR = r"\s*(?:[/-]|nam)?\s*(\d{4})"
_DATE = r"(\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{4})"

_Read = Callable[["Calendar", "re.Match[str]", date], Period]


def _date(text: str) -> date:
    parts = [int(part) for part in re.split(r"[/.-]", text)]
    return date(*parts) if parts[0] > 31 else date(parts[2], parts[1], parts[0])


def _numbered(kind: PeriodKind) -> _Read:
    def read(calendar: Calendar, found: re.Match[str], today: date) -> Period:
        typed, year = found[1], found[2]
        return _in_year(calendar, kind, _ROMAN.get(typed) or int(typed), year, today)

    return read


def _in_year(calendar: Calendar, kind: PeriodKind, number: int, year: str | None, today: date) -> Period:
    if year:
        return calendar._period(kind, int(year), number)
    this = calendar._period(kind, calendar.month_of(today).year, number)
    return this if this.first <= today else calendar._period(kind, this.year - 1, number)


def _half(calendar: Calendar, found: re.Match[str], today: date) -> Period:
    return _in_year(calendar, PeriodKind.HALF, 2 if found[1] == "cuoi" else 1, found[2], today)


def _whole(kind: PeriodKind) -> _Read:
    def read(calendar: Calendar, found: re.Match[str], today: date) -> Period:
        return _in_year(calendar, kind, 0, found[1], today)

    return read


def _iso(kind: PeriodKind) -> _Read:
    def read(calendar: Calendar, found: re.Match[str], _today: date) -> Period:
        number = int(found[2]) if found.lastindex == 2 else 0
        return calendar._period(kind, int(found[1]), number)

    return read


def _dates(calendar: Calendar, found: re.Match[str], _today: date) -> Period:
    return calendar.free(_date(found[1]), _date(found[2]))


def _near(calendar: Calendar, found: re.Match[str], today: date) -> Period:
    """ "tháng này", "quý trước", "năm ngoái"."""
    kind = {"thang": PeriodKind.MONTH, "quy": PeriodKind.QUARTER, "nam": PeriodKind.YEAR}[found[1]]
    month = calendar.month_of(today)
    number = {PeriodKind.MONTH: month.number, PeriodKind.QUARTER: (month.number + 2) // 3}.get(kind, 0)
    this = calendar._period(kind, month.year, number)
    return this if found[2] in {"nay"} else calendar.before(this)


_FORMS: tuple[tuple[str, _Read], ...] = (
    (r"(\d{4})-(\d{1,2})", _iso(PeriodKind.MONTH)),
    (r"(\d{4})-?q([1-4])", _iso(PeriodKind.QUARTER)),
    (r"(\d{4})-?h([12])", _iso(PeriodKind.HALF)),
    (r"(\d{4})-?9m", _iso(PeriodKind.NINE_MONTHS)),
    (r"(?:ca )?(?:nam )?(\d{4})", _iso(PeriodKind.YEAR)),
    (rf"(?:tu )?(?:ngay )?{_DATE} ?(?:\.\.|-|den(?: het)?(?: ngay)?) ?{_DATE}", _dates),
    (rf"(?:thang |t)?(\d{{1,2}}){_OF_YEAR}", _numbered(PeriodKind.MONTH)),
    (r"(?:thang |t)(\d{1,2})()", lambda c, f, d: _in_year(c, PeriodKind.MONTH, int(f[1]), None, d)),
    (rf"(?:quy |q)([1-4]|iv|i{{1,3}}){_IN_YEAR}", _numbered(PeriodKind.QUARTER)),
    (rf"(?:6|sau) thang (dau|cuoi)(?: nam)?{_IN_YEAR}", _half),
    (rf"(?:9|chin) thang(?: dau)?(?: nam)?{_IN_YEAR}", _whole(PeriodKind.NINE_MONTHS)),
    (r"(thang|quy|nam) (nay|truoc|vua roi|ngoai)", _near),
)
"""Tried in this order; each works on folded text."""
