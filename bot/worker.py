"""Then work: takes stored updates in each conversation's order, danger first, and commits what comes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update

from bot.channels.updates import document_update, press_update
from bot.dangers import Dangers
from bot.doubts import Doubts, is_hopeless
from bot.files import unpack
from bot.handlers import errors
from bot.turn import Turn, current_turn
from bot.typed import is_choice, pressed
from db.session import Database
from db.uow import UnitOfWork
from domain.models import LIST_LIFETIME, Channel, Incoming, Letter, Priority, SentFile
from services.questions import Questions, count

_CONVERSATIONS = 50
"""Conversations that share one commit at most."""

_LOOK_AGAIN_SECONDS = 1.0
"""Another process may have stored something; our own intake wakes us at once."""

_OTHERS_WAIT = timedelta(seconds=0.1)
"""SQLite has one writer: so long the intake (a messenger waits two seconds) and the letters wait for a group."""

ToUpdate = Callable[[Incoming], dict[str, Any]]
FindFile = Callable[[Incoming], SentFile | None]
FindPhone = Callable[[Incoming], str | None]
log = structlog.get_logger()


class Worker:
    def __init__(
        self,
        database: Database,
        dispatcher: Dispatcher,
        bot: Bot,
        to_update: Mapping[Channel, ToUpdate],
        questions: Questions,
        clock: Callable[[], datetime],
        on_answered: Callable[[Collection[int]], None],
        dangers: Dangers,
        desks: Mapping[str, Any],
        sent_file: Mapping[Channel, FindFile],
        shared_phone: Mapping[Channel, FindPhone],
    ) -> None:
        """`desks`: what handlers call besides the questions, by the name under which they ask for it.

        sent_file, shared_phone: find what handlers are shown only when they ask, on channels where there is such a
        thing.
        """
        self._database = database
        self._dispatcher = dispatcher
        self._bot = bot
        self._to_update = to_update
        self._questions = questions
        self._clock = clock
        self._on_answered = on_answered
        self._dangers = dangers
        self._desks = desks
        self._sent_file = sent_file
        self._shared_phone = shared_phone
        self._wake = asyncio.Event()
        self._doubts = Doubts(clock())

    def wake(self) -> None:
        self._wake.set()

    async def run(self) -> None:
        """Works until cancelled. A commit that fails is tried again: nothing of it has happened."""
        pause = 0.1
        while True:
            self._wake.clear()
            try:
                worked = await self.work_once()
                pause = 0.1
            except Exception as error:
                log.error("worker.commit_failed", exc_info=error)
                self._doubts.rise(self._clock())
                await asyncio.sleep(pause)
                pause = min(2 * pause, 10.0)
                continue
            if not worked:
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_AGAIN_SECONDS):  # `wait_for` may lose a cancellation (3.11)
                        await self._wake.wait()

    async def work_once(self) -> int:
        """Handles one group of conversations in one transaction, or notes that it is about to.

        Returns how many messages that were.
        """
        async with self._database.transaction() as uow:
            through = self._dangers.through
            waiting = await uow.inbox.claim_waiting(_CONVERSATIONS)
            if not waiting:
                return 0
            messages = self._doubts.together(waiting)
            if await self._doubts.note(uow, messages):
                return len(messages)
            await uow.conversations.load({message.contact.id for message in messages})
            handled = []
            for message in messages:
                await self._handle(uow, message)
                handled.append(message)
                await asyncio.sleep(0)  # lets the intake and the open pages have their turn
                if self._dangers.come > through or self._database.kept_waiting > _OTHERS_WAIT:
                    break  # the rest is claimed again, by then in another order
        self._on_answered(uow.outbox.recipients)
        return len(handled)

    async def _handle(self, uow: UnitOfWork, message: Incoming) -> None:
        now = self._clock()
        try:
            async with uow.step():
                if is_hopeless(message):
                    await self._give_up(uow, message, now)
                elif message.priority is Priority.OVER_LIMIT:
                    self._ask_to_slow_down(uow, message, now)
                else:
                    await self._dispatch(uow, message, now)
        except Exception as error:
            async with uow.step():
                await errors.answer(error, uow, message, now, self._questions)
        uow.inbox.finish(message.id)

    def _ask_to_slow_down(self, uow: UnitOfWork, message: Incoming, now: datetime) -> None:
        count(uow, message.contact, "message.over_limit", now)
        uow.outbox.add(message.contact, Letter(self._questions.texts("flood.slow_down")), now)

    async def _give_up(self, uow: UnitOfWork, message: Incoming, now: datetime) -> None:
        """Whenever it was begun, the process or the commit ended; a half-filled form may be why, so it goes too."""
        log.error("update.given_up", update=message.id, channel=message.contact.channel, tries=message.tries - 1)
        count(uow, message.contact, "message.given_up", now)
        await uow.conversations.delete(message.contact.id)
        texts = self._questions.texts
        letter = Letter(
            texts("errors.given_up", person=self._questions.person()),
            cover="" if message.danger else texts("retention.cover"),
        )
        uow.outbox.add(message.contact, letter, now, priority=errors.priority(message))

    async def _dispatch(self, uow: UnitOfWork, message: Incoming, now: datetime) -> None:
        talk = await uow.conversations.get(message.contact.id)
        find_file = self._sent_file.get(message.contact.channel)
        find_phone = self._shared_phone.get(message.contact.channel)
        turn = Turn(
            uow,
            message.contact,
            talk,
            now,
            calm=not message.danger,
            sent_file=lambda: find_file(message) if find_file else None,
            shared_phone=lambda: find_phone(message) if find_phone else None,
            arrived=unpack(message.payload),
        )
        if turn.arrived:
            update = document_update(message)
        else:
            count(uow, message.contact, "message.received", now)
            update = self._to_update[message.contact.channel](message)
            if message.danger and not await uow.staff.find(message.contact.id):  # "/traloi quá liều" is work
                update = _without_command(update)
            update = await self._read_choice(update, message, turn)
        current = current_turn.set(turn)
        try:
            await self._dispatcher.feed_update(
                self._bot,
                Update.model_validate(update, context={"bot": self._bot}),
                turn=turn,
                uow=uow,
                contact=message.contact,
                now=now,
                texts=self._questions.texts,
                questions=self._questions,
                **self._desks,
            )
        finally:
            current_turn.reset(current)

    async def _read_choice(self, update: dict[str, Any], message: Incoming, turn: Turn) -> dict[str, Any]:
        """A typed choice refers to the last list shown, be it of a reply or of a notice that came since."""
        text = update.get("message", {}).get("text")
        if not text or not is_choice(text):
            return update
        since = max(filter(None, (turn.talk.shown_at, turn.now - LIST_LIFETIME)))
        if notice := await turn.uow.outbox.find_list_since(turn.contact, since, turn.now):
            shown, turn.talk.shown_at = notice
            turn.talk.shown = tuple(choice.press for choice in shown)
            turn.uow.conversations.changed(turn.contact.id, turn.now)
        press = pressed(text, turn.talk, turn.now)
        return press_update(message, press) if press else update


def _without_command(update: dict[str, Any]) -> dict[str, Any]:
    """Danger is heard behind a command too: "/menu nó không thở nữa" asks for no menu."""
    message = update.get("message", {})
    command, *rest = message.get("text", "").split(maxsplit=1) or [""]
    if command.startswith("/"):
        message["text"] = rest[0] if rest else command.lstrip("/")
    return update
