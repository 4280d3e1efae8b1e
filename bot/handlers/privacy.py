"""Erasing what is held of the person who asks for it."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import EraseButton
from bot.reply import reply
from bot.turn import Turn
from db.uow import UnitOfWork
from domain.models import Contact
from services import privacy
from services.callbacks import Callbacks
from texts import Texts

router = Router(name="privacy")

_FAREWELL = timedelta(hours=1)
"""How long the confirmation waits to be read before it is erased too."""


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
    turn.reply_lifetime = _FAREWELL
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
    turn.reply_lifetime = _FAREWELL
    await reply(press, texts("privacy.erased"))
