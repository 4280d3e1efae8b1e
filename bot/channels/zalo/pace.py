"""How fast we may ask: so many requests a minute of this process, and nothing at all when Zalo says so."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta

from services.ports import ChannelDown

MINUTE = timedelta(minutes=1)


class Pace:
    """4000 requests a minute per app is Zalo's published limit; what a tier allows is not published.

    per_minute: of this process; 0 leaves it to Zalo's answers alone.
    """

    def __init__(self, per_minute: int, clock: Callable[[], datetime]) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._asked: deque[datetime] = deque()
        self._closed_until: datetime | None = None

    def step(self) -> None:
        """Counts one request. Raises ChannelDown: with how long to wait."""
        now = self._clock()
        if self._closed_until is not None and now < self._closed_until:
            raise ChannelDown(self._closed_until - now)
        while self._asked and now - self._asked[0] >= MINUTE:
            self._asked.popleft()
        if self._per_minute and len(self._asked) >= self._per_minute:
            raise ChannelDown(self._asked[0] + MINUTE - now)
        self._asked.append(now)

    def nothing_left(self) -> timedelta:
        """Zalo counts by the minute: closed until the next one begins. Returns how long that is."""
        now = self._clock()
        self._closed_until = now.replace(second=0, microsecond=0) + MINUTE
        return self._closed_until - now
