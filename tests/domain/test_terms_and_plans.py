"""Until when, how often, and which dates the law sets."""

from __future__ import annotations

import tomllib
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.clients import EndsReason, Interruption, LegalGround, PauseReason
from domain.plans import PlanInvalid, read_plans
from domain.terms import EndDateMissing, terms_of
from domain.workdays import WorkCalendar
from hotline.calendars import work_calendar
from hotline.config import CalendarConfig
from services.plans import load_plans
from texts import vietnamese

days = st.dates(date(2026, 7, 1), date(2030, 12, 31))
pauses = st.lists(st.tuples(st.sampled_from(list(PauseReason)), st.integers(0, 400), st.integers(0, 60)), max_size=6)


@pytest.mark.parametrize(
    ("ground", "start", "ends"),
    [
        (LegalGround.VOLUNTARY, date(2026, 8, 15), date(2027, 8, 15)),
        (LegalGround.SUBSTITUTION, date(2026, 8, 15), date(2027, 8, 15)),
        (LegalGround.MINOR, date(2026, 8, 15), date(2027, 8, 15)),
        (LegalGround.COMPULSORY, date(2026, 8, 15), date(2028, 8, 15)),
        (LegalGround.VOLUNTARY, date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_article_42_gives_one_year_or_two(ground: LegalGround, start: date, ends: date) -> None:
    terms = terms_of(ground, start, None)
    assert (terms.computed_on, terms.ends_on) == (ends, ends)


def test_a_date_in_the_decision_wins_and_the_computed_one_is_kept() -> None:
    terms = terms_of(LegalGround.VOLUNTARY, date(2026, 8, 15), date(2027, 7, 1))
    assert (terms.computed_on, terms.given_on, terms.ends_on) == (date(2027, 8, 15), date(2027, 7, 1), date(2027, 7, 1))
    assert terms.reason is EndsReason.DECISION


def test_who_finished_before_the_law_needs_the_date_of_the_decision() -> None:
    with pytest.raises(EndDateMissing):
        terms_of(LegalGround.BEFORE_LAW, date(2026, 3, 1), None)
    assert terms_of(LegalGround.BEFORE_LAW, date(2026, 3, 1), date(2027, 3, 1)).computed_on is None


def test_prison_moves_the_end_by_its_days_and_what_is_not_over_moves_nothing_yet() -> None:
    start = date(2026, 8, 15)
    done = Interruption(PauseReason.PRISON, date(2026, 10, 1), date(2026, 11, 1))
    open_still = Interruption(PauseReason.PRISON, date(2026, 12, 1), None)
    assert terms_of(LegalGround.VOLUNTARY, start, None, [done, open_still]).ends_on == date(2027, 9, 15)
    assert terms_of(LegalGround.VOLUNTARY, start, None, [done]).reason is EndsReason.PRISON


def test_absence_with_notice_and_a_wish_not_to_be_contacted_move_nothing() -> None:
    spans = [
        Interruption(reason, date(2026, 10, 1), date(2026, 11, 1)) for reason in (PauseReason.AWAY, PauseReason.ASKED)
    ]
    assert terms_of(LegalGround.VOLUNTARY, date(2026, 8, 15), None, spans).ends_on == date(2027, 8, 15)


@given(days, pauses)
def test_the_end_moves_by_exactly_the_days_that_do_not_count(
    start: date, given_pauses: list[tuple[str, int, int]]
) -> None:
    spans, lost, at = [], 0, start
    for reason, gap, length in given_pauses:
        at += timedelta(days=gap)
        spans.append(Interruption(PauseReason(reason), at, at + timedelta(days=length)))
        ends_so_far = terms_of(LegalGround.VOLUNTARY, start, None).ends_on + timedelta(days=lost)
        if reason in {PauseReason.PRISON, PauseReason.ABSENT} and at <= ends_so_far:
            lost += length
        at += timedelta(days=length)
    terms = terms_of(LegalGround.VOLUNTARY, start, None, spans)
    assert (terms.ends_on - (terms.computed_on or start)).days == lost


@given(days, st.sampled_from([LegalGround.VOLUNTARY, LegalGround.COMPULSORY]))
def test_windows_lie_in_the_term_do_not_overlap_and_hold_their_day(start: date, ground: LegalGround) -> None:
    ends = terms_of(ground, start, None).ends_on
    slots = load_plans().of(ground).slots(start, ends)
    assert [slot.number for slot in slots] == list(range(1, len(slots) + 1))
    for slot in slots:
        assert start <= slot.earliest_on <= slot.due_on <= slot.latest_on <= ends
    for one, other in pairwise(slots):
        assert one.latest_on < other.earliest_on
        assert (other.due_on - one.due_on).days <= 31


@given(days, st.integers(1, 300))
def test_a_later_end_only_adds_contacts(start: date, more: int) -> None:
    plan, ends = load_plans().of(LegalGround.VOLUNTARY), terms_of(LegalGround.VOLUNTARY, start, None).ends_on
    before, after = plan.slots(start, ends), plan.slots(start, ends + timedelta(days=more))
    assert [slot.due_on for slot in after[: len(before)]] == [slot.due_on for slot in before]


def test_the_default_is_weekly_then_every_two_weeks_then_monthly_and_says_that_no_law_fixes_it() -> None:
    plan = load_plans().of(LegalGround.VOLUNTARY)
    due = [(slot.due_on - date(2026, 8, 1)).days for slot in plan.slots(date(2026, 8, 1), date(2027, 8, 1))]
    assert due[:8] == [7, 14, 21, 28, 42, 56, 70, 84]
    assert due[8:] == [(date(2026 + (8 + n) // 12, (8 + n) % 12 + 1, 1) - date(2026, 8, 1)).days for n in range(2, 12)]
    assert "luật không ấn định" in plan.source


def test_a_province_changes_the_plan_of_one_ground_without_code(tmp_path: Path) -> None:
    own = tmp_path / "plans.toml"
    own.write_text(
        '[plans.minor]\nsource = "Nghị quyết"\n[[plans.minor.steps]]\n'
        'every_days = 10\ndays_before = 1\ndays_after = 1\nmethod = "phone"\nhour = 19\n',
        "utf-8",
    )
    plans = load_plans(own)
    assert len(plans.of(LegalGround.MINOR).slots(date(2026, 8, 1), date(2026, 9, 1))) == 3
    assert plans.of(LegalGround.VOLUNTARY) == load_plans().of(LegalGround.VOLUNTARY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[plans]",
        "[plans.unknown]\nsource='x'\nsteps=[]",
        "[plans.default]\nsource='x'\nsteps=[{every_days=7}]",
        "[plans.default]\nsource='x'\nsteps=[{every_days=7,every_months=1,days_before=1,days_after=1,method='any',hour=8}]",
        "[plans.default]\nsource='x'\nsteps=[{every_days=0,days_before=1,days_after=1,method='any',hour=8}]",
        "[plans.default]\nsource='x'\nsteps=[{every_days=7,days_before=1,days_after=1,method='mail',hour=8}]",
        "[plans.default]\nsource='x'\nsteps=[{every_days=7,days_before=1,days_after=1,method='any',hour=24}]",
        "[plans.default]\nsource='x'\nsteps=[{every_day=7,days_before=1,days_after=1,method='any',hour=8}]",
    ],
)
def test_a_plan_that_says_something_else_is_refused_with_what_is_wrong(text: str) -> None:
    with pytest.raises(PlanInvalid) as refused:
        read_plans(tomllib.loads(text))
    assert vietnamese()(PlanInvalid.text_key, **refused.value.data)


def test_working_days_know_holidays_swapped_saturdays_and_what_the_agency_says() -> None:
    calendar = work_calendar(CalendarConfig())
    assert not calendar.is_worked(date(2026, 8, 31))  # a Monday, swapped
    assert calendar.is_worked(date(2026, 8, 22))  # with this Saturday
    assert calendar.before(date(2026, 9, 3), 3) == date(2026, 8, 26)
    own = work_calendar(CalendarConfig(days_off=(date(2026, 11, 20),), days_worked=(date(2026, 11, 22),)))
    assert not own.is_worked(date(2026, 11, 20))
    assert own.is_worked(date(2026, 11, 22))


@given(days, st.integers(1, 10))
def test_counting_working_days_back_and_forth_meets_again(day: date, count: int) -> None:
    calendar = WorkCalendar()
    back = calendar.before(day, count)
    assert calendar.is_worked(back)
    assert sum(calendar.is_worked(back + timedelta(days=n)) for n in range((day - back).days)) == count
