"""Store first: an update is in the database before anybody is told that it arrived."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

import structlog

from bot.dangers import Dangers
from bot.flood import Flood, Passage
from db.session import Database
from domain.models import Arrival, Priority

_GROUP = 200
"""Updates that share one commit at most, when many arrive at once."""

log = structlog.get_logger()

Waiting = tuple[Arrival, Priority | None, "asyncio.Future[None]"]


class Intake:
    """Takes updates from all channels and commits them, many in one transaction under load."""

    def __init__(
        self,
        database: Database,
        is_danger: Callable[[str], bool],
        clock: Callable[[], datetime],
        on_stored: Callable[[], None],
        dangers: Dangers | None = None,
        flood: Flood | None = None,
    ) -> None:
        self._database = database
        self._is_danger = is_danger
        self._clock = clock
        self._on_stored = on_stored
        self._dangers = dangers or Dangers()
        self._flood = flood or Flood(0)
        self._queue: asyncio.Queue[Waiting] = asyncio.Queue()

    async def receive(self, arrival: Arrival) -> None:
        """Returns when the update is committed. Raises what the database raised; then nothing was stored."""
        danger = bool(arrival.text) and self._finds_danger(arrival.text)
        if arrival.only_if_danger and not danger:
            return
        priority = self._priority(arrival, danger=danger)
        if priority is Priority.DANGER:
            self._dangers.come += 1
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        await self._queue.put((arrival, priority, stored))
        await stored

    def _finds_danger(self, text: str) -> bool:
        """A text at which the looking itself breaks must not keep its platform bringing it for ever: it may be
        danger, and the worker looks again."""
        try:
            return self._is_danger(text)
        except Exception as error:
            log.error("intake.text_unreadable", exc_info=error)
            return True

    def _priority(self, arrival: Arrival, *, danger: bool) -> Priority | None:
        """None: not to be answered. Danger is always answered; who repeats it endlessly only loses the first place."""
        match self._flood.passes((arrival.channel, arrival.external_id), self._clock()):
            case Passage.FREE:
                return Priority.DANGER if danger else Priority.REPLY
            case Passage.FIRST_OVER if not danger:
                return Priority.OVER_LIMIT
        return Priority.DANGER_AGAIN if danger else None

    async def run(self) -> None:
        """Commits group after group until cancelled."""
        while True:
            group = [await self._queue.get()]
            while len(group) < _GROUP and not self._queue.empty():
                group.append(self._queue.get_nowait())
            await self._store(group)

    async def _store(self, group: list[Waiting]) -> None:
        try:
            async with self._database.transaction() as uow:
                await uow.inbox.add([(arrival, priority) for arrival, priority, _ in group], self._clock())
        except Exception as error:  # told to whoever brought them: they keep it and come again
            for *_, stored in group:
                if not stored.done():
                    stored.set_exception(error)
            return
        finally:
            self._dangers.through += sum(priority is Priority.DANGER for _, priority, _ in group)
        for *_, stored in group:
            if not stored.done():
                stored.set_result(None)
        self._on_stored()
