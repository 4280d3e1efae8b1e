"""Moments as people say them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.clock import VIETNAM, local_date
from domain.opening import Window
from texts import Texts

_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def say_window(window: Window, now: datetime, texts: Texts) -> str:
    """ "từ 14:00 đến 17:00 hôm nay" """
    hours = {"start": _clock(max(window.start, now)), "end": _clock(window.end)}
    return texts("when.window", day=say_day(local_date(window.start), now, texts), **hours)


def say_day(day: date, now: datetime, texts: Texts) -> str:
    today = local_date(now)
    if day == today:
        return texts("when.today")
    key = "when.tomorrow" if day == today + timedelta(days=1) else "when.day"
    return texts(key, weekday=_WEEKDAYS[day.weekday()], on=f"{day:%d/%m}")


def _clock(moment: datetime) -> str:
    """A midnight that ends a day is 24:00, not the next morning's 00:00."""
    return f"{moment.astimezone(VIETNAM):%H:%M}".replace("00:00", "24:00")
