"""Somebody stopped the bot, or took back the consent to their data: nothing is said any more."""

from __future__ import annotations

from datetime import datetime

from aiogram import Router
from aiogram.enums import ChatMemberStatus
from aiogram.types import ChatMemberUpdated

from db.uow import UnitOfWork
from domain.models import Contact
from services import privacy
from services.callbacks import Callbacks

router = Router(name="leaving")


@router.my_chat_member()
async def leave(
    change: ChatMemberUpdated, uow: UnitOfWork, contact: Contact, now: datetime, callbacks: Callbacks
) -> None:
    match change.new_chat_member.status:
        case ChatMemberStatus.KICKED:
            await privacy.stop(uow, contact, now)
        case ChatMemberStatus.LEFT:
            await privacy.erase(uow, contact, now, callbacks)
