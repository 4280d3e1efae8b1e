"""Erasing what is held of the person who asks for it, here and, as far as it goes, in the messenger."""

from __future__ import annotations

from datetime import datetime

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import EraseButton, EraseChatButton
from bot.reply import reply
from bot.turn import Turn
from db.uow import UnitOfWork
from domain.models import Contact
from services import privacy
from services.callbacks import Callbacks
from texts import Texts

router = Router(name="privacy")


@router.message(Command("xoadulieu"))
async def erase(
    message: Message,
    turn: Turn,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    texts: Texts,
    callbacks: Callbacks,
) -> None:
    await privacy.erase(uow, contact, now, callbacks)
    turn.reply_lifetime = privacy.FAREWELL
    await message.answer(texts("privacy.erased"))


@router.callback_query(EraseButton.filter())
async def erase_by_press(
    press: CallbackQuery,
    turn: Turn,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    texts: Texts,
    callbacks: Callbacks,
) -> None:
    await privacy.erase(uow, contact, now, callbacks)
    turn.reply_lifetime = privacy.FAREWELL
    await reply(press, texts("privacy.erased"))


@router.message(Command("xoachat"))
async def erase_chat(
    message: Message,
    turn: Turn,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    texts: Texts,
    callbacks: Callbacks,
) -> None:
    await privacy.erase(uow, contact, now, callbacks)
    turn.reply_lifetime, turn.erase_chat, turn.farewell = privacy.FAREWELL, True, True
    await message.answer(texts("privacy.chat_by_hand"))


@router.callback_query(EraseChatButton.filter())
async def erase_chat_by_press(
    press: CallbackQuery,
    turn: Turn,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    texts: Texts,
    callbacks: Callbacks,
) -> None:
    await privacy.erase(uow, contact, now, callbacks)
    turn.reply_lifetime, turn.erase_chat, turn.farewell = privacy.FAREWELL, True, True
    await reply(press, texts("privacy.chat_by_hand"))
