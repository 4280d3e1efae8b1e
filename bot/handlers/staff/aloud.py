"""/traloi: an approved answer, to be read out on the phone."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from bot.rights import StaffStep, needs
from bot.staff_buttons import AloudButton
from domain.staff import Right
from services.reading_aloud import find_topics

router = Router(name="aloud")


@router.message(Command("traloi"), flags=needs(Right.READ_ALOUD))
async def find_answer(_message: Message, step: StaffStep) -> None:
    texts = step.texts
    if not step.typed:
        await step.say(texts("aloud.how"))
        return
    topics = find_topics(step.questions, step.typed)
    if not topics:
        await step.say(texts("aloud.none"))
        return
    if len(topics) == 1:
        await show(step, topics[0])
        return
    labelled = [(step.questions.title(topic), AloudButton(topic=topic)) for topic in topics]
    await step.say(texts("aloud.which"), *labelled)


@router.callback_query(AloudButton.filter(), flags=needs(Right.READ_ALOUD))
async def open_answer(_press: CallbackQuery, callback_data: AloudButton, step: StaffStep) -> None:
    await show(step, callback_data.topic)


async def show(step: StaffStep, topic: str) -> None:
    """The answer; one that nobody has approved is marked as not to be read out."""
    entry = step.questions.library.entries.get(topic)
    if entry is None:
        await step.say(step.texts("aloud.none"))
        return
    head = step.texts("aloud.read" if entry.approved else "aloud.draft", title=step.questions.title(topic))
    labelled = [(step.questions.title(other), AloudButton(topic=other)) for other in step.questions.related(topic, 3)]
    await step.say(f"{head}\n\n{step.questions.answer(topic, step.now)}", *labelled)
