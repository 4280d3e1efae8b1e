"""What became of letters, written down many at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import structlog

from db.session import Database
from db.uow import UnitOfWork
from domain.models import OutboxState, Outgoing

_GATHERING_SECONDS = 0.01
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mark:
    """state PENDING: to be tried again, at `again_at`, or with None at once; `postponed`: it was not tried at all."""

    letter: Outgoing
    state: OutboxState
    message_ids: tuple[str, ...] = ()
    again_at: datetime | None = None
    postponed: bool = False

    @classmethod
    def sent(cls, letter: Outgoing, message_ids: tuple[str, ...]) -> Mark:
        return cls(letter, OutboxState.SENT, message_ids)

    @classmethod
    def unreachable(cls, letter: Outgoing) -> Mark:
        return cls(letter, OutboxState.UNREACHABLE)

    @classmethod
    def failed(cls, letter: Outgoing) -> Mark:
        return cls(letter, OutboxState.FAILED)

    @classmethod
    def again(cls, letter: Outgoing, at: datetime) -> Mark:
        return cls(letter, OutboxState.PENDING, again_at=at)

    @classmethod
    def not_before(cls, letter: Outgoing, until: datetime) -> Mark:
        return cls(letter, OutboxState.PENDING, again_at=until, postponed=True)

    @classmethod
    def back(cls, letter: Outgoing) -> Mark:
        return cls(letter, OutboxState.PENDING)


class Marks:
    """While one commit runs, the marks that come meanwhile collect for the next one."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._waiting: list[Mark] = []
        self._writing = asyncio.Lock()

    async def settle(self, mark: Mark, *, more_to_come: bool = False) -> None:
        """Returns when the mark is committed; tries until it is, for a letter that is not marked leaves twice.

        more_to_come: other letters are on their way, so that one commit is likely to serve them too.
        """
        self._waiting.append(mark)
        async with self._writing:
            if more_to_come and mark in self._waiting:
                await asyncio.sleep(_GATHERING_SECONDS)
            marks, self._waiting = self._waiting, []
            pause = 0.1
            while marks:
                try:
                    async with self._database.transaction() as uow:
                        await self._write(uow, marks)
                    return
                except Exception as error:
                    log.error("outbox.not_marked", exc_info=error)
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, 10.0)

    async def _write(self, uow: UnitOfWork, marks: list[Mark]) -> None:
        now = self._clock()
        for state in (OutboxState.UNREACHABLE, OutboxState.FAILED):
            if ids := [mark.letter.id for mark in marks if mark.state is state]:
                await uow.outbox.set_state(ids, state)
        gone = {mark.letter.contact.id for mark in marks if mark.state is OutboxState.UNREACHABLE}
        await uow.unreachable.note(gone, "stopped", now)  # a channel that knows better has said so already
        sent = [mark for mark in marks if mark.state is OutboxState.SENT]
        if sent:
            await uow.outbox.set_sent([mark.letter.id for mark in sent])
        for mark in sent:
            if mark.letter.letter.erase_chat:
                await uow.chat_messages.delete_of(mark.letter.contact.id)
            for message_id in mark.message_ids:
                uow.chat_messages.note(mark.letter.contact, message_id, now)
        waiting = [mark for mark in marks if mark.state is OutboxState.PENDING]
        if back := [mark.letter.id for mark in waiting if mark.again_at is None]:
            await uow.outbox.set_back(back)
        for mark in waiting:
            if mark.again_at is not None:
                again = uow.outbox.set_postponed if mark.postponed else uow.outbox.set_again_at
                await again(mark.letter.id, mark.again_at)
