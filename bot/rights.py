"""The one gate before every staff handler: who it is, and whether the role holds the right that the handler names."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.dispatcher.flags import get_flag
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.buttons import buttons
from bot.reply import reply
from bot.turn import Turn
from db.uow import UnitOfWork
from domain.staff import NOT_FOR_STAFF, NotAllowed, Right, Staff
from services.office import Office
from services.questions import Questions
from texts import Texts

_FORMS = ("StaffForm:", "ClientForm:")
RIGHT = "right"
"""The flag under which a handler names its right; a handler without it is for nobody."""


@dataclass(frozen=True, slots=True)
class StaffStep:
    """What a member of staff did, and what a handler needs to answer it."""

    event: Message | CallbackQuery
    state: FSMContext
    turn: Turn
    questions: Questions
    office: Office
    staff: Staff

    @property
    def uow(self) -> UnitOfWork:
        return self.turn.uow

    @property
    def now(self) -> datetime:
        return self.turn.now

    @property
    def texts(self) -> Texts:
        return self.questions.texts

    @property
    def typed(self) -> str:
        """What was typed; of a command only what follows it."""
        text = (self.event.text or "") if isinstance(self.event, Message) else ""
        return text.partition(" ")[2].strip() if text.startswith("/") else text.strip()

    async def say(self, text: str, *labelled: tuple[str, CallbackData]) -> None:
        markup = buttons(labelled) if labelled else None
        if isinstance(self.event, CallbackQuery):
            await reply(self.event, text, markup)
        else:
            await self.event.answer(text, reply_markup=markup)


Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


async def check_right(handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
    """A stranger is passed on as if there were no such command; staff without the right is told so.

    Asked for each message anew, so whoever was shut out a moment ago is a stranger now. Raises NotAllowed.
    """
    turn: Turn = data["turn"]
    staff = None if turn.contact.channel in NOT_FOR_STAFF else await turn.uow.staff.find(turn.contact.id)
    if staff is None or not isinstance(event, Message | CallbackQuery):
        raise SkipHandler
    right = get_flag(data, RIGHT)
    if not isinstance(right, Right) or not staff.may(right):
        raise NotAllowed
    if isinstance(event, CallbackQuery) and (await data["state"].get_state() or "").startswith(_FORMS):
        await data["state"].clear()  # another button was pressed: what is typed next is not for that form
    step = StaffStep(event, data["state"], turn, data["questions"], data["office"], staff)
    return await handler(event, data | {"step": step})


def guard(router: Router) -> Router:
    """Puts the gate before every handler of this router and of those inside it."""
    router.message.middleware(check_right)
    router.callback_query.middleware(check_right)
    return router


def needs(right: Right) -> dict[str, Right]:
    """The flags of a handler: `@router.message(Command("ca"), flags=needs(Right.SEE_DESK))`."""
    return {RIGHT: right}
