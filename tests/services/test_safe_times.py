"""When somebody may be called: what is offered, and what people type. Sunday 22/11/2026 is today, mostly."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from domain.callbacks import TimeClosed, TimeUnclear
from domain.clock import VIETNAM
from domain.opening import OpeningHours, SafeTime, Span, parse_hours
from services.safe_times import Slot, offered, read_time

EVERY_DAY = OpeningHours(parse_hours("T2-CN 07:00-21:00"))
OFFICE = OpeningHours(parse_hours("T2-T6 07:30-11:30 13:30-17:00"))


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("now", "slots"),
    [
        (on(23, 6), ["morning", "afternoon", "next_day"]),
        (on(23, 9), ["now", "afternoon", "next_day"]),
        (on(23, 12), ["afternoon", "next_day"]),
        (on(23, 16), ["now", "next_day"]),
        (on(23, 22), ["next_day"]),
        (on(22, 10), ["next_day"]),  # a Sunday
    ],
)
def test_only_times_at_which_somebody_is_there_are_offered(now: datetime, slots: list[str]) -> None:
    assert [offer.slot for offer in offered(OFFICE, now)] == slots


def test_after_friday_the_next_day_is_monday() -> None:
    [*_, last] = offered(OFFICE, on(27, 18))
    assert (last.slot, last.due.start) == (Slot.NEXT_DAY, on(30, 7, 30))


@pytest.mark.parametrize(
    ("typed", "start", "end"),
    [
        ("8h tối", on(22, 20), on(22, 21)),
        ("20h30", on(22, 20, 30), on(22, 21)),
        ("sau 17h", on(22, 17), on(22, 21)),
        ("sau 5h chiều", on(22, 17), on(22, 21)),
        ("từ 13h đến 15h30", on(22, 13), on(22, 15, 30)),
        ("2 rưỡi chiều", on(22, 14, 30), on(22, 15, 30)),
        ("hai giờ chiều nay", on(22, 14), on(22, 15)),
        ("5h", on(22, 17), on(22, 18)),
        ("9h", on(23, 9), on(23, 10)),  # it is already eleven
        ("sáng mai", on(23, 7), on(23, 12)),
        ("9 giờ sáng mai", on(23, 9), on(23, 10)),
        ("trước 10h sáng mai", on(23, 7), on(23, 10)),
        ("mai", on(23, 7), on(23, 21)),
        ("thứ bảy 9 giờ", on(28, 9), on(28, 10)),
        ("t7 9h", on(28, 9), on(28, 10)),
        ("chiều thứ tư", on(25, 12), on(25, 18)),
        ("25/11 từ 8h đến 10h", on(25, 8), on(25, 10)),
        ("toi nay", on(22, 18), on(22, 21)),
        ("ngày kia 8h sáng", on(24, 8), on(24, 9)),
    ],
)
def test_a_typed_time_is_read_as_people_mean_it(typed: str, start: datetime, end: datetime) -> None:
    _, due = read_time(typed, EVERY_DAY, on(22, 11))
    assert (due.start, due.end) == (start, end)


@pytest.mark.parametrize("typed", ["", "tùy anh chị", "gọi giúp em", "99h", "32/13 8h"])
def test_what_names_no_time_is_asked_again(typed: str) -> None:
    with pytest.raises(TimeUnclear):
        read_time(typed, EVERY_DAY, on(22, 11))


@pytest.mark.parametrize("typed", ["2h sáng", "23h", "chủ nhật 9h", "tối nay", "bây giờ"])
def test_a_time_when_nobody_is_there_is_refused(typed: str) -> None:
    with pytest.raises(TimeClosed):
        read_time(typed, OFFICE, on(22, 11))


def test_the_next_try_is_at_the_same_safe_hours_of_another_open_day() -> None:
    safe = SafeTime(date(2026, 11, 27), Span(9 * 60, 10 * 60))
    window = OFFICE.next_window(safe, on(27, 9, 30), not_on=date(2026, 11, 27))
    assert window is not None and (window.start, window.end) == (on(30, 9), on(30, 10))


def test_a_holiday_is_closed_unless_the_agency_opens_and_a_working_day_can_be_closed() -> None:
    hours = OpeningHours(
        parse_hours("T2-T6 08:00-17:00"),
        is_holiday=lambda day: day == date(2026, 11, 24),
        closed_on=frozenset({date(2026, 11, 25)}),
        open_on=frozenset({date(2026, 11, 28)}),
    )
    whole = SafeTime(date(2026, 11, 24), Span(0, 1440))
    window = hours.next_window(whole, on(24, 8))
    assert window is not None and window.start == on(26, 8)
    assert hours.is_open(on(28, 9))  # a Saturday that makes up for something
    assert not hours.is_open(on(29, 9))


@pytest.mark.parametrize(
    "wrong",
    [
        "T8 07:00-08:00",
        "T2 08:00-07:00",
        "T2",
        "T2 7-8",
        "T6-T2 07:00-08:00",
        "T2 25:00-26:00",
        "T2 07:00-09:00 08:00-10:00",
    ],
)
def test_hours_that_cannot_be_read_are_named(wrong: str) -> None:
    with pytest.raises(ValueError, match="T"):
        parse_hours(wrong)
