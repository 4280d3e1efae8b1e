""" "Cần hỗ trợ ngay", and whoever answers it."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.rights import StaffStep, needs
from bot.volunteer_buttons import TakeSupportButton
from domain.clients import Client
from domain.clock import VIETNAM
from domain.staff import Right
from services.volunteering import volunteer_of

router = Router(name="support")


async def call_for_help(step: StaffStep, client: Client) -> None:
    """What to do in danger is said with it, whoever can be told or not."""
    texts = step.texts
    volunteer = await volunteer_of(step.uow, step.staff)
    called = await step.office.volunteers.support.call(step.uow, step.staff, volunteer, client, step.now)
    step.turn.urgent = True
    if called.waiting is not None:
        head = texts("support.waiting", at=f"{called.waiting.asked_at.astimezone(VIETNAM):%H:%M}")
    elif called.told:
        head = texts("support.sent", count=called.told)
    else:
        head = texts("support.sent_nobody")
    await step.say(f"{head}\n{texts('support.danger')}")


@router.callback_query(TakeSupportButton.filter(), flags=needs(Right.ANSWER_SUPPORT))
async def take_call(_press: CallbackQuery, callback_data: TakeSupportButton, step: StaffStep) -> None:
    texts, support = step.texts, step.office.volunteers.support
    call, volunteer = await support.take(step.uow, step.staff, callback_data.call, step.now)
    if call.taken_by == step.staff.number:
        await step.say(texts("support.taken", volunteer=volunteer.code))
        return
    other = await step.uow.staff.find_number(call.taken_by or 0)
    who = support.called(other) if other else texts("staff.number", number=call.taken_by)
    taken_at = call.taken_at or step.now
    await step.say(texts("support.taken_by_other", who=who, at=f"{taken_at.astimezone(VIETNAM):%H:%M}"))
