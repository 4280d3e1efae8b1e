"""Time as people in Việt Nam read it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def utc_now() -> datetime:
    return datetime.now(UTC)


def local_date(moment: datetime) -> date:
    return moment.astimezone(VIETNAM).date()


def clock_time(moment: datetime) -> str:
    """ "17:00"; a midnight is the end of a day: 24:00, not the next morning's 00:00."""
    return f"{moment.astimezone(VIETNAM):%H:%M}".replace("00:00", "24:00")
