"""Erasing what is held of the person who asks for it, here and, as far as it goes, in the messenger."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import EraseButton, EraseChatButton
from bot.step import Step
from services import privacy

router = Router(name="privacy")


@router.message(Command("xoadulieu"))
@router.callback_query(EraseButton.filter())
async def erase(_event: Message | CallbackQuery, step: Step) -> None:
    await privacy.erase(step.uow, step.contact, step.now, step.callbacks)
    step.turn.reply_lifetime = privacy.FAREWELL
    await step.say(step.texts("privacy.erased"))


@router.message(Command("xoachat"))
@router.callback_query(EraseChatButton.filter())
async def erase_chat(_event: Message | CallbackQuery, step: Step) -> None:
    await privacy.erase(step.uow, step.contact, step.now, step.callbacks)
    step.turn.reply_lifetime, step.turn.erase_chat, step.turn.farewell = privacy.FAREWELL, True, True
    await step.say(step.texts("privacy.chat_by_hand"))
