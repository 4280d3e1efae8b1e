"""What a handler may use: what one channel cannot do is refused on all of them, so no conversation rests on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.methods import DeleteMessage, EditMessageText, SendDocument, SendMessage, SendPhoto, TelegramMethod
from aiogram.types import FSInputFile, InlineKeyboardButton, InlineKeyboardMarkup, KeyboardButton, ReplyKeyboardMarkup

from bot.dispatcher import create_bot
from bot.turn import Turn, current_turn
from domain.models import Channel, Contact, Conversation

ME, SOMEBODY_ELSE = 7, 8
LINK = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Trang", url="https://example.gov.vn")]])
KEYBOARD = ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="Gửi số", request_contact=True)]])


@pytest.mark.parametrize(
    "method",
    [
        EditMessageText(chat_id=ME, message_id=1, text="khác"),
        DeleteMessage(chat_id=ME, message_id=1),
        SendPhoto(chat_id=ME, photo="id"),
        SendDocument(chat_id=ME, document=FSInputFile("bao-cao.docx")),
        SendMessage(chat_id=SOMEBODY_ELSE, text="x"),
        SendMessage(chat_id=ME, text="<b>x</b>", parse_mode="HTML"),
        SendMessage(chat_id=ME, text="x", reply_markup=LINK),
        SendMessage(chat_id=ME, text="x", reply_markup=KEYBOARD),
    ],
    ids=["edit", "delete", "photo", "file-not-at-hand", "somebody-else", "markup", "link-button", "keyboard"],
)
async def test_what_not_every_channel_can_do_is_refused(method: TelegramMethod[Any]) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    turn = Turn(None, Contact(ME, Channel.ZALO), Conversation(), now)  # type: ignore[arg-type]
    current = current_turn.set(turn)
    try:
        with pytest.raises(NotImplementedError):
            await create_bot()(method)
    finally:
        current_turn.reset(current)
