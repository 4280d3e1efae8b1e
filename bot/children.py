"""That a child seems to be writing, remembered for whoever then asks for a call: 111 stands beside the offer."""

from __future__ import annotations

from bot.step import Step
from domain.models import LIST_LIFETIME
from services.children import sounds_like_child


def remember_child(step: Step) -> None:
    if sounds_like_child(step.typed):
        step.turn.talk.child_at = step.now
        step.uow.conversations.changed(step.contact.id, step.now)


def is_child(step: Step) -> bool:
    """By this message, or by one of a short while ago."""
    at = step.turn.talk.child_at
    return sounds_like_child(step.typed) or (at is not None and step.now - at <= LIST_LIFETIME)
