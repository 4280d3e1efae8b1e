"""What a message is. Coroutines on purpose: aiogram runs any other filter, `F` included, in a thread of its own."""

from __future__ import annotations

import re
from functools import cache

from aiogram.types import Message

from bot.danger import was_in_danger
from bot.turn import Turn
from bot.typed import typed_number
from domain.tickets import code_in
from knowledge.fold import plain
from texts import Texts

_WORD = re.compile(r"[a-z]+")
_LONGEST_COURTESY = 60  # characters


async def is_text(message: Message) -> bool:
    return bool(message.text and message.text.strip())


async def is_not_text(message: Message) -> bool:
    return not (message.text and message.text.strip())


async def is_contact(message: Message) -> bool:
    return message.contact is not None


async def has_ticket_code(message: Message) -> bool:
    return code_in(message.text or "") is not None


async def is_typed(message: Message) -> bool:
    """Words for a form: a command goes its own way, whatever was being filled in."""
    return bool(message.text and message.text.strip() and not message.text.startswith("/"))


async def is_number(message: Message) -> bool:
    return typed_number(message.text or "") is not None


async def is_greeting(message: Message, texts: Texts) -> bool:
    """Nothing but "xin chào ạ", "alo", "menu" and the like; a greeting before a question is a question."""
    return _courtesy(message.text or "", texts) == "hello"


async def is_courtesy(message: Message, texts: Texts, turn: Turn) -> bool | dict[str, str]:
    """Nothing but thanks, a farewell, "vâng" or "không hiểu". Soon after danger nothing is mere courtesy."""
    kind = _courtesy(message.text or "", texts)
    return {"courtesy": kind} if kind and not was_in_danger(turn) else False


def _courtesy(text: str, texts: Texts) -> str | None:
    words = _WORD.findall(plain(text)) if len(text) <= _LONGEST_COURTESY else []
    phrases, polite = _courtesies(texts)
    return phrases.get(" ".join(words)) or phrases.get(" ".join(word for word in words if word not in polite))


@cache
def _courtesies(texts: Texts) -> tuple[dict[str, str], frozenset[str]]:
    """Each phrase with the kind of courtesy it is; polite words that may stand around it."""
    kinds = ("hello", "thanks", "farewell", "agreed", "lost")
    phrases = {phrase.strip(): kind for kind in kinds for phrase in texts(f"courtesy.{kind}").split(",")}
    return phrases, frozenset(_WORD.findall(texts("courtesy.polite")))
