"""Updates that wait to be handled, and the tombstones of those that were."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, func, select, update

from db.models import ContactRow, InboxRow
from db.repositories.base import Repository, Undo
from domain.ids import new_id
from domain.models import Arrival, Channel, Contact, Incoming, Priority

if TYPE_CHECKING:
    from db.uow import UnitOfWork

_WINDOW = 20
"""How far down the queue a worker looks for conversations that nobody holds, in batches."""

_MESSAGES = 4
"""How many messages a batch takes at most, per conversation on average."""


class Inbox(Repository):
    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._done: list[int] = []

    async def add(self, arrivals: Sequence[tuple[Arrival, Priority | None]], now: datetime) -> None:
        """Stores updates; one that was stored before, handled or not, is left as it is.

        One without a priority is not to be answered: only its tombstone is kept.
        """
        people = {
            (a.channel, a.external_id): self._uow.contacts.known_as(a.channel, a.external_id) for a, _ in arrivals
        }
        await self._uow.contacts.see(people, now)
        rows: list[dict[str, Any]] = [
            {
                "id": new_id(),
                "channel": arrival.channel,
                "update_digest": self._uow.pseudonyms.update_digest(arrival.channel, arrival.update_key),
                "contact_id": None if priority is None else people[arrival.channel, arrival.external_id].id,
                "priority": Priority.REPLY if priority is None else priority,
                "received_at": now,
                "payload": None if priority is None else arrival.payload,
            }
            for arrival, priority in arrivals
        ]
        for arrival, _ in arrivals:
            if arrival.message_id:
                self._uow.chat_messages.note(people[arrival.channel, arrival.external_id], arrival.message_id, now)
        statement = self._insert(InboxRow).on_conflict_do_nothing(index_elements=["channel", "update_digest"])
        await self._uow.execute(statement, rows)

    async def claim_waiting(self, limit: int) -> list[Incoming]:
        """The waiting messages of up to `limit` conversations: danger first, then in the order they came.

        The conversations stay locked until the transaction ends, so no two workers talk with one person at once;
        a crash unlocks them with nothing done.
        """
        queue = await self._uow.execute(
            select(InboxRow.contact_id)
            .where(InboxRow.contact_id.is_not(None))
            .order_by(InboxRow.priority, InboxRow.id)
            .limit(_WINDOW * limit)
        )
        waiting = list(dict.fromkeys(row.contact_id for row in queue))
        contact_ids: list[int] = []
        for start in range(0, len(waiting), limit):  # usually once; again where another worker holds the first ones
            locked = await self._uow.execute(
                select(ContactRow.id)
                .where(ContactRow.id.in_(waiting[start : start + limit]))
                .with_for_update(skip_locked=True)  # SQLite ignores this: it has one writer anyway
            )
            if contact_ids := [row.id for row in locked]:
                break
        if not contact_ids:
            return []
        rows = await self._uow.execute(
            select(
                InboxRow.id,
                InboxRow.contact_id,
                InboxRow.channel,
                InboxRow.received_at,
                InboxRow.priority,
                InboxRow.payload,
                InboxRow.tries,
            )
            .where(InboxRow.contact_id.in_(contact_ids))
            .order_by(InboxRow.priority, InboxRow.id)
            .limit(_MESSAGES * limit)  # a flood of one person must not make the transaction long
        )
        return [
            Incoming(
                row.id,
                Contact(row.contact_id, Channel(row.channel)),
                row.received_at,
                Priority(row.priority),
                row.payload,
                row.tries,
            )
            for row in rows
        ]

    async def count_try(self, message_ids: Collection[int]) -> None:
        """Once more these are about to be handled."""
        await self._uow.execute(update(InboxRow).where(InboxRow.id.in_(message_ids)).values(tries=InboxRow.tries + 1))

    def finish(self, message_id: int) -> None:
        """The message is handled; its row becomes a tombstone with the same commit."""
        self._done.append(message_id)

    async def erase_of(self, contact_id: int) -> None:
        """Blanks everything that still waits from this contact."""
        await self._uow.execute(_blank().where(InboxRow.contact_id == contact_id))

    async def list_waiting_before(self, moment: datetime, limit: int) -> list[tuple[int, Contact]]:
        rows = await self._uow.execute(
            select(InboxRow.id, InboxRow.contact_id, InboxRow.channel)
            .where(InboxRow.received_at < moment, InboxRow.contact_id.is_not(None))
            .limit(limit)
        )
        return [(row.id, Contact(row.contact_id, Channel(row.channel))) for row in rows]

    async def delete_tombstones_before(self, moment: datetime) -> int:
        statement = delete(InboxRow).where(InboxRow.received_at < moment, InboxRow.contact_id.is_(None))
        return (await self._uow.execute(statement)).rowcount

    async def last_received_at(self, channel: Channel) -> datetime | None:
        """When this channel last brought anything, as far as tombstones reach back (48 hours)."""
        statement = select(func.max(InboxRow.received_at)).where(InboxRow.channel == channel)
        found: datetime | None = (await self._uow.execute(statement)).scalar_one()
        return found

    async def count_waiting(self) -> int:
        statement = select(func.count()).select_from(InboxRow).where(InboxRow.contact_id.is_not(None))
        return int((await self._uow.execute(statement)).scalar_one())

    def checkpoint(self) -> Undo:
        kept = len(self._done)

        def back() -> None:
            del self._done[kept:]

        return back

    async def flush(self) -> None:
        if self._done:
            done, self._done = self._done, []
            await self._uow.execute(_blank().where(InboxRow.id.in_(done)))


def _blank() -> Any:
    return update(InboxRow).values(contact_id=None, payload=None)
