"""A callback request in one line, as everybody on duty may read it: no number, no words of the citizen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.callbacks import MOST_ATTEMPTS, CallbackRequest
from domain.clock import clock_time, local_date
from domain.opening import Window
from texts import Texts


@dataclass(frozen=True, slots=True)
class RequestLines:
    """`title`: the title of a topic id; empty for one that is not in the catalogue."""

    texts: Texts
    title: Callable[[str], str]

    def line(self, request: CallbackRequest, now: datetime) -> str:
        texts = self.texts
        parts = [
            texts("desk.urgent") if request.urgent else "",
            texts(f"desk.wish_{request.wish}"),
            texts("desk.is_child") if request.child else "",
            self.title(request.topic),
            request.commune,
            texts("desk.waits", since=self.duration(now - request.opened_at)),
            texts("desk.due", window=self.window(request.due, now)),
            texts("desk.attempts", count=request.attempts, most=MOST_ATTEMPTS) if request.attempts else "",
        ]
        return ", ".join(part for part in parts if part)

    def duration(self, waited: timedelta) -> str:
        """ "dưới 1 phút", "12 phút", "3 giờ", "2 ngày": the largest unit is enough to choose by."""
        minutes = int(waited.total_seconds() // 60)
        if minutes < 1:
            return self.texts("desk.moment")
        if minutes < 60:
            return self.texts("desk.minutes", count=minutes)
        if minutes < 24 * 60:
            return self.texts("desk.hours", count=minutes // 60)
        return self.texts("desk.days", count=minutes // (24 * 60))

    def window(self, window: Window, now: datetime) -> str:
        """ "ngay bây giờ, đến 17:00" or "14:00 đến 17:00", with the day when it is not today."""
        end = clock_time(window.end)
        if window.holds(now):
            return self.texts("desk.window_now", end=end)
        day = local_date(window.start)
        key = "desk.window_today" if day == local_date(now) else "desk.window_day"
        return self.texts(key, start=clock_time(window.start), end=end, day=f"{day:%d/%m}")
