"""Where updates come in, whether they were fetched or delivered: stored, then the press is answered."""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from bot.channels.telegram.api import Api, TelegramTrouble
from bot.channels.telegram.updates import arrival, press_id
from bot.inbox import Intake
from domain.models import Arrival

_ANSWERS_AT_ONCE = 50
log = structlog.get_logger()


class Reception:
    def __init__(self, intake: Intake, api: Api) -> None:
        self._intake = intake
        self._api = api
        self._answers: set[asyncio.Task[None]] = set()

    async def take(self, update: dict[str, Any]) -> None:
        """Returns when the update is stored, or is not for us. Raises what the database raised."""
        if (arrived := self._read(update)) is None:
            return
        await self._intake.receive(arrived)
        self._answer_press(update)

    def _read(self, update: dict[str, Any]) -> Arrival | None:
        """An update that nobody can read must not stop those behind it."""
        try:
            return arrival(update, self._api.account.bot)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            log.error("telegram.update_unreadable", exc_info=error)
            return None

    def _answer_press(self, update: dict[str, Any]) -> None:
        """Worth a try, never worth a retry: a press that is answered late is answered never."""
        press = press_id(update)
        if press is None or len(self._answers) >= _ANSWERS_AT_ONCE:
            return
        task = asyncio.create_task(self._try_to_answer(press))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def _try_to_answer(self, press: str) -> None:
        try:
            await self._api.call("answerCallbackQuery", callback_query_id=press)
        except TelegramTrouble as trouble:
            log.debug("telegram.press_not_answered", kind=trouble.kind)
