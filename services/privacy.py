"""Erasing: at a person's wish, and when time is up (design 2.3 to 2.5)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from db.backup import prune
from db.ledger import LedgerFile
from db.session import Database
from db.uow import UnitOfWork
from domain.callbacks import LEDGER_LIFETIME
from domain.models import MESSAGE_LIFETIME, TOMBSTONE_LIFETIME, Contact, Letter, Priority
from services.answers import person
from services.callbacks import Callbacks
from services.questions import Questions, count

_LAPSED_AT_ONCE = 200

FAREWELL = timedelta(hours=1)
"""How long the last words after erasing wait to be read, and the chat can still be deleted, before both go too."""


async def erase(uow: UnitOfWork, contact: Contact, now: datetime, callbacks: Callbacks) -> None:
    """Erases what is held of this contact: callback requests, waiting messages, replies, the talk.

    The sealed address goes as soon as the last reply ("đã xóa") has left, and an hour later the sealed numbers of the
    messages by which the chat could be deleted too; daily counts stay, they belong to nobody.
    """
    await callbacks.erase_of(uow, contact, now)
    await uow.inbox.erase_of(contact.id)
    await uow.reminders.forget_unsent(contact.id)  # a volunteer's reminders are said anew: the work goes on
    await uow.outbox.delete_of(contact.id)
    await uow.conversations.delete(contact.id)
    await uow.chat_messages.expire_at(contact.id, now + FAREWELL)
    await uow.once.delete_of(contact.id)
    await uow.unreachable.clear([contact.id])
    await uow.contacts.let_go(contact.id)
    count(uow, contact, "privacy.erased", now)


async def stop(uow: UnitOfWork, contact: Contact, now: datetime) -> None:
    """This person stopped the bot in the messenger: the talk is forgotten, and staff see that nothing arrives there.

    A callback that was asked for stays: the phone still rings. Whoever writes again is reachable again.
    """
    await uow.conversations.delete(contact.id)
    await uow.unreachable.set_reason(contact.id, "stopped", now)
    count(uow, contact, "contact.stopped", now)


@dataclass(frozen=True, slots=True)
class Retention:
    """What goes when time is up. Safe to run at any moment and as often as one likes."""

    database: Database
    questions: Questions
    callbacks: Callbacks
    backups: Path

    async def run(self, now: datetime) -> list[int]:
        """Erases what is due; returns the contacts who have been told something."""
        told = await self.tell_lapsed(now)
        async with self.database.transaction() as uow:
            told += await self.callbacks.tick(uow, now)
        async with self.database.transaction() as uow:
            await uow.outbox.delete_expired(now)
            await uow.outbox.release_claimed_before(now - timedelta(minutes=10))
            await uow.chat_messages.delete_expired(now)
            await uow.conversations.delete_before(now - MESSAGE_LIFETIME)
            await uow.inbox.delete_tombstones_before(now - TOMBSTONE_LIFETIME)
            await uow.once.delete_expired(now)
            await uow.contacts.delete_silent(now - TOMBSTONE_LIFETIME)
            await uow.unreachable.delete_forgotten()
            erased = await uow.erasures.list_since(now - LEDGER_LIFETIME)
        await asyncio.to_thread(self._keep_ledger, dict(erased), now)
        return told

    def _keep_ledger(self, marks: Mapping[bytes, datetime], now: datetime) -> None:
        """Beside the backups, so that it outlives the database; and no backup outlives its seven days."""
        LedgerFile(self.backups).add(marks, now)
        prune(self.backups, now)

    async def tell_lapsed(self, now: datetime) -> list[int]:
        """Erases texts that waited for more than 24 hours; each of their writers gets one apology and the numbers."""
        told: dict[int, Contact] = {}
        while True:
            async with self.database.transaction() as uow:
                lapsed = await uow.inbox.list_waiting_before(now - MESSAGE_LIFETIME, _LAPSED_AT_ONCE)
                for row_id, contact in lapsed:
                    uow.inbox.finish(row_id)
                    count(uow, contact, "question.lapsed", now)
                    if contact.id not in told:
                        told[contact.id] = contact
                        uow.outbox.add(contact, self._apology(), now, priority=Priority.NOTICE)
            if len(lapsed) < _LAPSED_AT_ONCE:
                return list(told)

    def _apology(self) -> Letter:
        texts = self.questions.texts
        lapsed = texts("retention.lapsed", person=person(texts, self.questions.agency))
        return Letter(lapsed, cover=texts("retention.cover"))
