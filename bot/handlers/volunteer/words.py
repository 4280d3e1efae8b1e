"""What volunteers type instead of a command: the words that stand in an approved message, which has no buttons."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiogram.types import Message

from knowledge.fold import plain


def says(*phrases: str) -> Callable[[Message], Awaitable[bool]]:
    """Nothing but one of these phrases, with or without tone marks."""
    wanted = {plain(phrase) for phrase in phrases}

    async def is_said(message: Message) -> bool:
        text = message.text or ""
        return len(text) <= 40 and plain(text).strip() in wanted

    return is_said
