"""Periods: cut by decree, typed by people, months make quarters make years."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.periods import Calendar, Period, PeriodKind, PeriodUnreadable, due_on
from domain.workdays import WorkCalendar

USUAL = Calendar()
TODAY = date(2026, 11, 22)
cuts = st.integers(1, 31)
years = st.integers(2001, 2099)
days = st.dates(date(2003, 2, 1), date(2099, 10, 31))


def days_of(period: Period) -> list[date]:
    return [period.first + timedelta(days=n) for n in range((period.last - period.first).days + 1)]


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2026-07", "2026-06-15", "2026-07-14"),
        ("2026-01", "2025-12-15", "2026-01-14"),
        ("2026-Q3", "2026-06-15", "2026-09-14"),
        ("2026-H1", "2025-12-15", "2026-06-14"),
        ("2026-H2", "2026-06-15", "2026-12-14"),
        ("2026-9M", "2025-12-15", "2026-09-14"),
        ("2026", "2025-12-15", "2026-12-14"),
        ("2026-06-15..2026-09-14", "2026-06-15", "2026-09-14"),
    ],
)
def test_the_cuts_are_those_of_the_decree(typed: str, first: str, last: str) -> None:
    period = USUAL.parse(typed, TODAY)
    assert (period.first, period.last) == (date.fromisoformat(first), date.fromisoformat(last))
    assert period.code == typed


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("thang 10/2026", "2026-10"),
        ("Tháng 10 năm 2026", "2026-10"),
        ("T10/2026", "2026-10"),
        ("10/2026", "2026-10"),
        ("tháng 10", "2026-10"),
        ("thang 12", "2026-12"),
        ("tháng 01-2026", "2026-01"),
        ("Quý IV/2026", "2026-Q4"),
        ("quy 4 2026", "2026-Q4"),
        ("quý iii năm 2026", "2026-Q3"),
        ("Q2/2026", "2026-Q2"),
        ("2026q4", "2026-Q4"),
        ("6 tháng đầu năm 2026", "2026-H1"),
        ("sáu tháng cuối năm 2025", "2025-H2"),
        ("9 tháng đầu năm 2026", "2026-9M"),
        ("9 thang 2026", "2026-9M"),
        ("năm 2025", "2025"),
        ("tháng này", "2026-12"),
        ("thang truoc", "2026-11"),
        ("quý trước", "2026-Q3"),
        ("nam ngoai", "2025"),
        ("15/6/2026 - 14/9/2026", "2026-06-15..2026-09-14"),
        ("từ ngày 15/06/2026 đến hết ngày 14/09/2026", "2026-06-15..2026-09-14"),
        ("1.7.2026–30.9.2026", "2026-07-01..2026-09-30"),
    ],
)
def test_periods_are_read_as_people_type_them(typed: str, code: str) -> None:
    assert USUAL.parse(typed, TODAY).code == code


@pytest.mark.parametrize(
    "typed", ["", "2026-13", "2026-Q5", "thang 0/2026", "31/2/2026-1/3/2026", "2026-09-14..2026-06-15", "bao cao", "26"]
)
def test_what_is_no_period_is_refused(typed: str) -> None:
    with pytest.raises(PeriodUnreadable):
        USUAL.parse(typed, TODAY)


@given(cuts, years)
def test_months_make_quarters_make_halves_make_the_year(cut: int, year: int) -> None:
    calendar = Calendar(cut)
    whole = days_of(calendar.year(year))
    assert [day for number in range(1, 13) for day in days_of(calendar.month(year, number))] == whole
    assert [day for number in range(1, 5) for day in days_of(calendar.quarter(year, number))] == whole
    assert [day for number in (1, 2) for day in days_of(calendar.half(year, number))] == whole
    nine = days_of(calendar.nine_months(year))
    assert nine + days_of(calendar.quarter(year, 4)) == whole


@given(cuts, years)
def test_a_year_begins_the_day_after_the_one_before(cut: int, year: int) -> None:
    calendar = Calendar(cut)
    assert calendar.year(year).last + timedelta(days=1) == calendar.year(year + 1).first


@given(cuts, days)
def test_every_day_lies_in_exactly_one_month(cut: int, day: date) -> None:
    calendar = Calendar(cut)
    month = calendar.month_of(day)
    assert month.holds(day)
    assert not calendar.before(month).holds(day)


@given(cuts, days, st.sampled_from([kind for kind in PeriodKind if kind is not PeriodKind.FREE]))
def test_the_period_before_ends_the_day_before(cut: int, day: date, kind: PeriodKind) -> None:
    calendar = Calendar(cut)
    found = (*calendar.latest(day), calendar.nine_months(day.year))
    period = next(each for each in found if each.kind is kind)
    before = calendar.before(period)
    assert before.kind is kind
    if kind is PeriodKind.NINE_MONTHS:
        assert before.year == period.year - 1
    else:
        assert before.last + timedelta(days=1) == period.first


@given(cuts, days, st.integers(0, 500))
def test_free_dates_are_compared_with_as_many_days_before(cut: int, first: date, length: int) -> None:
    calendar = Calendar(cut)
    period = calendar.free(first, first + timedelta(days=length))
    before = calendar.before(period)
    assert len(days_of(before)) == len(days_of(period))
    assert before.last + timedelta(days=1) == period.first
    if calendar.months_of(period):
        assert [day for month in calendar.months_of(period) for day in days_of(month)] == days_of(period)


@given(cuts, years, st.integers(1, 12))
def test_what_ends_on_a_cut_is_listed_and_nothing_else(cut: int, year: int, number: int) -> None:
    calendar = Calendar(cut)
    month = calendar.month(year, number)
    ending = calendar.ending_on(month.last)
    assert all(period.last == month.last for period in ending)
    assert len(ending) == 1 + (number % 3 == 0) + (number % 6 == 0) + (number == 9) + (number == 12)
    assert all(calendar.year_to_date(period).first == calendar.year(year).first for period in ending)
    if month.first != month.last:
        assert calendar.ending_on(month.first) == ()


@given(cuts, days)
def test_a_period_is_read_back_from_its_code(cut: int, day: date) -> None:
    calendar = Calendar(cut)
    for period in calendar.latest(day):
        assert calendar.parse(period.code, day) == period
        assert period.last < day


def test_a_report_is_due_on_a_working_day_after_the_cut() -> None:
    month = USUAL.month(2026, 11)  # cut on Saturday, 14/11/2026
    assert due_on(month, 1, WorkCalendar()) == date(2026, 11, 16)
    assert due_on(month, 3, WorkCalendar()) == date(2026, 11, 18)
    assert due_on(month, 0, WorkCalendar(days_off=frozenset({date(2026, 11, 16)}))) == date(2026, 11, 17)


def test_free_dates_of_another_age_are_no_period() -> None:
    with pytest.raises(PeriodUnreadable):
        Calendar().parse("1/1/0001 - 1/1/2026", date(2026, 11, 22))


def test_the_time_before_long_free_dates_is_as_long() -> None:
    calendar = Calendar()
    before = calendar.before(calendar.parse("1/1/2000 - 1/1/2026", date(2026, 11, 22)))
    assert (before.first, before.last) == (date(1973, 12, 30), date(1999, 12, 31))
