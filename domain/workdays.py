"""Working days of the State: what the week, the public holidays and swapped days make of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def monday_to_friday(day: date) -> bool:
    return day.weekday() < 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked. `usual` knows weekends, holidays and swaps as far as they are published.

    days_off, days_worked: what the agency entered for single days; `days_worked` wins over everything.
    """

    usual: Callable[[date], bool] = monday_to_friday
    days_off: frozenset[date] = frozenset()
    days_worked: frozenset[date] = frozenset()

    def is_worked(self, day: date) -> bool:
        if day in self.days_worked:
            return True
        return day not in self.days_off and self.usual(day)

    def before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`; `day` itself does not count."""
        while count:
            day -= ONE_DAY
            count -= self.is_worked(day)
        return day

    def after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; `day` itself does not count."""
        while count:
            day += ONE_DAY
            count -= self.is_worked(day)
        return day
