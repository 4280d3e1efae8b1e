"""A request in one pair of hands: taken, shown, noted, answered in the chat, given back, handed over."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import MAX_BUTTONS
from bot.filters import is_typed
from bot.handlers.staff.desk import called
from bot.rights import StaffStep, needs
from bot.staff_buttons import (
    DeskButton,
    Do,
    DoButton,
    HandOverButton,
    MineButton,
    OutcomeButton,
    QueueButton,
    ShowButton,
    TakeButton,
)
from bot.staff_forms import StaffForm
from domain.callbacks import CallbackRequest, Outcome, Wish
from domain.models import Choice
from domain.staff import RequestTaken, Right

router = Router(name="calling")


@router.callback_query(TakeButton.filter(), flags=needs(Right.TAKE_REQUEST))
async def take(press: CallbackQuery, callback_data: TakeButton, step: StaffStep) -> None:
    """One wins; the other is told, and where the rest of the queue is."""
    try:
        request = await step.office.desk.take(step.uow, step.staff, callback_data.request, step.now)
    except RequestTaken:
        await step.say(step.texts("desk.taken"), (step.texts("bell.show_queue"), QueueButton()))
        return
    await press.answer()
    await show_number(step, request)


@router.callback_query(ShowButton.filter(), flags=needs(Right.TAKE_REQUEST))
async def show(press: CallbackQuery, callback_data: ShowButton, step: StaffStep) -> None:
    """The number again, as often as it is needed; each time stands in the trail."""
    request = await step.office.desk.mine(step.uow, step.staff, callback_data.request)
    await press.answer()
    await show_number(step, request)


async def show_number(step: StaffStep, request: CallbackRequest, head: str = "") -> None:
    choices = [Choice(label, data.pack()) for label, data in under_number(step, request)]
    await step.office.showing.show(step.uow, step.staff, request, choices, step.now, head=head)


def under_number(step: StaffStep, request: CallbackRequest) -> list[tuple[str, CallbackData]]:
    texts, number = step.texts, request.id
    met = (texts("outcome.met"), OutcomeButton(request=number, outcome=Outcome.MET))
    more = (texts("desk.more"), DoButton(request=number, do=Do.MORE))
    if request.wish is Wish.HERE:
        write = (texts("desk.write"), DoButton(request=number, do=Do.WRITE))
        silent = (texts("outcome.no_reply"), OutcomeButton(request=number, outcome=Outcome.NO_ANSWER))
        refused = (texts("outcome.refused"), OutcomeButton(request=number, outcome=Outcome.REFUSED))
        return [write, met, silent, refused, more]
    return [
        met,
        (texts("outcome.no_answer"), OutcomeButton(request=number, outcome=Outcome.NO_ANSWER)),
        (texts("outcome.busy"), OutcomeButton(request=number, outcome=Outcome.BUSY)),
        (texts("outcome.not"), OutcomeButton(request=number, outcome="not")),
        more,
    ]


@router.callback_query(DoButton.filter(), flags=needs(Right.TAKE_REQUEST))
async def do(_press: CallbackQuery, callback_data: DoButton, step: StaffStep) -> None:
    request = await step.office.desk.mine(step.uow, step.staff, callback_data.request)
    match callback_data.do:
        case Do.MORE:
            await show_more(step, request)
        case Do.RISK:
            await ask_for(step, request, StaffForm.risk, "desk.ask_risk")
        case Do.WRITE:
            await ask_for(step, request, StaffForm.line, "desk.ask_line")
        case Do.HAND_OVER:
            await ask_colleague(step, request)
        case Do.RELEASE:
            await step.office.desk.release(step.uow, step.staff, request.id, step.now)
            step.turn.erase_chat = True
            await step.say(step.texts("desk.released"), (step.texts("desk.open"), DeskButton()))
        case Do.BLOCK:
            await step.office.desk.callbacks.block_contact(step.uow, request, step.now)
            await step.say(step.texts("desk.blocked"), (step.texts("desk.show_again"), ShowButton(request=request.id)))


async def show_more(step: StaffStep, request: CallbackRequest) -> None:
    texts = step.texts
    labelled = [
        (texts("desk.do_risk"), DoButton(request=request.id, do=Do.RISK)),
        (texts("desk.do_hand"), DoButton(request=request.id, do=Do.HAND_OVER)),
        (texts("desk.do_release"), DoButton(request=request.id, do=Do.RELEASE)),
        (texts("desk.do_block"), DoButton(request=request.id, do=Do.BLOCK)),
        (texts("desk.show_again"), ShowButton(request=request.id)),
    ]
    await step.say(step.office.lines.line(request, step.now), *labelled)


async def ask_for(step: StaffStep, request: CallbackRequest, form: object, key: str) -> None:
    await step.state.set_state(form)  # type: ignore[arg-type]
    await step.state.set_data({"request": request.id})
    await step.say(step.texts(key))


@router.message(StateFilter(StaffForm.risk), is_typed, flags=needs(Right.TAKE_REQUEST))
async def note_risk(_message: Message, step: StaffStep) -> None:
    request_id = int((await step.state.get_data())["request"])
    await step.state.clear()
    await step.office.desk.note_risk(step.uow, step.staff, request_id, step.typed, step.now)
    await step.say(step.texts("desk.risk_noted"), (step.texts("desk.show_again"), ShowButton(request=request_id)))


@router.message(StateFilter(StaffForm.line), is_typed, flags=needs(Right.TAKE_REQUEST))
async def write_line(_message: Message, step: StaffStep) -> None:
    """What a counsellor types goes to the citizen; the account of neither is seen by the other."""
    request_id = int((await step.state.get_data())["request"])
    await step.state.clear()
    await step.office.desk.write_here(step.uow, step.staff, request_id, step.typed, step.now)
    again = (step.texts("desk.write"), DoButton(request=request_id, do=Do.WRITE))
    done = (step.texts("outcome.met"), OutcomeButton(request=request_id, outcome=Outcome.MET))
    await step.say(step.texts("desk.line_sent"), again, done)


async def ask_colleague(step: StaffStep, request: CallbackRequest) -> None:
    colleagues = (await step.office.desk.colleagues(step.uow, step.staff, request))[:MAX_BUTTONS]
    if not colleagues:
        show_again = (step.texts("desk.show_again"), ShowButton(request=request.id))
        await step.say(step.texts("desk.nobody_to_hand_to"), show_again)
        return
    choices = [(called(step, each), HandOverButton(request=request.id, to=each.number)) for each in colleagues]
    await step.say(step.texts("desk.hand_to"), *choices)


@router.callback_query(HandOverButton.filter(), flags=needs(Right.TAKE_REQUEST))
async def hand_over(_press: CallbackQuery, callback_data: HandOverButton, step: StaffStep) -> None:
    desk, request_id = step.office.desk, callback_data.request
    colleague = await desk.hand_over(step.uow, step.staff, request_id, callback_data.to, step.now)
    step.turn.erase_chat = True
    text = step.texts("desk.handed", who=called(step, colleague))
    await step.say(text, (step.texts("bell.show_mine"), MineButton()))
