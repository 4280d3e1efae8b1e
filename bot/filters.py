"""What a message is. Coroutines on purpose: aiogram runs any other filter, `F` included, in a thread of its own."""

from __future__ import annotations

import re

from aiogram.types import Message

from bot.numbers import typed_number
from domain.tickets import code_in
from knowledge.fold import plain
from texts import Texts

_WORD = re.compile(r"[a-z]+")


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
    if not message.text or len(message.text) > 60:
        return False
    words = set(_WORD.findall(plain(message.text)))
    openings = set(texts("greeting.openings").split())
    return bool(words & openings) and words <= openings | set(texts("greeting.polite").split())
