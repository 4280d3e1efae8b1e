"""Free text and topics: danger first, then an answer, a few choices, or an honest "not ours" with a person."""

from __future__ import annotations

from datetime import datetime

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.buttons import (
    DangerButton,
    DetailsButton,
    EraseButton,
    EraseChatButton,
    FeedbackButton,
    MenuButton,
    NoneOfTheseButton,
    TopicButton,
    buttons,
    topic_buttons,
    under_answer,
)
from bot.callback_buttons import AskButton
from bot.children import remember_child
from bot.danger import answer_danger, remember
from bot.filters import is_text
from bot.handlers import callback, callback_status
from bot.reply import reply
from bot.step import Step
from bot.turn import Turn
from db.uow import UnitOfWork
from domain.knowledge import Reading, ReadingKind, TopicKind
from domain.models import Contact
from services.callbacks import Callbacks
from services.questions import Questions, count

router = Router(name="question")

ACTIONS = {"hotline.callback": callback.begin, "hotline.callback_status": callback_status.begin_status}
"""Topics that do something instead of saying something."""


@router.message(is_text)
async def answer(
    message: Message,
    turn: Turn,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    state: FSMContext,
    questions: Questions,
    callbacks: Callbacks,
) -> None:
    reading = await questions.ask(uow, contact, message.text or "", now, calm=turn.calm)
    await remember_child(message.text or "", state, now)
    match reading.kind:
        case ReadingKind.URGENT:
            await answer_danger(message, reading, turn, questions, callbacks)
        case ReadingKind.ACTION if reading.topic in ACTIONS:
            await ACTIONS[reading.topic](Step(message, state, turn, questions, callbacks))
        case ReadingKind.ANSWER | ReadingKind.ACTION | ReadingKind.REFUSAL if reading.topic:
            await answer_topics(message, reading, now, questions)
        case ReadingKind.CHOICES:
            await offer(message, reading.choices, questions)
        case _:
            await decline(message, uow, questions, callbacks)


async def answer_topics(message: Message, reading: Reading, now: datetime, questions: Questions) -> None:
    topics = [topic for topic in (reading.topic, reading.second) if topic]
    for topic in topics[:-1]:
        await message.answer(questions.answer(topic, now))
    await message.answer(questions.answer(topics[-1], now), reply_markup=under(questions, topics[-1]))


def under(questions: Questions, topic: str) -> InlineKeyboardMarkup:
    """Buttons under a topic: what it does, where it does something, else details and feedback."""
    kind = questions.library.topics[topic].kind
    if topic == "hotline.delete_data":
        texts = questions.texts
        return buttons([(texts("buttons.erase"), EraseButton()), (texts("buttons.erase_chat"), EraseChatButton())])
    if kind is TopicKind.REFUSAL:
        return buttons([(questions.texts("buttons.menu"), MenuButton())])
    return under_answer(questions, topic)


async def offer(message: Message, topics: tuple[str, ...], questions: Questions) -> None:
    texts = questions.texts
    listed = [*topic_buttons(questions, topics), (texts("buttons.none_of_these"), NoneOfTheseButton())]
    await message.answer(texts("question.choices"), reply_markup=buttons(listed))


async def decline(message: Message, uow: UnitOfWork, questions: Questions, callbacks: Callbacks) -> None:
    text = questions.texts("question.not_ours", person=questions.person())
    await message.answer(text, reply_markup=buttons(await ways_on(uow, questions, callbacks)))


async def ways_on(
    uow: UnitOfWork, questions: Questions, callbacks: Callbacks, *, with_call: bool = True
) -> list[tuple[str, CallbackData]]:
    """A call from a counsellor, where there is one, and the menu."""
    if with_call and await callbacks.bell.can_serve(uow):
        return [(questions.texts("callback.ask"), AskButton()), menu_button(questions)]
    return [menu_button(questions)]


@router.callback_query(TopicButton.filter())
async def open_topic(
    press: CallbackQuery,
    callback_data: TopicButton,
    turn: Turn,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    state: FSMContext,
    questions: Questions,
    callbacks: Callbacks,
) -> None:
    if await questions.open(uow, contact, callback_data.topic, now) is None:
        await gone(press, questions)
        return
    if callback_data.topic in ACTIONS:
        await ACTIONS[callback_data.topic](Step(press, state, turn, questions, callbacks))
        return
    turn.urgent = questions.library.topics[callback_data.topic].kind is TopicKind.URGENT
    await reply(press, questions.answer(callback_data.topic, now), under(questions, callback_data.topic))


@router.callback_query(DetailsButton.filter())
async def open_details(
    press: CallbackQuery,
    callback_data: DetailsButton,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    questions: Questions,
) -> None:
    topic = callback_data.topic
    if topic not in questions.library.entries or not questions.library.entries[topic].details:
        await gone(press, questions)
        return
    count(uow, contact, "details.opened", now, topic=topic)
    related = buttons([*topic_buttons(questions, questions.related(topic, 4)), menu_button(questions)])
    await reply(press, questions.details(topic, now), related)


@router.callback_query(FeedbackButton.filter())
async def take_feedback(
    press: CallbackQuery,
    callback_data: FeedbackButton,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    questions: Questions,
) -> None:
    topic, texts = callback_data.topic, questions.texts
    measure = "feedback.useful" if callback_data.useful else "feedback.not_useful"
    count(uow, contact, measure, now, topic=topic if topic in questions.library.topics else "")
    if callback_data.useful:
        await reply(press, texts("feedback.thanks"))
        return
    others = buttons([*topic_buttons(questions, questions.related(topic, 4)), menu_button(questions)])
    await reply(press, texts("feedback.sorry", person=questions.person()), others)


@router.callback_query(NoneOfTheseButton.filter())
async def none_of_these(
    press: CallbackQuery, uow: UnitOfWork, contact: Contact, now: datetime, questions: Questions
) -> None:
    count(uow, contact, "choices.none", now)
    text = questions.texts("question.say_again", person=questions.person())
    await reply(press, text, buttons([menu_button(questions)]))


@router.callback_query(DangerButton.filter())
async def after_danger_question(
    press: CallbackQuery,
    callback_data: DangerButton,
    turn: Turn,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    questions: Questions,
    callbacks: Callbacks,
) -> None:
    topic, texts = callback_data.topic, questions.texts
    if topic not in questions.library.entries:
        await gone(press, questions)
        return
    count(uow, contact, "danger.confirmed" if callback_data.real else "danger.denied", now, topic=topic)
    if callback_data.real:
        turn.urgent = True
        await remember(turn, callbacks)
        await reply(press, questions.details(topic, now))
        return
    related = buttons([*topic_buttons(questions, questions.related(topic, 4)), menu_button(questions)])
    await reply(press, texts("danger.none"), related)


@router.callback_query()
async def unknown_press(press: CallbackQuery, questions: Questions) -> None:
    """An old button, one that was made up, or one of a version that is gone."""
    await gone(press, questions)


async def gone(press: CallbackQuery, questions: Questions) -> None:
    await reply(press, questions.texts("buttons.gone"), buttons([menu_button(questions)]))


def menu_button(questions: Questions) -> tuple[str, MenuButton]:
    return questions.texts("buttons.menu"), MenuButton()
