"""What is not text, and numbers that belong to no list."""

from __future__ import annotations

from aiogram import F, Router
from aiogram.types import Message

from bot.buttons import MenuButton, buttons
from bot.numbers import typed_number
from services.questions import Questions
from texts import Texts

router = Router(name="other")


@router.message(F.text.func(lambda text: typed_number(text) is not None))
async def number_without_list(message: Message, texts: Texts, questions: Questions) -> None:
    await message.answer(texts("numbers.no_list"), reply_markup=buttons([(texts("buttons.menu"), MenuButton())]))


@router.message(F.text.func(lambda text: not text.strip()))
@router.message(~F.text)
async def not_text(message: Message, texts: Texts, questions: Questions) -> None:
    """A sticker, photo, voice message, location, contact: a person in need may send any of these."""
    await message.answer(texts("question.not_text", person=questions.person()))
