"""Thanks, farewells and the like, which ask for no answer checked against the law, only for a kind word."""

from __future__ import annotations

from datetime import datetime

from aiogram import Router
from aiogram.types import Message

from bot.buttons import EraseChatButton, buttons
from bot.filters import is_courtesy
from bot.handlers.question import ways_on
from db.uow import UnitOfWork
from domain.models import Contact
from services.callbacks import Callbacks
from services.questions import Questions, count

router = Router(name="courtesy")


@router.message(is_courtesy)
async def be_kind(
    message: Message,
    courtesy: str,
    uow: UnitOfWork,
    contact: Contact,
    now: datetime,
    questions: Questions,
    callbacks: Callbacks,
) -> None:
    texts = questions.texts
    count(uow, contact, "question.courtesy", now)
    listed = await ways_on(uow, questions, callbacks, with_call=courtesy == "lost")
    if courtesy == "farewell":
        listed.insert(0, (texts("buttons.erase_chat"), EraseChatButton()))
    await message.answer(texts(f"courtesy.say_{courtesy}", person=questions.person()), reply_markup=buttons(listed))
