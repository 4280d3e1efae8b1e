"""One step of a form: what was sent, the half-filled form, and the desk that the form is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.buttons import buttons
from bot.reply import reply
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
        """Answers a message or a press; each label comes with what its button means."""
        markup = buttons(labelled) if labelled else None
        if isinstance(self.event, CallbackQuery):
            await reply(self.event, text, markup)
        else:
            await self.event.answer(text, reply_markup=markup)


async def bring_step(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
) -> Any:
    """A middleware for routers whose handlers ask for a `step`."""
    return await handler(event, data | {"step": step_of(event, data)})


def step_of(event: TelegramObject, data: Mapping[str, Any]) -> Step:
    if not isinstance(event, Message | CallbackQuery):
        raise TypeError(type(event).__name__)
    return Step(event, data["state"], data["turn"], data["questions"], data["callbacks"])
