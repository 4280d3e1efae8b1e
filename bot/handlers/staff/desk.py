"""The front page: on and off duty, the queue, what is mine, handing over a shift, and what colleagues call me."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import MAX_BUTTONS
from bot.client_buttons import ClientsButton, LegalDatesButton
from bot.filters import is_typed
from bot.handlers.volunteer.today import other_lists
from bot.pages import page_of
from bot.report_buttons import ReportButton
from bot.rights import StaffStep, needs
from bot.staff_buttons import (
    DeskButton,
    DutyButton,
    HandShiftButton,
    InviteButton,
    MineButton,
    QueueButton,
    RecordButton,
    ShowButton,
    StaffButton,
    TakeButton,
)
from bot.staff_forms import StaffForm
from bot.volunteer_buttons import TodayButton
from domain.callbacks import CallbackRequest, Wish
from domain.staff import Right, Staff
from services import out_of_reach, staffing

router = Router(name="desk")
_MOST_OUT_OF_REACH = 30


@router.message(Command("ca", "truc"), flags=needs(Right.SEE_DESK))
@router.callback_query(DeskButton.filter(), flags=needs(Right.SEE_DESK))
async def open_desk(_event: Message | CallbackQuery, step: StaffStep) -> None:
    await step.state.clear()
    await show_desk(step, step.staff)


async def show_desk(step: StaffStep, staff: Staff) -> None:
    texts, may = step.texts, staff.may
    waiting = len(await step.office.desk.queue(step.uow, staff)) if may(Right.SEE_QUEUE) else 0
    mine = len(await step.office.desk.list_mine(step.uow, staff)) if may(Right.TAKE_REQUEST) else 0
    shown: list[tuple[str, CallbackData]] = []
    if may(Right.BE_ON_DUTY):
        shown.append((texts("desk.end" if staff.on_duty else "desk.begin"), DutyButton(on=not staff.on_duty)))
    if may(Right.SEE_QUEUE):
        shown.append((texts("desk.show_queue", count=waiting), QueueButton()))
    if may(Right.TAKE_REQUEST):
        shown.append((texts("desk.show_mine", count=mine), MineButton()))
    if may(Right.BE_REMINDED):
        shown += other_lists(step)[:-1]
        shown.insert(0, (texts("volunteer.today"), TodayButton()))
    elif may(Right.RECORD_CONTACT):
        shown.append((texts("desk.record"), RecordButton()))
    if may(Right.BE_ON_DUTY) and staff.on_duty:
        shown.append((texts("desk.hand_shift"), HandShiftButton()))
    if may(Right.REPORT):
        shown.append((texts("desk.report"), ReportButton()))
    if may(Right.SEE_CLIENTS):
        shown.append((texts("clients.open_list"), ClientsButton()))
        shown.append((texts("legal_dates.open"), LegalDatesButton()))
    if may(Right.SEE_STAFF) and len(shown) < MAX_BUTTONS:  # who has more to do types /nhansu
        shown.append((texts("desk.staff"), StaffButton()))
    if may(Right.INVITE):
        shown.append((texts("desk.invite"), InviteButton()))
    state = texts("desk.is_on_duty" if staff.on_duty else "desk.is_off_duty") if may(Right.BE_ON_DUTY) else ""
    key = "desk.title_with_state" if state else "desk.title"
    head = texts(key, who=called(step, staff), role=texts(f"staff.role_{staff.role}"), state=state)
    await step.say(head, *shown)


def called(step: StaffStep, staff: Staff) -> str:
    return staff.name or step.texts("staff.number", number=staff.number)


@router.callback_query(DutyButton.filter(), flags=needs(Right.BE_ON_DUTY))
async def change_duty(_press: CallbackQuery, callback_data: DutyButton, step: StaffStep) -> None:
    duty, texts = step.office.duty, step.texts
    if callback_data.on:
        await duty.begin(step.uow, step.staff, step.now)
        waiting = len(await step.office.desk.queue(step.uow, step.staff))
        await step.say(texts("desk.begun", count=waiting), (texts("desk.show_queue", count=waiting), QueueButton()))
        return
    left = await duty.end(step.uow, step.staff, step.now)
    if left:
        text = texts("desk.ended_with", count=left)
        await step.say(text, (texts("desk.hand_shift"), HandShiftButton()), (texts("bell.show_mine"), MineButton()))
        return
    await step.say(texts("desk.ended"), (texts("desk.open"), DeskButton()))


@router.message(Command("bangiao"), flags=needs(Right.BE_ON_DUTY))
@router.callback_query(HandShiftButton.filter(), flags=needs(Right.BE_ON_DUTY))
async def hand_over_shift(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: HandShiftButton | None = None
) -> None:
    """All requests to a colleague on duty; the numbers go out of this chat with the answer."""
    texts = step.texts
    if callback_data is None or not callback_data.to:
        colleagues = (await step.office.desk.colleagues(step.uow, step.staff))[:MAX_BUTTONS]
        if not colleagues:
            await step.say(texts("desk.nobody_to_hand_to"), (texts("desk.open"), DeskButton()))
            return
        choices = [(called(step, each), HandShiftButton(to=each.number)) for each in colleagues]
        await step.say(texts("desk.hand_shift_to"), *choices)
        return
    handed = await step.office.duty.hand_over_shift(step.uow, step.staff, callback_data.to, step.now)
    step.turn.erase_chat = True
    await step.say(texts("desk.shift_handed", count=handed), (texts("desk.open"), DeskButton()))


@router.message(Command("hangcho"), flags=needs(Right.SEE_QUEUE))
@router.callback_query(QueueButton.filter(), flags=needs(Right.SEE_QUEUE))
async def show_queue(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: QueueButton | None = None
) -> None:
    """Who waits, with how long; the number of a line takes that request."""
    texts = step.texts
    waiting = await step.office.desk.queue(step.uow, step.staff)
    shown, following = page_of(waiting, callback_data.page if callback_data else 0)
    if not shown:
        await step.say(texts("desk.queue_empty"), (texts("desk.open"), DeskButton()))
        return
    lines = [f"{place}. {step.office.lines.line(each, step.now)}" for place, each in enumerate(shown, 1)]
    text = "\n".join([texts("desk.queue", count=len(waiting)), *lines])
    choices: list[tuple[str, CallbackData]] = []
    if step.staff.may(Right.TAKE_REQUEST):
        choices = [
            (texts("desk.take", place=place), TakeButton(request=each.id)) for place, each in enumerate(shown, 1)
        ]
    if following:
        choices.append((texts("buttons.more"), QueueButton(page=following)))
    await step.say(text, *(choices or [(texts("desk.open"), DeskButton())]))


@router.message(Command("viec"), flags=needs(Right.TAKE_REQUEST))
@router.callback_query(MineButton.filter(), flags=needs(Right.TAKE_REQUEST))
async def show_mine(_event: Message | CallbackQuery, step: StaffStep) -> None:
    texts = step.texts
    mine: list[CallbackRequest] = (await step.office.desk.list_mine(step.uow, step.staff))[:MAX_BUTTONS]
    if not mine:
        await step.say(texts("desk.nothing_mine"), (texts("desk.open"), DeskButton()))
        return
    lines = [f"{place}. {step.office.lines.line(each, step.now)}" for place, each in enumerate(mine, 1)]
    choices = [
        (texts("desk.show" if each.wish is Wish.PHONE else "desk.show_here", place=place), ShowButton(request=each.id))
        for place, each in enumerate(mine, 1)
    ]
    await step.say("\n".join([texts("desk.mine"), *lines]), *choices)


@router.message(Command("khonglienlac"), flags=needs(Right.SEE_QUEUE))
async def show_out_of_reach(_message: Message, step: StaffStep) -> None:
    """Whom no message of ours reaches, and why."""
    texts = step.texts
    found = (await out_of_reach.look(step.uow, step.staff))[:_MOST_OUT_OF_REACH]
    lines = [
        texts(
            "desk.out_of_reach",
            who=called(step, each.colleague) if each.colleague else line_of(step, each.request),
            why=texts(f"zalo.reasons.{each.reason}"),
            since=step.office.lines.duration(step.now - each.since),
        )
        for each in found
    ]
    text = "\n".join([texts("desk.out_of_reach_title"), *lines]) if lines else texts("desk.all_in_reach")
    await step.say(text, (texts("desk.open"), DeskButton()))


def line_of(step: StaffStep, request: CallbackRequest | None) -> str:
    return step.office.lines.line(request, step.now) if request else ""


@router.message(Command("ten"), flags=needs(Right.SEE_DESK))
async def ask_name(_message: Message, step: StaffStep) -> None:
    """What colleagues see when work is handed over."""
    if step.typed:
        await keep_name(step)
        return
    await step.state.set_state(StaffForm.name)
    await step.say(step.texts("staff.ask_name"))


@router.message(StateFilter(StaffForm.name), is_typed, flags=needs(Right.SEE_DESK))
async def take_name(_message: Message, step: StaffStep) -> None:
    await keep_name(step)


async def keep_name(step: StaffStep) -> None:
    await step.state.clear()
    kept = await staffing.set_name(step.uow, step.staff, step.typed)
    await step.say(step.texts("staff.name_kept", name=kept or "-"), (step.texts("desk.open"), DeskButton()))
