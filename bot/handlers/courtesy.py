"""Thanks, farewells and the like, which ask for no answer checked against the law, only for a kind word."""

from __future__ import annotations

from aiogram import Router
from aiogram.types import Message

from bot.buttons import EraseChatButton
from bot.filters import is_courtesy
from bot.handlers.question import ways_on
from bot.step import Step
from services.questions import count

router = Router(name="courtesy")


@router.message(is_courtesy)
async def be_kind(_message: Message, courtesy: str, step: Step) -> None:
    count(step.uow, step.contact, "question.courtesy", step.now)
    listed = await ways_on(step, with_call=courtesy == "lost")
    if courtesy == "farewell":
        listed.insert(0, (step.texts("buttons.erase_chat"), EraseChatButton()))
    await step.say(step.texts(f"courtesy.say_{courtesy}", person=step.questions.person()), *listed)
