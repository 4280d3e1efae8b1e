"""The Bot's session while a handler runs: what the handler says becomes outbox rows in its own transaction."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, SendChatAction, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import Chat, InlineKeyboardMarkup, Message

from bot.turn import Turn, current_turn
from domain.models import Choice, Letter


class RecordingSession(BaseSession):
    """Sends nothing. A method that not every channel can do raises, so no handler comes to depend on it."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the base class has it
    ) -> TelegramType:
        match method:
            case SendMessage():
                return cast(TelegramType, _record(bot, method, current_turn.get()))
            case AnswerCallbackQuery() | SendChatAction():  # nice where there is such a thing; nothing rests on it
                return cast(TelegramType, True)
        raise NotImplementedError(f"{type(method).__name__}: not every channel can do this")

    async def close(self) -> None:
        pass

    async def stream_content(self, *_args: Any, **_kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("files are not fetched while a handler runs")
        yield b""


def _record(bot: Bot, method: SendMessage, turn: Turn) -> Message:
    if method.chat_id != turn.contact.id:
        raise NotImplementedError("a handler speaks to the person it was called for")
    choices = _numbered(method.reply_markup)
    letter = Letter(
        method.text,
        choices,
        urgent=turn.urgent,
        protect=method.protect_content is True,
        erase_chat=turn.erase_chat,
    )
    row_id = turn.uow.outbox.add(turn.contact, letter, turn.now, priority=turn.priority, lifetime=turn.reply_lifetime)
    if choices:
        turn.talk.shown = tuple(choice.press for choice in choices)
        turn.talk.shown_at = turn.now
        turn.uow.conversations.changed(turn.contact.id, turn.now)
    chat = Chat(id=turn.contact.id, type="private")
    return Message(message_id=row_id, date=turn.now, chat=chat, text=method.text).as_(bot)


def _numbered(markup: object) -> tuple[Choice, ...]:
    """Buttons in reading order; each carries the number that may be typed instead of pressing it."""
    if markup is None:
        return ()
    if not isinstance(markup, InlineKeyboardMarkup):
        raise NotImplementedError(f"{type(markup).__name__}: not every channel can show this")
    buttons = [button for row in markup.inline_keyboard for button in row]
    if any(button.callback_data is None for button in buttons):
        raise NotImplementedError("a button without callback data")
    return tuple(
        Choice(f"{number}. {button.text}", str(button.callback_data)) for number, button in enumerate(buttons, start=1)
    )
