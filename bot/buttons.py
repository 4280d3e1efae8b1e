"""What buttons carry, and the lists of buttons that belong under a message. Five at most: a channel shows no more."""

from __future__ import annotations

from collections.abc import Iterable

from aiogram.filters.callback_data import CallbackData
from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

from services.questions import Questions
from texts import Texts

MAX_BUTTONS = 5


class MenuButton(CallbackData, prefix="m"):
    """The menu, or with a group the topics of that group; `page` 0 is the first."""

    group: int = -1
    page: int = 0


class TopicButton(CallbackData, prefix="t"):
    topic: str


class DetailsButton(CallbackData, prefix="d"):
    topic: str


class FeedbackButton(CallbackData, prefix="f"):
    topic: str
    useful: bool


class NoneOfTheseButton(CallbackData, prefix="n"):
    """None of the choices shown is what was meant."""


class DangerButton(CallbackData, prefix="u"):
    """The answer to "is somebody in danger right now?"."""

    topic: str
    real: bool


class EraseButton(CallbackData, prefix="x"):
    """Erase everything of this contact now."""


class EraseChatButton(CallbackData, prefix="c"):
    """Delete the chat in the messenger, and erase everything of this contact."""


def buttons(labelled: Iterable[tuple[str, CallbackData]]) -> InlineKeyboardMarkup:
    """One button a row: readable on a narrow phone."""
    rows = [[InlineKeyboardButton(text=label, callback_data=data.pack())] for label, data in labelled]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def topic_buttons(questions: Questions, topics: Iterable[str]) -> list[tuple[str, CallbackData]]:
    return [(questions.title(topic), TopicButton(topic=topic)) for topic in topics]


def menu_button(texts: Texts) -> tuple[str, CallbackData]:
    return texts("buttons.menu"), MenuButton()
