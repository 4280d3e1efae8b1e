"""What is typed instead of pressing a button: its number, or "có", "không", "đồng ý" under a question that asks so."""

from __future__ import annotations

import re
from datetime import datetime

from bot.buttons import DangerButton
from bot.callback_buttons import ConsentButton, HelpButton
from domain.models import LIST_LIFETIME, Conversation
from knowledge.fold import plain

_NUMBER = re.compile(r"\s*(?:s[ốo]\s*)?(\d{1,2})\s*[.)]?\s*", re.IGNORECASE)
_LONGEST = 40  # characters of a typed answer
_WORD = re.compile(r"[a-z]+")
_POLITE = frozenset(("da", "a", "em", "anh", "chi", "toi", "minh", "ban"))
_NO = ("khong", "ko", "k", "hong", "khong co", "khong phai")
_DANGER = ("co", "dung", "dung roi", "phai", "vang", "u", "co nguy hiem", "dang nguy hiem")
_NO_DANGER = (*_NO, "khong sao", "chi hoi", "chi hoi thoi")
_REACHED = ("co", "duoc", "roi", "duoc roi", "goi roi", "goi duoc", "goi duoc roi", "da goi", "da goi duoc")
_NOT_REACHED = (*_NO, "chua", "chua goi", "chua goi duoc", "khong goi duoc")
_AGREED, _NOT_AGREED = ("dong y",), (*_NO, "khong dong y")
_ALL_SAID = frozenset((*_DANGER, *_NO_DANGER, *_REACHED, *_NOT_REACHED, *_AGREED, *_NOT_AGREED))
_BUTTONS = {kind.__prefix__: kind for kind in (DangerButton, HelpButton, ConsentButton)}


def typed_number(text: str) -> int | None:
    """The number when the message is nothing but a number from 1 to 99: "2", " 2. ", "số 2"."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else None


def is_choice(text: str) -> bool:
    """Whether a message may stand for a button."""
    return typed_number(text) is not None or _said(text) in _ALL_SAID


def pressed(text: str, talk: Conversation, now: datetime) -> str | None:
    """What a typed choice presses; None when it is none, or the last list of these 30 minutes does not have it."""
    if talk.shown_at is None or now - talk.shown_at > LIST_LIFETIME:
        return None
    if (number := typed_number(text)) is not None:
        return talk.shown[number - 1] if 1 <= number <= len(talk.shown) else None
    said = _said(text)
    return next((press for press in talk.shown if said in _words_for(press)), None)


def _said(text: str) -> str:
    return " ".join(word for word in _WORD.findall(plain(text)) if word not in _POLITE) if len(text) <= _LONGEST else ""


def _words_for(press: str) -> tuple[str, ...]:
    """What people say instead of pressing this button, without marks and polite words."""
    kind = _BUTTONS.get(press.partition(":")[0])
    match kind.unpack(press) if kind else None:
        case DangerButton(real=real):
            return _DANGER if real else _NO_DANGER
        case HelpButton(answer="reached"):
            return _REACHED
        case HelpButton(answer="not_reached"):
            return _NOT_REACHED
        case ConsentButton(agreed=agreed):
            return _AGREED if agreed else _NOT_AGREED
    return ()
