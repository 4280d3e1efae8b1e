"""Carries the letters of one channel: many people at once, each one's letters in order, danger before all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from bot.files import pack
from bot.marks import Mark, Marks
from db.session import Database
from domain.models import Arrival, ArrivedFile, Channel, FileProblem, FileWanted, Outgoing, Priority
from services.ports import (
    ChannelDown,
    FileGone,
    FileSource,
    FileTooLarge,
    Postponed,
    Refused,
    Sender,
    TryLater,
    Unreachable,
)

_DANGER_PLACES = 8
"""Letters of danger that may leave although all other places are taken."""

_LOOK_AGAIN_SECONDS = 1.0
_FIRST_PAUSE = timedelta(seconds=1)
_LONGEST_PAUSE = timedelta(minutes=10)
_LONGEST_OUTAGE_PAUSE = timedelta(seconds=15)
_BELIEVED_SILENCE = timedelta(seconds=60)
"""How long a letter counts as on its way when its sender says nothing: then the sender is dead."""

_BELIEVED_SILENCE_ABOUT_DANGER = timedelta(seconds=10)
"""A sender that is only slow makes such a letter come twice, which is better than late."""

_HOLD_SECONDS = 20
_HOLD_SECONDS_BESIDE_OTHERS = 3
_GATHERING_SECONDS = 0.01
_LONGEST_GATHERING = 5
"""Between two claims, until half of the places are free: so one claim and one commit serve several people."""

_GRACE_SECONDS = 5
_MOST_FETCHES = 5
"""How often a file is asked for that the platform does not give; then it counts as gone."""

log = structlog.get_logger()

Lane = tuple[int, bool]
"""A contact, and whether it is about danger: the letters of one lane leave one after the other."""


class Carrier:
    def __init__(
        self,
        database: Database,
        channel: Channel,
        sender: Sender,
        clock: Callable[[], datetime],
        *,
        several_processes: bool,
        on_stored: Callable[[], None] = lambda: None,
    ) -> None:
        """`on_stored` is called when a file that was wanted is in the inbox."""
        self._database = database
        self._channel = channel
        self._sender = sender
        self._clock = clock
        self._several_processes = several_processes
        self._on_stored = on_stored
        self._marks = Marks(database, clock)
        self._flying: dict[asyncio.Task[None], Outgoing] = {}
        self._resting: dict[Lane, float] = {}
        self._closed_until = 0.0
        self._outages = 0
        self._wake = asyncio.Event()
        self._claiming = asyncio.Lock()

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Until cancelled; then it waits a little for what is on its way."""
        await self._take_over(at_start=True)
        held = asyncio.create_task(self._hold())
        try:
            while True:
                self._wake.clear()
                try:
                    started = await self._start_due()
                except Exception as error:
                    log.error("outbox.failed", exc_info=error)
                    started = 0
                if started:
                    await self._gather()
                    continue
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._patience()):  # `wait_for` may lose a cancellation (3.11)
                        await self._wake.wait()
        finally:
            if self._flying:
                await asyncio.wait(self._flying, timeout=_GRACE_SECONDS)
            late = [held, *self._flying]
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)  # else the database closes under them

    async def _gather(self) -> None:
        for _ in range(_LONGEST_GATHERING):
            await asyncio.sleep(_GATHERING_SECONDS)
            if 2 * len(self._flying) <= self._sender.at_once:
                return

    async def carry(self) -> int:
        """Sends what may leave now and waits for it; returns how many letters that were."""
        carried = 0
        while started := await self._start_due():
            carried += started
            await asyncio.gather(*list(self._flying))
        return carried

    async def _start_due(self) -> int:
        async with self._claiming:
            now = time.monotonic()
            if now < self._closed_until:
                return 0
            places = self._sender.at_once - len(self._flying)
            only_danger = places <= 0
            limit = places + _DANGER_PLACES if only_danger else places
            if limit <= 0:
                return 0
            self._resting = {lane: until for lane, until in self._resting.items() if until > now}
            lanes = [_lane(letter) for letter in self._flying.values()] + list(self._resting)
            async with self._database.transaction() as uow:
                letters = await uow.outbox.claim_due(
                    self._channel,
                    self._clock(),
                    limit,
                    held=[contact for contact, danger in lanes if not danger],
                    held_danger=[contact for contact, danger in lanes if danger],
                    only_danger=only_danger,
                )
                addresses = await uow.contacts.external_ids({letter.contact.id for letter in letters})
            for letter in letters:
                task = asyncio.create_task(self._carry_one(letter, addresses.get(letter.contact.id)))
                self._flying[task] = letter
                task.add_done_callback(self._landed)
            return len(letters)

    def _landed(self, task: asyncio.Task[None]) -> None:
        letter = self._flying.pop(task)
        self._resting[_lane(letter)] = time.monotonic() + self._sender.rest.total_seconds()
        self._wake.set()
        if not task.cancelled() and (error := task.exception()):
            log.error("outbox.letter_lost_sight_of", letter=letter.id, exc_info=error)

    async def _carry_one(self, letter: Outgoing, external_id: str | None) -> None:
        mark = await self._send(letter, external_id)
        await self._marks.settle(mark, more_to_come=len(self._flying) > 1)

    async def _send(self, letter: Outgoing, external_id: str | None) -> Mark:
        try:
            if external_id is None:
                raise Unreachable
            if letter.letter.wanted:
                await self._bring(letter, letter.letter.wanted, external_id)
                return Mark.sent(letter, ())
            if letter.letter.erase_chat:
                letter = await self._with_messages(letter)
            sent = await self._sender.send(letter, external_id)
        except Unreachable:
            return Mark.unreachable(letter)
        except Postponed as error:
            return Mark.not_before(letter, error.until)
        except Refused as error:
            log.error("outbox.letter_refused", letter=letter.id, exc_info=error)
            return Mark.failed(letter)
        except ChannelDown as error:
            self._close(error.after)
            return Mark.back(letter)
        except TryLater as error:
            return Mark.again(letter, self._clock() + (error.after or _pause(letter.attempts)))
        except Exception as error:  # one bad letter never stops the others
            log.error("outbox.letter_failed", letter=letter.id, exc_info=error)
            return Mark.again(letter, self._clock() + _pause(letter.attempts))
        self._outages = 0
        return Mark.sent(letter, tuple(sent or ()))

    async def _with_messages(self, letter: Outgoing) -> Outgoing:
        """What is to be deleted is looked up now: everything that was said before has its number by now."""
        async with self._database.reading() as uow:
            said = (await uow.chat_messages.list_of([letter.contact.id])).get(letter.contact.id, ())
        return replace(letter, said=said)

    async def _bring(self, errand: Outgoing, wanted: FileWanted, external_id: str) -> None:
        """Fetches a file and stores it like a message; killed in between, it is fetched again and stored once."""
        arrived = ArrivedFile(wanted.file.name, wanted.use, problem=FileProblem.GONE)
        try:
            if isinstance(self._sender, FileSource):
                arrived = replace(arrived, content=await self._sender.fetch(wanted), problem=None)
        except FileTooLarge:
            arrived = replace(arrived, problem=FileProblem.TOO_LARGE)
        except FileGone:
            pass
        except ChannelDown:
            raise
        except TryLater:
            if errand.attempts < _MOST_FETCHES:
                raise
        arrival = Arrival(self._channel, external_id, f"errand/{errand.id}", pack(arrived), "")
        async with self._database.transaction() as uow:
            await uow.inbox.add([(arrival, Priority.REPLY)], self._clock())
        self._on_stored()

    def _close(self, after: timedelta | None) -> None:
        """Nothing leaves for a while that grows with every outage in a row; the letters stay where they are."""
        now = time.monotonic()
        if now < self._closed_until:
            return  # one outage fails all the letters that were on their way: it counts once
        pause = min(_FIRST_PAUSE * 2 ** min(self._outages, 10), _LONGEST_OUTAGE_PAUSE)
        self._outages += 1
        self._closed_until = now + max(pause, after or timedelta(0)).total_seconds()

    def _patience(self) -> float:
        """Seconds until somebody may get a letter again."""
        now = time.monotonic()
        ends = [until for until in (*self._resting.values(), self._closed_until) if until > now]
        return min([_LOOK_AGAIN_SECONDS, *(end - now for end in ends)])

    async def _hold(self) -> None:
        """Says now and then that our letters are still on their way, and looks for senders that died."""
        while True:
            await asyncio.sleep(_HOLD_SECONDS_BESIDE_OTHERS if self._several_processes else _HOLD_SECONDS)
            await self._take_over()

    async def _take_over(self, *, at_start: bool = False) -> None:
        """Gives back what was claimed by senders that have been silent for long; they are dead.

        at_start: nothing is on its way from here yet, so without other processes every claim is a dead one's.
        """
        now, alone = self._clock(), at_start and not self._several_processes
        silence = timedelta(0) if alone else _BELIEVED_SILENCE
        try:
            async with self._database.transaction() as uow:
                await uow.outbox.hold([letter.id for letter in self._flying.values()], now)
                given_back = await uow.outbox.release_claimed_before(now - silence, self._channel)
                about_danger = now - min(silence, _BELIEVED_SILENCE_ABOUT_DANGER)
                given_back += await uow.outbox.release_claimed_before(about_danger, self._channel, only_danger=True)
        except Exception as error:
            log.error("outbox.failed", exc_info=error)
            return
        if given_back:
            self._wake.set()


def _lane(letter: Outgoing) -> Lane:
    return letter.contact.id, letter.priority is Priority.DANGER


def _pause(attempts: int) -> timedelta:
    doublings: int = 2 ** min(attempts, 10)
    return min(_FIRST_PAUSE * doublings, _LONGEST_PAUSE)
