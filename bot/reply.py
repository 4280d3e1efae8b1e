"""Answers a press. The message that carried the button may be old or gone, so a new one is always sent."""

from __future__ import annotations

from aiogram.types import CallbackQuery, InlineKeyboardMarkup


async def reply(press: CallbackQuery, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
    await press.answer()
    if press.bot is None:
        raise RuntimeError("an update that is not bound to the bot")
    await press.bot.send_message(press.from_user.id, text, reply_markup=markup)
