"""What an officer does to a client, each in one action: pause, take up again, end, another volunteer, a move."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.types import CallbackQuery, Message

from bot.buttons import MAX_BUTTONS
from bot.client_buttons import (
    EndButton,
    MoveButton,
    OtherDayButton,
    PauseButton,
    ReassignButton,
    ResumeButton,
    TakeBackButton,
)
from bot.client_forms import ClientForm
from bot.filters import is_typed
from bot.handlers.staff.clients import show_card
from bot.handlers.staff.days import day_choices, typed_day, wait_for_day
from bot.rights import StaffStep, needs
from domain.clients import Client, EndReason, PauseReason, VolunteerUnknown
from domain.clock import local_date
from domain.places import Commune
from domain.staff import Right
from services import clients
from services.client_words import on_day

router = Router(name="client_changes")
_PRESS = needs(Right.CHANGE_CLIENTS)


@router.callback_query(PauseButton.filter(), flags=_PRESS)
async def pause(_press: CallbackQuery, callback_data: PauseButton, step: StaffStep) -> None:
    await ask_or_do(step, "pause", callback_data, list(PauseReason))


@router.callback_query(EndButton.filter(), flags=_PRESS)
async def end(_press: CallbackQuery, callback_data: EndButton, step: StaffStep) -> None:
    await ask_or_do(step, "end", callback_data, list(EndReason))


@router.callback_query(ResumeButton.filter(), flags=_PRESS)
async def resume(_press: CallbackQuery, callback_data: ResumeButton, step: StaffStep) -> None:
    await ask_or_do(step, "resume", callback_data, [])


async def ask_or_do(
    step: StaffStep,
    what: str,
    button: PauseButton | EndButton | ResumeButton,
    reasons: Sequence[PauseReason | EndReason],
) -> None:
    """The reason first, where there is a choice of them, then the day; then it is done."""
    client = await clients.get(step.uow, step.staff, button.client)
    reason = "" if isinstance(button, ResumeButton) else button.reason
    if reasons and reason not in reasons:
        choices = [(_label(step, each), button.model_copy(update={"reason": each.value})) for each in reasons]
        await step.say(step.texts(f"clients.ask_{what}", code=client.code), *choices)
    elif button.days < 0:
        await ask_day(step, client, what, reason, button)
    else:
        await do(step, client, what, reason, local_date(step.now) - timedelta(days=button.days))


def _label(step: StaffStep, reason: PauseReason | EndReason) -> str:
    words = step.texts(f"clients.reason_{reason}")
    return words[:1].upper() + words[1:]


async def ask_day(
    step: StaffStep, client: Client, what: str, reason: str, button: PauseButton | EndButton | ResumeButton
) -> None:
    texts = step.texts
    key = "clients.ask_day_resume" if what == "resume" else "clients.ask_day"
    said = {"code": client.code, "reason": texts(f"clients.reason_{reason}") if reason else ""}
    other = OtherDayButton(client=client.id, do=what, reason=reason)
    await step.say(texts(key, **said), *day_choices(step, button, other))


@router.callback_query(OtherDayButton.filter(), flags=_PRESS)
async def other_day(_press: CallbackQuery, callback_data: OtherDayButton, step: StaffStep) -> None:
    await wait_for_day(step, ClientForm.day, callback_data)


@router.message(StateFilter(ClientForm.day), is_typed, flags=_PRESS)
async def take_day(_message: Message, step: StaffStep) -> None:
    form = OtherDayButton(**await step.state.get_data())
    if (on := await typed_day(step)) is None:
        return
    client = await clients.get(step.uow, step.staff, form.client)
    await do(step, client, form.do, form.reason, on)


async def do(step: StaffStep, client: Client, what: str, reason: str, on: date) -> None:
    changes, by = step.office.care.changes, step.staff.number
    if what == "pause":
        changed = await changes.pause(step.uow, client, PauseReason(reason), on, step.now, by=by)
        key = "clients.is_paused"
    elif what == "end":
        changed = await changes.end(step.uow, client, EndReason(reason), on, step.now, by=by)
        key = "clients.is_ended"
    else:
        changed = await changes.resume(step.uow, client, on, step.now, by=by)
        key = "clients.is_resumed"
    said = {"code": client.code, "on": on_day(on), "end": on_day(changed.terms.ends_on)}
    said["reason"] = step.texts(f"clients.reason_{reason}") if reason else ""
    await show_card(step, changed, step.texts(key, **said))


@router.callback_query(ReassignButton.filter(), flags=_PRESS)
async def reassign(_press: CallbackQuery, callback_data: ReassignButton, step: StaffStep) -> None:
    """From today on. Those who have clients in the same communes are offered; any other code can be typed."""
    client = await clients.get(step.uow, step.staff, callback_data.client)
    if callback_data.volunteer:
        volunteer = await step.uow.volunteers.get(callback_data.volunteer)
        await hand_to(step, client, volunteer.code)
        return
    known = await clients.volunteers_in_scope(step.uow, step.staff)
    offered = [each for each in known if each.number != client.volunteer][:MAX_BUTTONS]
    await step.state.set_state(ClientForm.volunteer)
    await step.state.set_data({"client": client.id})
    choices = [(each.code, ReassignButton(client=client.id, volunteer=each.number)) for each in offered]
    await step.say(step.texts("clients.ask_volunteer", code=client.code), *choices)


@router.message(StateFilter(ClientForm.volunteer), is_typed, flags=_PRESS)
async def take_volunteer(_message: Message, step: StaffStep) -> None:
    client = await clients.get(step.uow, step.staff, int((await step.state.get_data())["client"]))
    await hand_to(step, client, step.typed)


async def hand_to(step: StaffStep, client: Client, code: str) -> None:
    on = max(local_date(step.now), client.start_on)
    volunteer = await step.uow.volunteers.find(code)
    had = {each.volunteer for each in await step.uow.clients.assignments([client.id])}
    if volunteer and volunteer.number not in had and await clients.works_elsewhere(step.uow, step.staff, volunteer):
        raise VolunteerUnknown
    changed = await step.office.care.changes.reassign(step.uow, client, code, on, step.now, by=step.staff.number)
    await step.state.clear()
    await show_card(step, changed, step.texts("clients.is_reassigned", code=client.code, volunteer=code))


@router.callback_query(MoveButton.filter(), flags=_PRESS)
async def move(_press: CallbackQuery, callback_data: MoveButton, step: StaffStep) -> None:
    client = await clients.get(step.uow, step.staff, callback_data.client)
    if callback_data.commune:
        [commune] = step.office.care.find_communes(callback_data.commune)
        await move_to(step, client, commune)
        return
    await step.state.set_state(ClientForm.commune)
    await step.state.set_data({"client": client.id})
    await step.say(step.texts("clients.ask_commune", code=client.code))


@router.message(StateFilter(ClientForm.commune), is_typed, flags=_PRESS)
async def take_commune(_message: Message, step: StaffStep) -> None:
    client = await clients.get(step.uow, step.staff, int((await step.state.get_data())["client"]))
    found = step.office.care.find_communes(step.typed)[:MAX_BUTTONS]
    if not found:
        await step.say(step.texts("clients.commune_unknown"))
        return
    choices = [(f"{each.name}, {each.province}", MoveButton(client=client.id, commune=each.code)) for each in found]
    await step.say(step.texts("clients.commune_which"), *choices)


async def move_to(step: StaffStep, client: Client, commune: Commune) -> None:
    if commune.code == client.commune_code:
        await step.say(step.texts("clients.commune_same"))
        return
    on = local_date(step.now)
    changed = await step.office.care.changes.move(step.uow, client, commune, on, step.now, by=step.staff.number)
    await step.state.clear()
    said = step.texts("clients.is_moved", code=client.code, commune=commune.name, on=on_day(on))
    if clients.covers(step.staff, commune.name):
        await show_card(step, changed, said)
    else:
        await step.say(said)  # from now on another commune's


@router.callback_query(TakeBackButton.filter(), flags=_PRESS)
async def take_back(_press: CallbackQuery, callback_data: TakeBackButton, step: StaffStep) -> None:
    client = await clients.get(step.uow, step.staff, callback_data.client)
    changed = await step.office.care.changes.reopen(step.uow, client, step.now, by=step.staff.number)
    await show_card(step, changed, step.texts("clients.is_taken_back", code=client.code))
