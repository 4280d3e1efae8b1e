"""Free text and topics: danger first, then an answer, a few choices, or an honest "not ours" with a person."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import (
    DangerButton,
    DetailsButton,
    EraseButton,
    EraseChatButton,
    FeedbackButton,
    NoneOfTheseButton,
    TopicButton,
    menu_button,
    topic_buttons,
)
from bot.callback_buttons import AskButton
from bot.children import remember_child
from bot.danger import answer_danger, remember
from bot.filters import is_text
from bot.handlers import callback, callback_status
from bot.step import Step
from domain.knowledge import Reading, ReadingKind, TopicKind
from services.questions import count

router = Router(name="question")

ACTIONS = {"hotline.callback": callback.begin, "hotline.callback_status": callback_status.begin_status}
"""Topics that do something instead of saying something."""


@router.message(is_text)
async def answer(_message: Message, step: Step) -> None:
    reading = await step.questions.ask(step.uow, step.contact, step.typed, step.now, calm=step.turn.calm)
    remember_child(step)
    match reading.kind:
        case ReadingKind.URGENT:
            await answer_danger(step, reading)
        case ReadingKind.ACTION if reading.topic in ACTIONS:
            await ACTIONS[reading.topic](step)
        case ReadingKind.ANSWER | ReadingKind.ACTION | ReadingKind.REFUSAL if reading.topic:
            await answer_topics(step, reading)
        case ReadingKind.CHOICES:
            await offer(step, reading.choices)
        case _:
            await decline(step)


async def answer_topics(step: Step, reading: Reading) -> None:
    topics = [topic for topic in (reading.topic, reading.second) if topic]
    for topic in topics[:-1]:
        await step.say(step.questions.answer(topic, step.now))
    await step.say(step.questions.answer(topics[-1], step.now), *under(step, topics[-1]))


def under(step: Step, topic: str) -> list[tuple[str, CallbackData]]:
    """Buttons under a topic: what it does, where it does something; else details, related topics, whether it helped."""
    texts, questions = step.texts, step.questions
    if topic == "hotline.delete_data":
        return [(texts("buttons.erase"), EraseButton()), (texts("buttons.erase_chat"), EraseChatButton())]
    if questions.library.topics[topic].kind is TopicKind.REFUSAL:
        return [menu_button(texts)]
    shown: list[tuple[str, CallbackData]] = []
    if questions.library.entries[topic].details:
        shown.append((texts("buttons.details"), DetailsButton(topic=topic)))
    shown += topic_buttons(questions, questions.related(topic, 2))
    shown.append((texts("buttons.useful"), FeedbackButton(topic=topic, useful=True)))
    shown.append((texts("buttons.not_useful"), FeedbackButton(topic=topic, useful=False)))
    return shown


async def offer(step: Step, topics: tuple[str, ...]) -> None:
    none = (step.texts("buttons.none_of_these"), NoneOfTheseButton())
    await step.say(step.texts("question.choices"), *topic_buttons(step.questions, topics), none)


async def decline(step: Step) -> None:
    await step.say(step.texts("question.not_ours", person=step.questions.person()), *await ways_on(step))


async def ways_on(step: Step, *, with_call: bool = True) -> list[tuple[str, CallbackData]]:
    """A call from a counsellor, where there is one, and the menu."""
    if with_call and await step.callbacks.bell.can_serve(step.uow):
        return [(step.texts("callback.ask"), AskButton()), menu_button(step.texts)]
    return [menu_button(step.texts)]


@router.callback_query(TopicButton.filter())
async def open_topic(_press: CallbackQuery, callback_data: TopicButton, step: Step) -> None:
    topic = callback_data.topic
    if await step.questions.open(step.uow, step.contact, topic, step.now) is None:
        await gone(step)
        return
    if topic in ACTIONS:
        await ACTIONS[topic](step)
        return
    step.turn.urgent = step.questions.library.topics[topic].kind is TopicKind.URGENT
    await step.say(step.questions.answer(topic, step.now), *under(step, topic))


@router.callback_query(DetailsButton.filter())
async def open_details(_press: CallbackQuery, callback_data: DetailsButton, step: Step) -> None:
    topic, questions = callback_data.topic, step.questions
    if topic not in questions.library.entries or not questions.library.entries[topic].details:
        await gone(step)
        return
    count(step.uow, step.contact, "details.opened", step.now, topic=topic)
    await step.say(questions.details(topic, step.now), *related(step, topic))


def related(step: Step, topic: str) -> list[tuple[str, CallbackData]]:
    return [*topic_buttons(step.questions, step.questions.related(topic, 4)), menu_button(step.texts)]


@router.callback_query(FeedbackButton.filter())
async def take_feedback(_press: CallbackQuery, callback_data: FeedbackButton, step: Step) -> None:
    topic, questions = callback_data.topic, step.questions
    measure = "feedback.useful" if callback_data.useful else "feedback.not_useful"
    count(step.uow, step.contact, measure, step.now, topic=topic if topic in questions.library.topics else "")
    if callback_data.useful:
        await step.say(step.texts("feedback.thanks"))
        return
    await step.say(step.texts("feedback.sorry", person=questions.person()), *related(step, topic))


@router.callback_query(NoneOfTheseButton.filter())
async def none_of_these(_press: CallbackQuery, step: Step) -> None:
    count(step.uow, step.contact, "choices.none", step.now)
    await step.say(step.texts("question.say_again", person=step.questions.person()), menu_button(step.texts))


@router.callback_query(DangerButton.filter())
async def after_danger_question(_press: CallbackQuery, callback_data: DangerButton, step: Step) -> None:
    topic = callback_data.topic
    if topic not in step.questions.library.entries:
        await gone(step)
        return
    measure = "danger.confirmed" if callback_data.real else "danger.denied"
    count(step.uow, step.contact, measure, step.now, topic=topic)
    if callback_data.real:
        step.turn.urgent = True
        await remember(step)
        await step.say(step.questions.details(topic, step.now))
        return
    await step.say(step.texts("danger.none"), *related(step, topic))


@router.callback_query()
async def unknown_press(_press: CallbackQuery, step: Step) -> None:
    """An old button, one that was made up, or one of a version that is gone."""
    await gone(step)


async def gone(step: Step) -> None:
    await step.say(step.texts("buttons.gone"), menu_button(step.texts))
