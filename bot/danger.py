"""Danger to life, met first wherever it is written, and remembered for whoever then asks for a call."""

from __future__ import annotations

from bot.buttons import DangerButton, DetailsButton, topic_buttons
from bot.step import Step
from bot.turn import Turn
from domain.knowledge import Reading
from domain.models import LIST_LIFETIME


async def answer_danger(step: Step, reading: Reading) -> None:
    """The numbers at once; when the words leave a doubt, one short question and what else may have been meant."""
    topic, texts = str(reading.topic), step.texts
    step.turn.urgent = True
    text = step.questions.answer(topic, step.now)
    if not reading.confirm:
        await remember(step)
        await step.say(text, (texts("buttons.details"), DetailsButton(topic=topic)))
        return
    await step.say(
        f"{text}\n\n{texts('danger.question')}",
        (texts("danger.yes"), DangerButton(topic=topic, real=True)),
        *topic_buttons(step.questions, reading.choices),
        (texts("danger.no"), DangerButton(topic=topic, real=False)),
    )


async def remember(step: Step) -> None:
    """An open request becomes urgent now; one that is opened soon will be."""
    if not await step.callbacks.mark_urgent(step.uow, step.contact, step.now):
        step.turn.talk.danger_at = step.now
        step.uow.conversations.changed(step.contact.id, step.now)


def was_in_danger(turn: Turn) -> bool:
    at = turn.talk.danger_at
    return at is not None and turn.now - at <= LIST_LIFETIME
