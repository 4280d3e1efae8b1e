"""What is not text, and numbers that belong to no list."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import Message

from bot.buttons import MenuButton, buttons
from bot.filters import is_not_text, is_number
from services.questions import Questions
from texts import Texts

router = Router(name="other")


@router.message(is_number)
async def number_without_list(message: Message, texts: Texts, questions: Questions) -> None:
    await message.answer(texts("numbers.no_list"), reply_markup=buttons([(texts("buttons.menu"), MenuButton())]))


@router.message(is_not_text)
async def not_text(message: Message, texts: Texts, questions: Questions) -> None:
    """A sticker, photo, voice message, location, contact: a person in need may send any of these."""
    await message.answer(texts("question.not_text", person=questions.person()))
