"""Carries letters to the channels that are pushed to: claimed, sent, marked. A crash repeats the one in flight."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta

import structlog

from db.session import Database
from domain.models import Channel, OutboxState, Outgoing
from services.ports import Sender, TryLater, Unreachable

_CLAIMED_AT_ONCE = 30
_LOOK_AGAIN_SECONDS = 1.0
_FIRST_PAUSE = timedelta(seconds=2)
_LONGEST_PAUSE = timedelta(minutes=10)
log = structlog.get_logger()


class Postman:
    def __init__(self, database: Database, senders: Mapping[Channel, Sender], clock: Callable[[], datetime]) -> None:
        self._database = database
        self._senders = senders
        self._clock = clock
        self._wake = asyncio.Event()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        while True:
            self._wake.clear()
            try:
                carried = sum([await self.carry(channel) for channel in self._senders])
            except Exception as error:
                log.error("outbox.failed", exc_info=error)
                carried = 0
            if not carried:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), _LOOK_AGAIN_SECONDS)

    async def carry(self, channel: Channel) -> int:
        """Sends what is due on one channel; returns how many letters that were."""
        async with self._database.transaction() as uow:
            letters = await uow.outbox.claim_due(channel, self._clock(), _CLAIMED_AT_ONCE)
            addresses = await uow.contacts.external_ids({letter.contact.id for letter in letters})
        for letter in letters:
            await self._send(letter, addresses.get(letter.contact.id))
        return len(letters)

    async def _send(self, letter: Outgoing, external_id: str | None) -> None:
        try:
            if external_id is None:
                raise Unreachable
            await self._senders[letter.contact.channel].send(letter, external_id)
            await self._mark(letter, OutboxState.SENT)
        except Unreachable:
            await self._mark(letter, OutboxState.UNREACHABLE)
        except TryLater as error:
            await self._again(letter, error.after)
        except Exception as error:  # one bad letter never stops the others
            log.error("outbox.letter_failed", letter=letter.id, exc_info=error)
            await self._again(letter, min(_FIRST_PAUSE * 2**letter.attempts, _LONGEST_PAUSE))

    async def _mark(self, letter: Outgoing, state: OutboxState) -> None:
        async with self._database.transaction() as uow:
            await uow.outbox.set_state([letter.id], state)

    async def _again(self, letter: Outgoing, after: timedelta) -> None:
        async with self._database.transaction() as uow:
            await uow.outbox.set_again_at(letter.id, self._clock() + after)
