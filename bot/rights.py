"""The one gate before every staff handler: who it is, and whether the role holds the right that the handler names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiogram import Router
from aiogram.dispatcher.event.bases import SkipHandler
from aiogram.dispatcher.flags import get_flag
from aiogram.types import CallbackQuery, Message, TelegramObject

from bot.step import Handler, Step
from bot.turn import Turn
from domain.staff import NOT_FOR_STAFF, NotAllowed, Right, Staff
from services.office import Office

_FORMS = ("StaffForm:", "ClientForm:")
RIGHT = "right"
"""The flag under which a handler names its right; a handler without it is for nobody."""


@dataclass(frozen=True, slots=True)
class StaffStep(Step):
    """What a member of staff did."""

    office: Office
    staff: Staff

    @property
    def typed(self) -> str:
        """What was typed; of a command only what follows it."""
        text = (self.event.text or "") if isinstance(self.event, Message) else ""
        return text.partition(" ")[2].strip() if text.startswith("/") else text.strip()


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
    step = StaffStep(event, data["state"], turn, data["questions"], data["callbacks"], data["office"], staff)
    return await handler(event, data | {"step": step})


def guard(router: Router) -> Router:
    """Puts the gate before every handler of this router and of those inside it."""
    router.message.middleware(check_right)
    router.callback_query.middleware(check_right)
    return router


def needs(right: Right) -> dict[str, Right]:
    """The flags of a handler: `@router.message(Command("ca"), flags=needs(Right.SEE_DESK))`."""
    return {RIGHT: right}
