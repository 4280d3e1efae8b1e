"""What is not text, and numbers that belong to no list."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import Message

from bot.buttons import menu_button
from bot.filters import is_not_text, is_number
from bot.step import Step

router = Router(name="other")


@router.message(is_number)
async def number_without_list(_message: Message, step: Step) -> None:
    await step.say(step.texts("numbers.no_list"), menu_button(step.texts))


@router.message(is_not_text)
async def not_text(_message: Message, step: Step) -> None:
    """A sticker, photo, voice message, location, contact: a person in need may send any of these."""
    await step.say(step.texts("question.not_text", person=step.questions.person()))
