"""One step of a talk: what was sent, and what a handler needs to answer it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.buttons import buttons
from bot.turn import Turn
from db.uow import UnitOfWork
from domain.models import Contact
from services.callbacks import Callbacks
from services.questions import Questions
from texts import Texts


@dataclass(frozen=True, slots=True)
class Step:
    event: Message | CallbackQuery
    state: FSMContext
    turn: Turn
    questions: Questions
    callbacks: Callbacks

    @property
    def uow(self) -> UnitOfWork:
        return self.turn.uow

    @property
    def contact(self) -> Contact:
        return self.turn.contact

    @property
    def now(self) -> datetime:
        return self.turn.now

    @property
    def texts(self) -> Texts:
        return self.questions.texts

    @property
    def typed(self) -> str:
        return (self.event.text or "") if isinstance(self.event, Message) else ""

    async def say(self, text: str, *labelled: tuple[str, CallbackData]) -> None:
        """Each label comes with what its button means.

        A press is answered with a message of its own: the one that carried the button may be old or gone.
        """
        markup = buttons(labelled) if labelled else None
        if isinstance(self.event, Message):
            await self.event.answer(text, reply_markup=markup)
            return
        await self.event.answer()
        if self.event.bot is None:
            raise RuntimeError("an update that is not bound to the bot")
        await self.event.bot.send_message(self.event.from_user.id, text, reply_markup=markup)


Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


async def bring_step(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A middleware before every handler of messages and presses."""
    if not isinstance(event, Message | CallbackQuery):
        raise TypeError(type(event).__name__)
    step = Step(event, data["state"], data["turn"], data["questions"], data["callbacks"])
    return await handler(event, data | {"step": step})
