"""When counsellors are there, and when a citizen may be called. Local time of Việt Nam throughout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from domain.clock import VIETNAM, local_date

DAY_MINUTES = 24 * 60
_HORIZON_DAYS = 31
_SHORTEST = timedelta(minutes=10)
"""A window with less than this left is no longer worth offering."""


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a day, in minutes since midnight; `until` is the first minute that no longer belongs to it."""

    start: int
    until: int


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when, as moments."""

    start: datetime
    end: datetime

    def holds(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class SafeTime:
    """When a call does no harm: these minutes of the day, from day `first` on."""

    first: date
    span: Span


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """The hours of the week by weekday (0 is Monday), each span a shift; and the days that are different.

    closed_on, open_on: what the agency entered for single days; both win over `is_holiday`, and `open_on` over all.
    A day that is open by exception has the hours of its weekday, or of the first weekday that has any.
    """

    weekly: Mapping[int, tuple[Span, ...]]
    is_holiday: Callable[[date], bool] = _never
    closed_on: frozenset[date] = frozenset()
    open_on: frozenset[date] = frozenset()
    _usual: tuple[Span, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        usual = next((spans for _, spans in sorted(self.weekly.items()) if spans), ())
        object.__setattr__(self, "_usual", usual)

    def spans(self, day: date) -> tuple[Span, ...]:
        """The shifts of a day; empty when it is closed."""
        usual = self.weekly.get(day.weekday(), ())
        if day in self.open_on:
            return usual or self._usual
        if day in self.closed_on or self.is_holiday(day):
            return ()
        return usual

    def is_open(self, moment: datetime) -> bool:
        return any(window.holds(moment) for window in self._windows_of(local_date(moment), Span(0, DAY_MINUTES)))

    def next_window(self, safe: SafeTime, after: datetime, *, not_on: date | None = None) -> Window | None:
        """The first time from `after` on that is both safe and open; None when there is none within a month.

        not_on: a day that is left out, because it has been tried.
        """
        day = max(safe.first, local_date(after))
        for number in range(_HORIZON_DAYS):
            on = day + timedelta(days=number)
            if on == not_on:
                continue
            for window in self._windows_of(on, safe.span):
                if window.end - after >= _SHORTEST:
                    return Window(max(window.start, after), window.end)
        return None

    def open_time_between(self, start: datetime, end: datetime) -> timedelta:
        """How much of the time between two moments is opening time."""
        total = timedelta(0)
        day, last = local_date(start), local_date(end)
        while day <= last:
            for window in self._windows_of(day, Span(0, DAY_MINUTES)):
                total += max(min(window.end, end) - max(window.start, start), timedelta(0))
            day += timedelta(days=1)
        return total

    def _windows_of(self, day: date, within: Span) -> Iterator[Window]:
        for span in self.spans(day):
            start, until = max(span.start, within.start), min(span.until, within.until)
            if start < until:
                yield Window(at(day, start), at(day, until))


def at(day: date, minute: int) -> datetime:
    """A minute of a local day; 1440 is the next midnight."""
    return datetime.combine(day, time(), VIETNAM) + timedelta(minutes=minute)


WEEKDAYS = {"T2": 0, "T3": 1, "T4": 2, "T5": 3, "T6": 4, "T7": 5, "CN": 6}


def parse_hours(text: str) -> dict[int, tuple[Span, ...]]:
    """Reads "T2-T6 07:30-11:30 13:30-17:00; T7 07:30-11:30". Raises ValueError naming the part that is wrong."""
    weekly: dict[int, tuple[Span, ...]] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        days, *spans = part.split()
        try:
            first, _, last = days.upper().partition("-")
            numbers = range(WEEKDAYS[first], WEEKDAYS[last or first] + 1)
            read = tuple(_span(span) for span in spans)
        except (KeyError, ValueError):
            raise ValueError(part) from None
        if not numbers or not read or any(one.until > other.start for one, other in pairwise(read)):
            raise ValueError(part)
        weekly |= dict.fromkeys(numbers, read)
    return weekly


def _span(text: str) -> Span:
    start, until = (_minute(each) for each in text.split("-"))
    if start >= until:
        raise ValueError(text)
    return Span(start, until)


def _minute(text: str) -> int:
    hour, minute = (int(each) for each in text.split(":"))
    if not (0 <= minute < 60 and 0 <= hour * 60 + minute <= DAY_MINUTES):
        raise ValueError(text)
    return hour * 60 + minute
