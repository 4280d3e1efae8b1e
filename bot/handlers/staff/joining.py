"""Coming to work here: a one-time invitation, by link or typed."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.types import Message

from bot.staff_buttons import DeskButton
from bot.step import Step
from bot.volunteer_buttons import ConfidenceButton
from domain.staff import Right
from services import staffing
from services.office import Office

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
async def join(_message: Message, code: str, step: Step, office: Office) -> None:
    staff = await staffing.join(step.uow, step.contact, code, step.now)
    await office.duty.retire_older_accounts(step.uow, staff, step.now)
    await step.state.clear()
    texts = step.texts
    scope = ", ".join(sorted(staff.communes)) or texts("staff.whole_province")
    said = {"role": texts(f"staff.role_{staff.role}"), "number": staff.number, "scope": scope}
    if staff.may(Right.BE_REMINDED):
        welcome = f"{texts('volunteer.joined', **said)}\n\n{texts('volunteer.duty')}"
        await step.say(welcome, (texts("volunteer.accept_duty"), ConfidenceButton()))
        return
    await step.say(texts("staff.joined", **said), (texts("desk.open"), DeskButton()))
