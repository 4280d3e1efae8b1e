"""Deletes a chat as far as Telegram lets a bot: what both sides said in the last 48 hours."""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Bot
from telegram.error import BadRequest

from domain.models import ChatMessage

_AT_ONCE = 100


async def erase_messages(bot: Bot, chat: int, said: Sequence[ChatMessage]) -> int:
    """Returns how many messages could not be deleted. What is gone already counts as deleted.

    Raises what python-telegram-bot raises when it is not about a single message.
    """
    failed = 0
    ids = sorted({int(message.message_id) for message in said})
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        try:
            await bot.delete_messages(chat, some)
        except BadRequest:  # one of them is the reason; the others can go
            for message_id in some:
                failed += not await _erase_one(bot, chat, message_id)
    return failed


async def _erase_one(bot: Bot, chat: int, message_id: int) -> bool:
    try:
        return await bot.delete_message(chat, message_id)
    except BadRequest as error:
        return "not found" in error.message.lower()
