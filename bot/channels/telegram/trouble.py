"""Tells the administrator, once and in Vietnamese, what is wrong with Telegram, and when it is well again."""

from __future__ import annotations

import time
from datetime import timedelta

import structlog

from bot.channels.telegram.api import Kind
from texts import Texts

_SAY_AGAIN_SECONDS = 600
_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 15.0
_CLOCK_MAY_DIFFER = timedelta(minutes=5)
log = structlog.get_logger()


class Trouble:
    """What one part (receiving, sending, settings) has met. A new kind is said at once, the same one now and then."""

    def __init__(self, part: str, texts: Texts) -> None:
        self._part = part
        self._texts = texts
        self._kind: Kind | None = None
        self._said_at = 0.0
        self._in_a_row = 0
        self._clock_said_at = -float(_SAY_AGAIN_SECONDS)

    def met(self, kind: Kind, after: timedelta | None = None) -> float:
        """Returns how many seconds to pause: longer with every time in a row."""
        pause: float = min(_FIRST_PAUSE_SECONDS * 2 ** min(self._in_a_row, 10), _LONGEST_PAUSE_SECONDS)
        self._in_a_row += 1
        now = time.monotonic()
        if kind is not self._kind or now - self._said_at >= _SAY_AGAIN_SECONDS:
            log.error("telegram.trouble", part=self._part, kind=kind, words=self._texts(f"telegram.trouble.{kind}"))
            self._kind, self._said_at = kind, now
        return max(pause, after.total_seconds() if after else 0.0)

    def over(self) -> None:
        if self._kind is not None:
            log.warning("telegram.well_again", part=self._part, words=self._texts("telegram.well_again"))
        self._kind, self._in_a_row = None, 0

    def clock(self, skew: timedelta) -> None:
        """A clock that is off makes answers seem late and, far enough, every certificate expired."""
        now = time.monotonic()
        if clock_is_off(skew) and now - self._clock_said_at >= _SAY_AGAIN_SECONDS:
            self._clock_said_at = now
            log.warning("telegram.clock", words=clock_words(self._texts, skew))


def clock_words(texts: Texts, skew: timedelta) -> str:
    minutes = round(abs(skew) / timedelta(minutes=1))
    return texts("telegram.clock_ahead" if skew > timedelta(0) else "telegram.clock_behind", minutes=minutes)


def clock_is_off(skew: timedelta) -> bool:
    return abs(skew) >= _CLOCK_MAY_DIFFER
