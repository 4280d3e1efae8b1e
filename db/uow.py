"""A unit of work: one transaction that holds the repositories."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import CursorResult, Executable
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncTransaction

from db.crypto import Pseudonyms
from db.repositories.audit import Audit
from db.repositories.callbacks import Callbacks
from db.repositories.chat_messages import ChatMessages
from db.repositories.client_statistics import ClientStatistics
from db.repositories.clients import Clients
from db.repositories.consents import Consents
from db.repositories.contact_records import ContactRecords
from db.repositories.contacts import Contacts
from db.repositories.conversations import Conversations
from db.repositories.counters import Counters
from db.repositories.erasures import Erasures
from db.repositories.follow_ups import FollowUps
from db.repositories.inbox import Inbox
from db.repositories.legal_dates import LegalDates
from db.repositories.mornings import Mornings
from db.repositories.once import Once
from db.repositories.outbox import Outbox
from db.repositories.reminders import Reminders
from db.repositories.reports import Reports
from db.repositories.restraints import Restraints
from db.repositories.staff import StaffList
from db.repositories.statistics import Statistics
from db.repositories.unreachable import Unreachables
from db.repositories.volunteering import Volunteering
from db.repositories.volunteers import Volunteers
from db.repositories.zalo import ZaloGrants


class UnitOfWork:
    """What is written goes to the database in one commit.

    Replies, counters and talk memory are collected and written many rows at a time by `flush`; so a group of
    messages costs one commit, while each message's `step` still takes effect as a whole or not at all.
    """

    def __init__(self, connection: AsyncConnection, pseudonyms: Pseudonyms) -> None:
        self.connection = connection
        self.pseudonyms = pseudonyms
        self._in_step = False
        self._savepoint: AsyncTransaction | None = None
        self.audit = Audit(self)
        self.callbacks = Callbacks(self)
        self.chat_messages = ChatMessages(self)
        self.client_statistics = ClientStatistics(self)
        self.clients = Clients(self)
        self.consents = Consents(self)
        self.contact_records = ContactRecords(self)
        self.contacts = Contacts(self)
        self.conversations = Conversations(self)
        self.counters = Counters(self)
        self.erasures = Erasures(self)
        self.follow_ups = FollowUps(self)
        self.inbox = Inbox(self)
        self.legal_dates = LegalDates(self)
        self.mornings = Mornings(self)
        self.once = Once(self)
        self.outbox = Outbox(self)
        self.reminders = Reminders(self)
        self.reports = Reports(self)
        self.restraints = Restraints(self)
        self.staff = StaffList(self)
        self.statistics = Statistics(self)
        self.unreachable = Unreachables(self)
        self.volunteering = Volunteering(self)
        self.volunteers = Volunteers(self)
        self.zalo = ZaloGrants(self)

    async def execute(self, statement: Executable, rows: list[dict[str, Any]] | None = None) -> CursorResult[Any]:
        """Runs one statement; inside a step a savepoint is set before the first one."""
        if self._in_step and self._savepoint is None:
            self._savepoint = await self.connection.begin_nested()
        return await self.connection.execute(statement, rows)

    @asynccontextmanager
    async def step(self) -> AsyncIterator[None]:
        """One message: when the block raises, everything that it did is undone and the error goes on."""
        self._in_step = True
        buffers = (self.outbox, self.counters, self.conversations, self.inbox, self.chat_messages, self.audit)
        undo = [buffer.checkpoint() for buffer in buffers]
        try:
            yield
        except BaseException:
            for back in undo:
                back()
            if self._savepoint is not None:
                await self._savepoint.rollback()
            raise
        else:
            if self._savepoint is not None:
                await self._savepoint.commit()
        finally:
            self._savepoint, self._in_step = None, False

    async def flush(self) -> None:
        """Writes what was collected; called before the commit."""
        await self.outbox.flush()
        await self.counters.flush()
        await self.conversations.flush()
        await self.inbox.flush()
        await self.chat_messages.flush()
        await self.audit.flush()  # last: it holds a lock that everybody needs
