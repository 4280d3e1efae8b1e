"""A typed number stands for the button of the last list shown."""

from __future__ import annotations

import re
from datetime import datetime

from domain.models import LIST_LIFETIME, Conversation

_NUMBER = re.compile(r"\s*(?:s[ốo]\s*)?(\d{1,2})\s*[.)]?\s*", re.IGNORECASE)


def typed_number(text: str) -> int | None:
    """The number when the message is nothing but a number from 1 to 99: "2", " 2. ", "số 2"."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def pressed(text: str, talk: Conversation, now: datetime) -> str | None:
    """What a typed number presses; None when it is no number, or no list of the last 30 minutes has it."""
    number = typed_number(text)
    if number is None or talk.shown_at is None or now - talk.shown_at > LIST_LIFETIME:
        return None
    return talk.shown[number - 1] if 1 <= number <= len(talk.shown) else None
