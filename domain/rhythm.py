"""When volunteers are spoken to on our own account. Local time of Việt Nam throughout."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from domain.clock import VIETNAM, local_date
from domain.opening import WEEKDAYS, at

_HORIZON_DAYS = 31


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Rhythm:
    """One letter in the morning; at night and on days off there is silence, except where somebody is in danger.

    digest_at, quiet_from, quiet_until: minutes since midnight; the night goes from `quiet_from` over midnight.
    again_after: days without a record after which a reminder is repeated.
    tell_after: days after that until the officer is told.
    late_after: how much later than planned a reminder may leave without being called late.
    """

    digest_at: int = 8 * 60
    quiet_from: int = 20 * 60
    quiet_until: int = 7 * 60
    is_day_off: Callable[[date], bool] = _never
    again_after: int = 3
    tell_after: int = 2
    late_after: timedelta = timedelta(hours=12)

    def is_quiet(self, now: datetime) -> bool:
        local = now.astimezone(VIETNAM)
        return in_night(local.hour * 60 + local.minute, self.quiet_from, self.quiet_until)

    def awake(self, now: datetime) -> datetime:
        """`now`, or the end of the quiet hours: for what cannot wait for the morning's letter and must not wake."""
        if not self.is_quiet(now):
            return now
        today = at(local_date(now), self.quiet_until)
        return today if today > now else at(local_date(now) + timedelta(days=1), self.quiet_until)

    def morning_of(self, now: datetime) -> date | None:
        """The day whose letter may leave now; None at night, before the hour of the letter and on a day off."""
        day = local_date(now)
        if self.is_quiet(now) or self.is_day_off(day) or now < self.moment(day):
            return None
        return day

    def moment(self, day: date) -> datetime:
        """When the letter of a day leaves."""
        return at(day, self.digest_at)

    def planned_for(self, earliest_on: date, latest_on: date) -> date:
        """On which day somebody is to be reminded of a window: on its first working day.

        A window that lies in days off altogether is announced on the last working day before it.
        """
        day = earliest_on
        while day <= latest_on:
            if not self.is_day_off(day):
                return day
            day += timedelta(days=1)
        return self.working_day_before(earliest_on)

    def working_day_before(self, day: date) -> date:
        for back in range(1, _HORIZON_DAYS):
            if not self.is_day_off(earlier := day - timedelta(days=back)):
                return earlier
        return day - timedelta(days=1)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`."""
        for ahead in range(1, _HORIZON_DAYS):
            if not self.is_day_off(later := day + timedelta(days=ahead)):
                return later
        return day + timedelta(days=1)

    def is_late(self, planned: date, now: datetime) -> bool:
        return now - self.moment(planned) > self.late_after


def in_night(minute: int, quiet_from: int, quiet_until: int) -> bool:
    """Whether a minute of the day lies in the quiet hours; equal ends: there are none."""
    if quiet_from <= quiet_until:  # a night that does not go over midnight
        return quiet_from <= minute < quiet_until
    return minute >= quiet_from or minute < quiet_until


def parse_minute(text: str) -> int:
    """Reads "08:00". Raises ValueError."""
    hour, minute = (int(part) for part in text.split(":"))
    if not (0 <= hour < 24 and 0 <= minute < 60):
        raise ValueError(text)
    return hour * 60 + minute


def parse_night(text: str) -> tuple[int, int]:
    """Reads "20:00-07:00". Raises ValueError."""
    start, until = text.split("-")
    return parse_minute(start.strip()), parse_minute(until.strip())


def parse_weekdays(text: str) -> frozenset[int]:
    """Reads "T7 CN"; Monday is 0. Raises ValueError naming what is no weekday."""
    try:
        return frozenset(WEEKDAYS[name] for name in text.upper().split())
    except KeyError as error:
        raise ValueError(str(error)) from None
