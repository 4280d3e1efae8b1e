"""The staff list: who works here, who is invited, who leaves."""

from __future__ import annotations

import re
from collections.abc import Collection

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.filters import is_typed
from bot.handlers.staff.desk import called
from bot.pages import page_of
from bot.rights import StaffStep, needs
from bot.staff_buttons import DeskButton, InviteButton, Scope, ShutOutButton, StaffButton
from bot.staff_forms import StaffForm
from domain.staff import NotAllowed, Right, Role
from services import staffing

router = Router(name="people")
_INVITED = (Role.COUNSELLOR, Role.VOLUNTEER, Role.OFFICER, Role.ADMINISTRATOR)


@router.message(Command("nhansu"), flags=needs(Right.SEE_STAFF))
@router.callback_query(StaffButton.filter(), flags=needs(Right.SEE_STAFF))
async def list_staff(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: StaffButton | None = None
) -> None:
    texts = step.texts
    working = [each for each in await step.uow.staff.list_working() if step.staff.oversees(each)]
    shown, following = page_of(working, callback_data.page if callback_data else 0)
    lines = []
    for each in shown:
        duty = texts("desk.is_on_duty") if each.on_duty else ""
        scope = ", ".join(sorted(each.communes)) or texts("staff.whole_province")
        parts = (texts("staff.number", number=each.number), each.name, texts(f"staff.role_{each.role}"), scope, duty)
        lines.append(", ".join(part for part in parts if part))
    labelled: list[tuple[str, CallbackData]] = []
    if step.staff.may(Right.SHUT_OUT):
        labelled = [
            (texts("staff.shut_out", who=called(step, each)), ShutOutButton(number=each.number)) for each in shown
        ]
    if following:
        labelled.append((texts("buttons.more"), StaffButton(page=following)))
    await step.say("\n".join([texts("staff.list", count=len(working)), *lines]), *labelled)


@router.callback_query(ShutOutButton.filter(), flags=needs(Right.SHUT_OUT))
async def shut_out(_press: CallbackQuery, callback_data: ShutOutButton, step: StaffStep) -> None:
    texts, number = step.texts, callback_data.number
    leaver = await step.uow.staff.get(number)
    if not step.staff.oversees(leaver):
        raise NotAllowed
    if not callback_data.sure:
        sure = (texts("staff.shut_out_sure"), ShutOutButton(number=number, sure=True))
        await step.say(texts("staff.ask_shut_out", who=called(step, leaver)), sure, (texts("desk.open"), DeskButton()))
        return
    await step.office.duty.shut_out(step.uow, number, step.now, by=step.staff.number)
    if number != step.staff.number:
        await step.say(texts("staff.is_shut_out", who=called(step, leaver)), (texts("desk.staff"), StaffButton()))


@router.message(Command("moi"), flags=needs(Right.INVITE))
@router.callback_query(InviteButton.filter(), flags=needs(Right.INVITE))
async def invite(_event: Message | CallbackQuery, step: StaffStep, callback_data: InviteButton | None = None) -> None:
    """Role, then where: the whole scope of who invites, or some communes of it."""
    texts = step.texts
    chosen = callback_data or InviteButton()
    if chosen.role not in _INVITED:
        choices = [(texts(f"staff.role_{each}"), InviteButton(role=each)) for each in _INVITED]
        await step.say(texts("staff.ask_role"), *choices)
        return
    match chosen.scope:
        case Scope.ALL:
            await give_code(step, Role(chosen.role), step.staff.communes)
        case Scope.SOME:
            await step.state.set_state(StaffForm.communes)
            await step.state.set_data({"role": chosen.role})
            await step.say(texts("staff.ask_communes"))
        case _:
            everywhere = texts("staff.my_communes" if step.staff.communes else "staff.all_communes")
            await step.say(
                texts("staff.ask_scope"),
                (everywhere, chosen.model_copy(update={"scope": Scope.ALL})),
                (texts("staff.some_communes"), chosen.model_copy(update={"scope": Scope.SOME})),
            )


@router.message(StateFilter(StaffForm.communes), is_typed, flags=needs(Right.INVITE))
async def take_communes(_message: Message, step: StaffStep) -> None:
    communes = [name for part in re.split(r"[,;\n]", step.typed) if (name := " ".join(part.split()))]
    if not communes:
        await step.say(step.texts("staff.ask_communes"))
        return
    role = Role(str((await step.state.get_data())["role"]))
    await step.state.clear()
    await give_code(step, role, communes)


async def give_code(step: StaffStep, role: Role, communes: Collection[str]) -> None:
    code = await staffing.invite(step.uow, role, communes, step.now, inviter=step.staff)
    scope = ", ".join(sorted(communes)) or step.texts("staff.whole_province")
    said = {"role": step.texts(f"staff.role_{role}"), "scope": scope, "code": staffing.shown(code)}
    await step.say(step.texts("staff.invited", **said), (step.texts("desk.open"), DeskButton()))
