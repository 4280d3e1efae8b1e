""" "Cần hỗ trợ ngay", and whoever answers it."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import CallbackQuery

from bot.rights import StaffStep, needs
from bot.volunteer_buttons import TakeSupportButton
from domain.clients import ClientUnknown
from domain.clock import VIETNAM
from domain.staff import Right
from domain.volunteering import NotAssigned, NotConfident

router = Router(name="support")


async def call_for_help(step: StaffStep, client_id: int) -> None:
    """What to do in danger is said with it, whoever can be told or not, and to whom nobody is entrusted any more."""
    texts, volunteers = step.texts, step.office.volunteers
    step.turn.urgent = True
    try:
        client = await volunteers.client(step.uow, step.staff, client_id, step.now)
    except (ClientUnknown, NotAssigned, NotConfident):
        await step.say(f"{texts('support.not_yours')}\n{texts('support.danger')}")
        return
    called = await volunteers.support.call(step.uow, step.staff, client, step.now)
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
    call, caller = await support.take(step.uow, step.staff, callback_data.call, step.now)
    if call.taken_by == step.staff.number:
        await step.say(texts("support.taken", who=caller))
        return
    other = await step.uow.staff.find_number(call.taken_by or 0)
    who = support.called(other) if other else texts("staff.number", number=call.taken_by)
    taken_at = call.taken_at or step.now
    await step.say(texts("support.taken_by_other", who=who, at=f"{taken_at.astimezone(VIETNAM):%H:%M}"))
