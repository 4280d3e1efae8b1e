"""Danger to life, met first wherever it is written, and remembered for whoever then asks for a call."""

from __future__ import annotations

from aiogram.types import Message

from bot.buttons import DangerButton, DetailsButton, buttons, topic_buttons
from bot.turn import Turn
from domain.knowledge import Reading
from domain.models import LIST_LIFETIME
from services.callbacks import Callbacks
from services.questions import Questions


async def answer_danger(
    message: Message, reading: Reading, turn: Turn, questions: Questions, callbacks: Callbacks
) -> None:
    """The numbers at once; when the words leave a doubt, one short question and what else may have been meant."""
    topic, texts = str(reading.topic), questions.texts
    turn.urgent = True
    text = questions.answer(topic, turn.now)
    if not reading.confirm:
        await remember(turn, callbacks)
        await message.answer(text, reply_markup=buttons([(texts("buttons.details"), DetailsButton(topic=topic))]))
        return
    asked = [
        (texts("danger.yes"), DangerButton(topic=topic, real=True)),
        *topic_buttons(questions, reading.choices),
        (texts("danger.no"), DangerButton(topic=topic, real=False)),
    ]
    await message.answer(f"{text}\n\n{texts('danger.question')}", reply_markup=buttons(asked))


async def remember(turn: Turn, callbacks: Callbacks) -> None:
    """An open request becomes urgent now; one that is opened soon will be."""
    if not await callbacks.mark_urgent(turn.uow, turn.contact, turn.now):
        turn.talk.danger_at = turn.now
        turn.uow.conversations.changed(turn.contact.id, turn.now)


def was_in_danger(turn: Turn) -> bool:
    at = turn.talk.danger_at
    return at is not None and turn.now - at <= LIST_LIFETIME
