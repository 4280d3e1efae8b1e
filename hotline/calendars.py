"""The one place that knows the public holidays of Việt Nam, and what the agency says of single days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import holidays

from domain.workdays import WorkCalendar
from hotline.config import CalendarConfig


def public_holidays() -> Callable[[date], bool]:
    known = holidays.country_holidays("VN")  # fills in each year as it is asked for
    return lambda day: day in known


def work_calendar(settings: CalendarConfig) -> WorkCalendar:
    """Weekends, holidays and swapped Saturdays as far as they are published, and the agency's own days."""
    known = holidays.country_holidays("VN")

    def is_worked(day: date) -> bool:
        return day not in known and known.is_working_day(day)  # the first question fills in the year

    return WorkCalendar(is_worked, frozenset(settings.days_off), frozenset(settings.days_worked))
