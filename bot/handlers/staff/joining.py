"""Coming to work here: a one-time invitation, by link or typed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aiogram import Router
from aiogram.fsm.context import FSMContext
from aiogram.types import Message

from bot.buttons import buttons
from bot.staff_buttons import DeskButton
from bot.volunteer_buttons import ConfidenceButton
from db.uow import UnitOfWork
from domain.models import Contact
from domain.staff import Right
from services import staffing
from services.office import Office
from texts import Texts

router = Router(name="joining")


async def has_invitation(message: Message) -> bool | dict[str, Any]:
    """The code alone, after /thamgia, or as what a link adds to /start."""
    text = (message.text or "").strip()
    if len(text) > 80:
        return False
    command, _, rest = text.partition(" ")
    code = staffing.code_in(rest if command in {"/start", "/thamgia"} else text)
    return {"code": code} if code else False


@router.message(has_invitation)
async def join(
    message: Message,
    code: str,
    state: FSMContext,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    texts: Texts,
    office: Office,
) -> None:
    staff = await staffing.join(uow, contact, code, now)
    await office.duty.retire_older_accounts(uow, staff, now)
    await state.clear()
    scope = ", ".join(sorted(staff.communes)) or texts("staff.whole_province")
    text = texts("staff.joined", role=texts(f"staff.role_{staff.role}"), number=staff.number, scope=scope)
    if staff.may(Right.BE_REMINDED):
        accept = (texts("volunteer.accept_duty"), ConfidenceButton())
        welcome = texts("volunteer.joined", role=texts(f"staff.role_{staff.role}"), number=staff.number, scope=scope)
        await message.answer(f"{welcome}\n\n{texts('volunteer.duty')}", reply_markup=buttons([accept]))
        return
    await message.answer(text, reply_markup=buttons([(texts("desk.open"), DeskButton())]))
