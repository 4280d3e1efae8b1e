"""Moments as people say them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from domain.clock import clock_time, local_date
from domain.opening import Window
from texts import Texts

_WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


def say_window(window: Window, now: datetime, texts: Texts) -> str:
    """ "từ 14:00 đến 17:00 hôm nay" """
    hours = {"start": clock_time(max(window.start, now)), "end": clock_time(window.end)}
    return texts("when.window", day=say_day(local_date(window.start), now, texts), **hours)


def say_day(day: date, now: datetime, texts: Texts) -> str:
    today = local_date(now)
    if day == today:
        return texts("when.today")
    key = "when.tomorrow" if day == today + timedelta(days=1) else "when.day"
    return texts(key, weekday=_WEEKDAYS[day.weekday()], on=f"{day:%d/%m}")
