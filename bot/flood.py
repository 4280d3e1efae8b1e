"""A polite limit per person. Danger is never limited, and one person's flood costs others nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto

MINUTE = timedelta(minutes=1)
_PEOPLE = 20_000
"""People remembered before those who have been quiet for a minute are forgotten."""


class Passage(Enum):
    FREE = auto()
    FIRST_OVER = auto()
    """To be told, once, that a minute of waiting begins."""
    OVER = auto()


@dataclass(slots=True)
class _Minute:
    began_at: datetime
    used: int = 0


class Flood:
    """So many messages of one person a minute; the first one over it begins a minute in which nothing passes.

    per_minute: 0 means no limit.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._people: dict[tuple[str, str], _Minute] = {}

    def passes(self, person: tuple[str, str], now: datetime) -> Passage:
        if not self._per_minute:
            return Passage.FREE
        minute = self._people.get(person)
        if minute is None or not timedelta(0) <= now - minute.began_at < MINUTE:  # over, or the clock was set back
            self._forget(now)
            minute = self._people[person] = _Minute(now)
        minute.used += 1
        if minute.used <= self._per_minute:
            return Passage.FREE
        if minute.used > self._per_minute + 1:
            return Passage.OVER
        minute.began_at = now
        return Passage.FIRST_OVER

    def _forget(self, now: datetime) -> None:
        if len(self._people) >= _PEOPLE:
            self._people = {who: minute for who, minute in self._people.items() if now - minute.began_at < MINUTE}
