"""A citizen asks to be called: consent, number or this chat, safe time, what to say to others; then the code."""

from __future__ import annotations

import hashlib
from datetime import datetime

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, Message

from bot.buttons import menu_button
from bot.callback_buttons import AskButton, ConsentButton, HereButton, IfOtherButton, SlotButton
from bot.children import is_child
from bot.danger import answer_danger, was_in_danger
from bot.filters import is_contact, is_text
from bot.handlers.callback_status import number_on_card, request_buttons, show_status
from bot.step import Step
from bot.when import say_day, say_window
from domain.callbacks import (
    CallbackAlreadyOpen,
    IfOther,
    NumberBlocked,
    PhoneUnclear,
    TimeClosed,
    TimeUnclear,
    TooManyRequests,
    Wish,
)
from domain.clock import local_date
from domain.knowledge import ReadingKind
from domain.models import LIST_LIFETIME
from domain.opening import SafeTime, Span, Window
from services.callbacks import Wanted
from services.children import sounds_like_child
from services.phones import parse_phone
from services.safe_times import WHOLE_DAY, Offer, Slot, choose, offered, read_time
from texts import Texts

router = Router(name="callback")

_SHORTEST_QUESTION = 4


class CallbackForm(StatesGroup):
    consent = State()
    phone = State()
    time = State()
    other = State()


@router.message(Command("goilai"))
@router.callback_query(AskButton.filter())
async def ask_for_call(_event: Message | CallbackQuery, step: Step) -> None:
    await begin(step)


async def begin(step: Step) -> None:
    """What is kept and why, before anything is asked for. Whoever has a request already sees that one."""
    if request := await step.uow.callbacks.find_open_by_contact(step.contact.id):
        await show_status(step, request)
        return
    if not await step.callbacks.bell.can_serve(step.uow):
        await say_nobody_works(step)
        return
    urgent, child = was_in_danger(step.turn), is_child(step)
    await step.state.set_state(CallbackForm.consent)
    await step.state.set_data({"topic": recent_topic(step), "urgent": urgent, "child": child})
    lines = [step.texts("callback.urgent")] if urgent else []
    lines += [step.texts("callback.child")] if child else []
    lines += [consent_text(step), step.texts("callback.hours", hours=step.callbacks.hours_in_words)]
    await step.say("\n\n".join(lines), *consent_buttons(step.texts))


async def say_nobody_works(step: Step) -> None:
    await step.say(step.texts("callback.nobody_works", person=step.questions.person()), menu_button(step.texts))


def consent_buttons(texts: Texts) -> list[tuple[str, CallbackData]]:
    return [
        (texts("callback.agree"), ConsentButton(agreed=True)),
        (texts("callback.disagree"), ConsentButton(agreed=False)),
    ]


def recent_topic(step: Step) -> str:
    """What the talk was about: so the counsellor knows what to expect, and nobody has to choose from a list."""
    talk = step.turn.talk
    recent = talk.topic_at is not None and step.now - talk.topic_at <= LIST_LIFETIME
    return talk.topic or "" if recent else ""


def consent_text(step: Step) -> str:
    agency = step.questions.agency.name or step.texts("agency.unnamed")
    return step.texts("callback.consent", agency=agency)


def consent_version(step: Step) -> str:
    """Names the exact words that were shown."""
    return hashlib.sha256(consent_text(step).encode()).hexdigest()[:16]


@router.callback_query(ConsentButton.filter(), StateFilter(CallbackForm.consent))
async def take_consent(_press: CallbackQuery, callback_data: ConsentButton, step: Step) -> None:
    if not callback_data.agreed:
        await leave(step)
        return
    await step.state.update_data(agreed_at=step.now.isoformat(), version=consent_version(step))
    await step.state.set_state(CallbackForm.phone)
    await step.say(step.texts("callback.ask_phone"), *phone_buttons(step.texts))


def phone_buttons(texts: Texts) -> list[tuple[str, CallbackData]]:
    return [(texts("callback.here"), HereButton()), (texts("callback.stop"), ConsentButton(agreed=False))]


@router.callback_query(ConsentButton.filter(), StateFilter(CallbackForm))
async def leave_form(_press: CallbackQuery, callback_data: ConsentButton, step: Step) -> None:
    if callback_data.agreed:  # pressed twice
        raise SkipHandler
    await leave(step)


async def leave(step: Step) -> None:
    await step.state.clear()
    await step.say(step.texts("callback.left", person=step.questions.person()), menu_button(step.texts))


@router.message(is_text, StateFilter(CallbackForm))
async def meet_danger_first(_message: Message, step: Step) -> None:
    """Whatever the form waits for: danger is answered at once, and the request becomes an urgent one."""
    if sounds_like_child(step.typed) and not (await step.state.get_data()).get("child"):
        await step.state.update_data(child=True)
        await step.say(step.texts("callback.child"))
    if step.turn.calm:
        raise SkipHandler
    reading, readable = step.questions.reader.read(step.typed), await is_readable(step)
    if reading.kind is not ReadingKind.URGENT or (reading.confirm and readable):
        raise SkipHandler  # "8h tối mai": what the form can read outweighs a mere doubt
    await step.questions.keep_count(step.uow, step.contact, reading, step.now)
    await answer_danger(step, reading)
    await step.state.update_data(urgent=True)
    step.turn.urgent = False
    if readable:
        raise SkipHandler  # the number or time in it counts as well
    await step.say(step.texts("callback.go_on"))


async def is_readable(step: Step) -> bool:
    """Whether the message holds what the form waits for."""
    try:
        match await step.state.get_state():
            case CallbackForm.phone.state:
                parse_phone(step.typed)
            case CallbackForm.time.state:
                read_time(step.typed, step.callbacks.hours, step.now)
            case _:
                return False
    except (PhoneUnclear, TimeUnclear):
        return False
    except TimeClosed:
        pass
    return True


@router.message(is_text, StateFilter(CallbackForm.consent))
async def no_consent_yet(_message: Message, step: Step) -> None:
    """What was typed instead of pressing is not kept; a question is answered as usual."""
    if not any(sign.isdigit() for sign in step.typed):
        raise SkipHandler
    await ask_for_consent_first(step)


async def ask_for_consent_first(step: Step) -> None:
    await step.say(step.texts("callback.consent_first"), *consent_buttons(step.texts))


@router.message(is_contact, StateFilter(CallbackForm.phone))
async def take_shared_contact(message: Message, step: Step) -> None:
    """Some channels let people share a contact card: only its number is read, the name on it is not."""
    await take_number(step, number_on_card(message, step))


@router.message(is_contact, StateFilter(CallbackForm.consent))
async def no_card_before_consent(_message: Message, step: Step) -> None:
    await ask_for_consent_first(step)


@router.message(is_contact, StateFilter(None))
async def offer_to_call(_message: Message, step: Step) -> None:
    """A number that nobody asked for (Zalo's form can be sent at any time) is not kept: what it is for comes first."""
    if not await step.callbacks.bell.can_serve(step.uow):
        await say_nobody_works(step)
        return
    ask = (step.texts("callback.ask"), AskButton())
    await step.say(step.texts("callback.number_unasked"), ask, menu_button(step.texts))


@router.message(is_text, StateFilter(CallbackForm.phone))
async def take_phone(_message: Message, step: Step) -> None:
    await take_number(step, step.typed)


async def take_number(step: Step, typed: str) -> None:
    try:
        phone = parse_phone(typed)
    except PhoneUnclear:
        if not any(sign.isdigit() for sign in typed) and _asks_something(step, typed):
            raise SkipHandler from None  # a question in between; the form waits
        await step.say(step.texts("callback.phone_unclear"), *phone_buttons(step.texts))
        return
    await step.state.update_data(phone=phone)
    await step.state.set_state(CallbackForm.time)
    await ask_time(step, step.texts("callback.ask_time"))


def _asks_something(step: Step, typed: str) -> bool:
    """A question in between. Two or three words ("lúc nào đó") are rather an answer that the form cannot read."""
    if len(typed.split()) < _SHORTEST_QUESTION and "?" not in typed:
        return False
    return step.questions.reader.read(typed, calm=step.turn.calm).kind in {ReadingKind.ANSWER, ReadingKind.REFUSAL}


async def ask_time(step: Step, text: str) -> None:
    offers = offered(step.callbacks.hours, step.now)
    own = (step.texts("callback.own_time"), SlotButton())
    listed = [(label_of(offer, step.now, step.texts), SlotButton(slot=offer.slot)) for offer in offers]
    await step.say(text, *listed, own)


def label_of(offer: Offer, now: datetime, texts: Texts) -> str:
    day = say_day(local_date(offer.due.start), now, texts)
    return texts(f"callback.slot_{offer.slot}", day=day, window=say_window(offer.due, now, texts))


@router.callback_query(SlotButton.filter(), StateFilter(CallbackForm.time))
async def take_slot(_press: CallbackQuery, callback_data: SlotButton, step: Step) -> None:
    if not callback_data.slot:
        await step.say(step.texts("callback.type_time", hours=step.callbacks.hours_in_words))
        return
    try:
        offer = choose(Slot(callback_data.slot), step.callbacks.hours, step.now)
    except (TimeClosed, ValueError):
        await ask_time(step, step.texts("callback.time_closed", hours=step.callbacks.hours_in_words))
        return
    await ask_if_other(step, offer.safe, offer.due)


@router.message(is_text, StateFilter(CallbackForm.time))
async def take_time(_message: Message, step: Step) -> None:
    try:
        safe, due = read_time(step.typed, step.callbacks.hours, step.now)
    except TimeUnclear:
        if not any(sign.isdigit() for sign in step.typed) and _asks_something(step, step.typed):
            raise SkipHandler from None
        await ask_time(step, step.texts("callback.time_unclear"))
        return
    except TimeClosed:
        await ask_time(step, step.texts("callback.time_closed", hours=step.callbacks.hours_in_words))
        return
    await ask_if_other(step, safe, due)


async def ask_if_other(step: Step, safe: SafeTime, due: Window) -> None:
    await step.state.update_data(
        first=safe.first.isoformat(),
        span=[safe.span.start, safe.span.until],
        due=[due.start.isoformat(), due.end.isoformat()],
    )
    await step.state.set_state(CallbackForm.other)
    text = step.texts("callback.ask_if_other", window=say_window(due, step.now, step.texts))
    await step.say(text, *if_other_buttons(step.texts))


def if_other_buttons(texts: Texts) -> list[tuple[str, CallbackData]]:
    return [(texts(f"callback.if_{say}"), IfOtherButton(say=say)) for say in IfOther]


@router.callback_query(IfOtherButton.filter(), StateFilter(CallbackForm.other))
async def take_if_other(_press: CallbackQuery, callback_data: IfOtherButton, step: Step) -> None:
    form = await step.state.get_data()
    day, (start, until) = datetime.fromisoformat(form["first"]).date(), form["span"]
    safe, (begins, ends) = SafeTime(day, Span(start, until)), map(datetime.fromisoformat, form["due"])
    due = Window(begins, ends)
    if due.end <= step.now:  # the form lay there until the time was over
        due = step.callbacks.hours.next_window(safe, step.now) or due
    await open_request(step, Wish.PHONE, safe, due, callback_data.say)


@router.message(is_text, StateFilter(CallbackForm.other))
async def if_other_is_a_press(_message: Message, step: Step) -> None:
    if _asks_something(step, step.typed):
        raise SkipHandler
    await step.say(step.texts("callback.press_if_other"), *if_other_buttons(step.texts))


@router.callback_query(HereButton.filter(), StateFilter(CallbackForm.phone))
async def answer_here(_press: CallbackQuery, step: Step) -> None:
    safe = SafeTime(local_date(step.now), WHOLE_DAY)
    due = step.callbacks.hours.next_window(safe, step.now)
    if due is None:
        await say_nobody_works(step)
        return
    await open_request(step, Wish.HERE, safe, due, IfOther.NOTHING)


async def open_request(step: Step, wish: Wish, safe: SafeTime, due: Window, if_other: IfOther) -> None:
    form = await step.state.get_data()
    wanted = Wanted(
        wish=wish,
        safe=safe,
        due=due,
        consent_version=form["version"],
        agreed_at=datetime.fromisoformat(form["agreed_at"]),
        phone=form.get("phone"),
        if_other=if_other,
        topic=form["topic"],
        urgent=form["urgent"] or was_in_danger(step.turn),  # also by a press since the form was begun
        child=form["child"],
    )
    await step.state.clear()  # accepted or not, the number does not stay in a form
    try:
        ticket, request = await step.callbacks.open_request(step.uow, step.contact, wanted, step.now)
    except (CallbackAlreadyOpen, NumberBlocked, TooManyRequests) as error:
        await step.say(step.texts(error.text_key), menu_button(step.texts))
        return
    window = say_window(request.due, step.now, step.texts)
    opened = step.texts(f"callback.opened_{wish}", window=window, code=ticket.shown)
    urgent = [step.texts("callback.urgent")] if wanted.urgent else []
    await step.say("\n\n".join([*urgent, opened]), *request_buttons(request, step.texts, after_opening=True))
