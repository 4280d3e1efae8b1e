"""The Bot's session while a handler runs: what the handler says becomes outbox rows in its own transaction."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any, cast

from aiogram import Bot
from aiogram.client.session.base import BaseSession
from aiogram.methods import AnswerCallbackQuery, GetMe, SendChatAction, SendDocument, SendMessage, TelegramMethod
from aiogram.methods.base import TelegramType
from aiogram.types import BufferedInputFile, Chat, InlineKeyboardMarkup, Message, User

from bot.turn import Turn, current_turn
from domain.models import Choice, Document, Letter


class RecordingSession(BaseSession):
    """Sends nothing. A method that not every channel can do raises, so no handler comes to depend on it."""

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - the base class has it
    ) -> TelegramType:
        match method:
            case SendMessage() | SendDocument():
                return cast(TelegramType, _record(bot, method, current_turn.get()))
            case GetMe():  # aiogram asks when a command is addressed: "/menu@name"
                return cast(TelegramType, User(id=bot.id, is_bot=True, first_name="-", username="-"))
            case AnswerCallbackQuery() | SendChatAction():  # nice where there is such a thing; nothing rests on it
                return cast(TelegramType, True)
        raise NotImplementedError(f"{type(method).__name__}: not every channel can do this")

    async def close(self) -> None:
        pass

    async def stream_content(self, *_args: Any, **_kwargs: Any) -> AsyncGenerator[bytes, None]:
        raise NotImplementedError("files are not fetched while a handler runs")
        yield b""


def _record(bot: Bot, method: SendMessage | SendDocument, turn: Turn) -> Message:
    if method.chat_id != turn.contact.id:
        raise NotImplementedError("a handler speaks to the person it was called for")
    if isinstance(method.parse_mode, str):  # Zalo and the page would show the tags
        raise NotImplementedError("texts are plain")
    choices = _numbered(method.reply_markup)
    text = method.text if isinstance(method, SendMessage) else method.caption or ""
    letter = Letter(
        text,
        choices,
        urgent=turn.urgent,
        protect=method.protect_content is True,
        erase_chat=turn.erase_chat,
        farewell=turn.farewell,
        document=_document(method) if isinstance(method, SendDocument) else None,
    )
    row_id = turn.uow.outbox.add(turn.contact, letter, turn.now, priority=turn.priority, lifetime=turn.reply_lifetime)
    if choices:
        turn.talk.shown = tuple(choice.press for choice in choices)
        turn.talk.shown_at = turn.now
        turn.uow.conversations.changed(turn.contact.id, turn.now)
    chat = Chat(id=turn.contact.id, type="private")
    return Message(message_id=row_id, date=turn.now, chat=chat, text=text).as_(bot)


def _document(method: SendDocument) -> Document:
    if not isinstance(method.document, BufferedInputFile):
        raise NotImplementedError("a document whose content is not at hand cannot be sealed")
    return Document(method.document.filename or "-", method.document.data)


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
