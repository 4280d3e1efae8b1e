"""A request that exists: how far it is, another time, a note, a new code, cancelling; from any channel by its code."""

from __future__ import annotations

from datetime import datetime

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.callback_buttons import AskButton, Do, HelpButton, KeepButton, LineButton, RequestButton
from bot.danger import answer_danger
from bot.filters import has_ticket_code, is_contact, is_text
from bot.step import Step
from bot.when import say_window
from domain.callbacks import (
    CallbackClosed,
    CallbackRequest,
    CallbackState,
    CallbackUnknown,
    CodeWrong,
    LimitReached,
    PhoneUnclear,
    TimeClosed,
    TimeUnclear,
    TooManyWrongCodes,
    Wish,
)
from domain.knowledge import ReadingKind
from domain.models import LIST_LIFETIME
from domain.tickets import code_in
from services.phones import parse_phone
from services.safe_times import read_time
from texts import Texts

router = Router(name="callback_status")


class RequestForm(StatesGroup):
    """What is typed next belongs to the request that `request` in the form's data names."""

    time = State()
    note = State()
    commune = State()
    line = State()
    phone = State()


@router.message(Command("tracuu"))
async def ask_for_status(_message: Message, step: Step) -> None:
    if code := code_in(step.typed):
        await look_up(step, code)
    else:
        await begin_status(step)


async def begin_status(step: Step) -> None:
    """The own request if there is one; else the code is asked for."""
    if request := await step.uow.callbacks.find_open_by_contact(step.contact.id):
        await show_status(step, request)
        return
    await step.say(step.texts("callback.ask_code"), (step.texts("callback.ask"), AskButton()))


@router.message(is_text, StateFilter(RequestForm))
async def meet_danger_first(_message: Message, step: Step) -> None:
    """The numbers at once; what was written still reaches the counsellor."""
    if step.turn.calm:
        raise SkipHandler
    reading = step.questions.reader.read(step.typed)
    if reading.kind is ReadingKind.URGENT:
        await step.questions.keep_count(step.uow, step.contact, reading, step.now)
        await answer_danger(step, reading)
        step.turn.urgent = False
    raise SkipHandler


@router.message(has_ticket_code)
async def take_code(_message: Message, step: Step) -> None:
    if not step.turn.calm and step.questions.reader.read(step.typed).kind is ReadingKind.URGENT:
        raise SkipHandler
    await look_up(step, code_in(step.typed) or "")


async def look_up(step: Step, code: str) -> None:
    try:
        request = await step.callbacks.find_by_code(step.uow, step.contact, code, step.now)
    except (CodeWrong, TooManyWrongCodes) as error:  # said here: an error that goes on would undo the counting
        await step.say(step.texts(error.text_key))
        return
    await step.state.set_state(None)
    await step.state.set_data({"unlocked": request.id, "unlocked_at": step.now.isoformat()})
    await show_status(step, request)


async def show_status(step: Step, request: CallbackRequest) -> None:
    texts = step.texts
    if request.state is CallbackState.CLOSED:
        await step.say(texts("callback.status_closed"), (texts("callback.ask"), AskButton()))
        return
    lines = [texts("callback.urgent")] if request.urgent else []
    lines += [texts("callback.expiring")] if request.expires_soon(step.now) else []
    lines.append(texts(_status_key(request), window=say_window(request.due, step.now, texts), tries=request.attempts))
    lines += [
        texts("callback.line_yours" if line.from_citizen else "callback.line", line=line.text)
        for line in await step.callbacks.lines(step.uow, request)
    ]
    await step.say("\n\n".join(lines), *request_buttons(request, texts, expires=request.expires_soon(step.now)))


def _status_key(request: CallbackRequest) -> str:
    if request.wish is Wish.HERE:
        return "callback.status_here_claimed" if request.claimed_by else "callback.status_here"
    if request.attempts:
        return "callback.status_again"
    return "callback.status_claimed" if request.claimed_by else "callback.status_open"


def request_buttons(
    request: CallbackRequest, texts: Texts, *, after_opening: bool = False, expires: bool = False
) -> list[tuple[str, CallbackData]]:
    """At most five. Right after opening the code has just been shown, so no new one is offered.

    expires: the number goes in a few days, and the notice of it may not have arrived (Zalo: after 7 silent days).
    """
    here = request.wish is Wish.HERE
    listed: list[tuple[str, CallbackData]] = []
    if expires:
        listed.append((texts("callback.do_keep"), KeepButton(request=request.id)))
    if here:
        listed.append((texts("callback.reply"), LineButton(request=request.id)))
    else:
        listed.append((texts("callback.do_time"), RequestButton(do=Do.TIME, request=request.id)))
        listed.append((texts("callback.do_note"), RequestButton(do=Do.NOTE, request=request.id)))
    if not (request.commune or expires):
        listed.append((texts("callback.do_commune"), RequestButton(do=Do.COMMUNE, request=request.id)))
    if not after_opening:
        listed.append((texts("callback.do_code"), RequestButton(do=Do.CODE, request=request.id)))
    listed.append((texts("callback.do_cancel"), RequestButton(do=Do.CANCEL, request=request.id)))
    return listed


async def reached(step: Step, request_id: int | None) -> CallbackRequest:
    """Raises CallbackUnknown, CallbackClosed: a press proves nothing, contact or code does."""
    form = await step.state.get_data()
    return await step.callbacks.reach(step.uow, step.contact, request_id, unlocked(form, step))


def unlocked(form: dict[str, object], step: Step) -> int | None:
    """The request whose code this contact has typed within the last half hour."""
    at = form.get("unlocked_at")
    if not isinstance(at, str) or step.now - datetime.fromisoformat(at) > LIST_LIFETIME:
        return None
    found = form.get("unlocked")
    return found if isinstance(found, int) else None


@router.callback_query(RequestButton.filter())
async def change_request(_press: CallbackQuery, callback_data: RequestButton, step: Step) -> None:
    request = await reached(step, callback_data.request)
    match callback_data.do:
        case Do.SHOW:
            await show_status(step, request)
        case Do.TIME:
            await ask_for(step, request, RequestForm.time, "callback.type_time")
        case Do.NOTE:
            await ask_for(step, request, RequestForm.note, "callback.type_note")
        case Do.COMMUNE:
            await ask_for(step, request, RequestForm.commune, "callback.type_commune")
        case Do.CODE:
            ticket = await step.callbacks.renew_code(step.uow, request)
            await step.say(step.texts("callback.new_code", code=ticket.shown), show_button(request, step.texts))
        case Do.CANCEL:
            sure = RequestButton(do=Do.CANCEL_NOW, request=request.id)
            keep = (step.texts("callback.cancel_not"), RequestButton(do=Do.SHOW, request=request.id))
            await step.say(step.texts("callback.cancel_sure"), (step.texts("callback.cancel_yes"), sure), keep)
        case Do.CANCEL_NOW:
            await step.callbacks.cancel(step.uow, request, step.now)
            await step.state.clear()
            await step.say(step.texts("callback.cancelled"), (step.texts("callback.ask"), AskButton()))


async def ask_for(step: Step, request: CallbackRequest, what: State, key: str) -> None:
    await step.state.set_state(what)
    await step.state.update_data(request=request.id)
    await step.say(step.texts(key, hours=step.callbacks.hours_in_words), show_button(request, step.texts))


def show_button(request: CallbackRequest, texts: Texts) -> tuple[str, CallbackData]:
    return texts("callback.do_show"), RequestButton(do=Do.SHOW, request=request.id)


async def in_form(step: Step) -> CallbackRequest | None:
    """The request that the form is about; None, and the form is over, when it is closed or gone by now."""
    try:
        return await reached(step, (await step.state.get_data()).get("request"))
    except (CallbackUnknown, CallbackClosed) as error:  # said here: an error that goes on would keep the form open
        await step.state.set_state(None)
        await step.say(step.texts(error.text_key), (step.texts("callback.ask"), AskButton()))
        return None


@router.message(is_text, StateFilter(RequestForm.time))
async def take_time(_message: Message, step: Step) -> None:
    if (request := await in_form(step)) is None:
        return
    try:
        safe, due = read_time(step.typed, step.callbacks.hours, step.now)
    except (TimeUnclear, TimeClosed) as error:
        text = step.texts(error.text_key, hours=step.callbacks.hours_in_words)
        await step.say(text, show_button(request, step.texts))
        return
    await step.state.set_state(None)
    changed = await step.callbacks.change_time(step.uow, request, safe, due, step.now)
    window = say_window(changed.due, step.now, step.texts)
    await step.say(step.texts("callback.time_changed", window=window), show_button(request, step.texts))


@router.message(is_text, StateFilter(RequestForm.note))
async def take_note(_message: Message, step: Step) -> None:
    if (request := await in_form(step)) is None:
        return
    await step.state.set_state(None)
    await step.callbacks.add_note(step.uow, request, step.typed, step.now)
    await step.say(step.texts("callback.noted"), show_button(request, step.texts))


@router.message(is_text, StateFilter(RequestForm.commune))
async def take_commune(_message: Message, step: Step) -> None:
    if (request := await in_form(step)) is None:
        return
    await step.state.set_state(None)
    changed = await step.callbacks.set_commune(step.uow, request, step.typed)
    key = "callback.commune_noted" if changed.commune else "callback.commune_of_nobody"
    await step.say(step.texts(key, commune=changed.commune), show_button(request, step.texts))


@router.callback_query(KeepButton.filter())
async def ask_for_number(_press: CallbackQuery, callback_data: KeepButton, step: Step) -> None:
    await ask_for(step, await reached(step, callback_data.request), RequestForm.phone, "callback.type_phone_again")


@router.message(is_contact, StateFilter(RequestForm.phone))
@router.message(is_text, StateFilter(RequestForm.phone))
async def take_number_again(message: Message, step: Step) -> None:
    if (request := await in_form(step)) is None:
        return
    try:
        phone = parse_phone(step.typed or number_on_card(message, step))
        kept = await step.callbacks.keep_longer(step.uow, request, phone, step.now)
    except PhoneUnclear:
        kept = False
    if kept:
        await step.state.set_state(None)
    key = "callback.kept" if kept else "callback.other_number"
    await step.say(step.texts(key), show_button(request, step.texts))


def number_on_card(message: Message, step: Step) -> str:
    """The person's own number on a card or in Zalo's form; "-" or nothing on somebody else's card."""
    on_card = message.contact.phone_number if message.contact else ""
    return step.turn.shared_phone() or on_card


@router.callback_query(LineButton.filter())
async def ask_for_line(_press: CallbackQuery, callback_data: LineButton, step: Step) -> None:
    await ask_for(step, await reached(step, callback_data.request), RequestForm.line, "callback.type_line")


@router.message(is_text, StateFilter(RequestForm.line))
async def take_line(_message: Message, step: Step) -> None:
    if (request := await in_form(step)) is None:
        return
    await step.state.set_state(None)
    try:
        await step.callbacks.write_line(step.uow, request, step.typed, step.now)
    except LimitReached as error:
        await step.say(step.texts(error.text_key), show_button(request, step.texts))
        return
    again = (step.texts("callback.reply"), LineButton(request=request.id))
    await step.say(step.texts("callback.line_sent"), again, show_button(request, step.texts))


@router.callback_query(HelpButton.filter())
async def take_help_answer(_press: CallbackQuery, callback_data: HelpButton, step: Step) -> None:
    request = await reached(step, callback_data.request)
    if callback_data.answer == "not_reached":
        step.turn.urgent = True
        await step.callbacks.help_was_not_reached(step.uow, request, step.now)
        await step.say(step.texts("callback.help_again"), show_button(request, step.texts))
        return
    await step.say(step.texts("callback.help_fine"), show_button(request, step.texts))
