"""How it went, in two presses; and what was closed by mistake or too early, opened again."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.buttons import MAX_BUTTONS
from bot.handlers.staff.calling import show_number
from bot.rights import StaffStep, needs
from bot.staff_buttons import (
    DeskButton,
    FieldButton,
    MineButton,
    OutcomeButton,
    QueueButton,
    ReopenButton,
    WhoButton,
)
from domain.callbacks import CallbackRequest, Outcome, Wish
from domain.contact_records import Who
from domain.staff import Right
from services.desk import Reason

router = Router(name="closing")
_NOT_REACHED = {Outcome.NO_ANSWER, Outcome.BUSY}
_CLOSING = {Outcome.WRONG_NUMBER, Outcome.REFUSED}


@router.callback_query(OutcomeButton.filter(), flags=needs(Right.TAKE_REQUEST))
async def take_outcome(_press: CallbackQuery, callback_data: OutcomeButton, step: StaffStep) -> None:
    """The first press: who was met, or the call that reached nobody, or which of the two refusals it was."""
    request = await step.office.desk.mine(step.uow, step.staff, callback_data.request)
    outcome = callback_data.outcome
    if outcome == Outcome.MET:
        await ask_who(step, request)
    elif outcome in _NOT_REACHED:
        await note_try(step, request, Outcome(outcome))
    elif outcome in _CLOSING:
        await close(step, request, Outcome(outcome), Who.UNKNOWN)
    else:
        texts, number = step.texts, request.id
        wrong = (texts("outcome.wrong_number"), OutcomeButton(request=number, outcome=Outcome.WRONG_NUMBER))
        refused = (texts("outcome.refused"), OutcomeButton(request=number, outcome=Outcome.REFUSED))
        await step.say(texts("outcome.which"), wrong, refused)


async def ask_who(step: StaffStep, request: CallbackRequest) -> None:
    choices = [
        (step.texts(f"record.who_{who}"), WhoButton(request=request.id, who=who))
        for who in (Who.PERSON, Who.FAMILY, Who.OTHER)
    ]
    await step.say(step.texts("outcome.with_whom"), *choices)


async def note_try(step: StaffStep, request: CallbackRequest, outcome: Outcome) -> None:
    tried = await step.office.desk.not_reached(step.uow, step.staff, request.id, outcome, step.now)
    step.turn.erase_chat = True
    if tried.again is None:
        await say_closed(step, request, step.texts("outcome.given_up", count=tried.attempts), None)
        return
    window = step.office.lines.window(tried.again, step.now)
    text = step.texts("outcome.again", count=tried.attempts, window=window)
    await step.say(text, (step.texts("bell.show_mine"), MineButton()), (step.texts("bell.show_queue"), QueueButton()))


@router.callback_query(WhoButton.filter(), flags=needs(Right.TAKE_REQUEST))
async def close_met(_press: CallbackQuery, callback_data: WhoButton, step: StaffStep) -> None:
    """The second press: closed and logged; every field can still be corrected."""
    request = await step.office.desk.mine(step.uow, step.staff, callback_data.request)
    who = Who(callback_data.who) if callback_data.who in set(Who) else Who.UNKNOWN
    await close(step, request, Outcome.MET, who)


async def close(step: StaffStep, request: CallbackRequest, outcome: Outcome, who: Who) -> None:
    record_id = await step.office.desk.close(step.uow, step.staff, request.id, outcome, who, step.now)
    step.turn.erase_chat = True
    key = "outcome.closed" if request.wish is Wish.PHONE else "outcome.closed_here"
    await say_closed(step, request, step.texts(key, outcome=step.texts(f"outcome.{outcome}")), record_id)


async def say_closed(step: StaffStep, request: CallbackRequest, text: str, record_id: int | None) -> None:
    texts = step.texts
    details = [(texts("record.more"), FieldButton(record=record_id))] if record_id else []
    reopen = (texts("desk.reopen"), ReopenButton(request=request.id))
    await step.say(text, *details, reopen, (texts("bell.show_queue"), QueueButton()))


@router.message(Command("molai"), flags=needs(Right.REOPEN_REQUEST))
async def list_closed(_message: Message, step: StaffStep) -> None:
    """What was closed in the last hours and can still be opened again."""
    texts = step.texts
    closed = await step.office.desk.list_closed(step.uow, step.staff, MAX_BUTTONS)
    if not closed:
        await step.say(texts("desk.nothing_closed"), (texts("desk.open"), DeskButton()))
        return
    lines = [
        f"{place}. {texts(f'outcome.{each.outcome}')}: {step.office.lines.line(each, step.now)}"
        for place, each in enumerate(closed, 1)
    ]
    choices = [
        (texts("desk.reopen_one", place=place), ReopenButton(request=each.id)) for place, each in enumerate(closed, 1)
    ]
    await step.say("\n".join([texts("desk.closed"), *lines]), *choices)


@router.callback_query(ReopenButton.filter(), flags=needs(Right.REOPEN_REQUEST))
async def reopen(_press: CallbackQuery, callback_data: ReopenButton, step: StaffStep) -> None:
    texts, request_id = step.texts, callback_data.request
    if callback_data.reason not in set(Reason):
        choices = [
            (texts(f"desk.reason_{reason}"), ReopenButton(request=request_id, reason=reason)) for reason in Reason
        ]
        await step.say(texts("desk.ask_reason"), *choices)
        return
    desk = step.office.desk
    due = await desk.reopen(step.uow, step.staff, request_id, Reason(callback_data.reason), step.now)
    window = step.office.lines.window(due, step.now)
    if not step.staff.may(Right.TAKE_REQUEST):
        await step.say(texts("desk.reopened_for_all", window=window))
        return
    request = await desk.mine(step.uow, step.staff, request_id)
    await show_number(step, request, texts("desk.reopened", window=window))
