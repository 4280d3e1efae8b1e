"""The rhythm of reminders from the settings."""

from __future__ import annotations

from datetime import date, timedelta

from domain.rhythm import Rhythm, parse_minute, parse_night, parse_weekdays
from domain.workdays import WorkCalendar
from hotline.calendars import public_holidays
from hotline.config import VolunteersConfig
from services.absences import Absences
from services.support import Support
from services.volunteering import Volunteers
from texts import Texts


def create_rhythm(settings: VolunteersConfig, calendar: WorkCalendar) -> Rhythm:
    weekdays, known = parse_weekdays(settings.days_off), public_holidays()

    def is_day_off(day: date) -> bool:
        if day.weekday() in weekdays:
            return True
        if not settings.holidays or day in calendar.days_worked:
            return False
        return day in calendar.days_off or known(day)

    quiet_from, quiet_until = parse_night(settings.quiet)
    return Rhythm(
        digest_at=parse_minute(settings.digest_at),
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        is_day_off=is_day_off,
        again_after=settings.remind_again_after_days,
        tell_after=settings.tell_officer_after_days,
        late_after=timedelta(hours=settings.late_after_hours),
    )


def create_volunteers(texts: Texts, rhythm: Rhythm) -> Volunteers:
    return Volunteers(texts, rhythm, Support(texts), Absences(texts, rhythm))
