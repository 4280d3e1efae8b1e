"""Who talks with us, by a keyed hash; the channel's own id only sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from sqlalchemy import delete, exists, select, update

from db.callback_rows import CallbackRequestRow
from db.models import ContactRow, InboxRow, OutboxRow
from db.repositories.base import Repository
from db.staff_rows import StaffRow
from domain.errors import ContactUnknown
from domain.models import Channel, Contact


class Contacts(Repository):
    async def see(self, people: Mapping[tuple[Channel, str], Contact], now: datetime) -> None:
        """Notes that these wrote just now; unknown ones become known."""
        statement = self._insert(ContactRow)
        statement = statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": statement.excluded.seen_at})
        rows = [
            {"id": contact.id, "channel": channel, "external_id": external_id.encode(), "seen_at": now}
            for (channel, external_id), contact in sorted(people.items(), key=lambda item: item[1].id)
        ]
        if rows:
            await self._uow.execute(statement, rows)
            await self._uow.unreachable.clear([contact.id for contact in people.values()])

    def known_as(self, channel: Channel, external_id: str) -> Contact:
        """The contact that this id of the channel stands for, whether it wrote before or not."""
        return Contact(self._uow.pseudonyms.contact_id(channel, external_id), channel)

    async def get(self, contact_id: int) -> Contact:
        """A contact that has written, with its channel, to say something on our own account. Raises ContactUnknown."""
        channel = (await self._uow.execute(select(ContactRow.channel).where(ContactRow.id == contact_id))).scalar()
        if channel is None:
            raise ContactUnknown
        return Contact(contact_id, Channel(channel))

    async def external_ids(self, ids: Collection[int]) -> dict[int, str]:
        """The channel's own ids, for senders only."""
        rows = await self._uow.execute(select(ContactRow.id, ContactRow.external_id).where(ContactRow.id.in_(ids)))
        return {row.id: row.external_id.decode() for row in rows}

    async def seen_at(self, contact_id: int) -> datetime | None:
        """When this contact last wrote, pressed or followed; None for one that is not known."""
        statement = select(ContactRow.seen_at).where(ContactRow.id == contact_id)
        return (await self._uow.execute(statement)).scalar_one_or_none()

    async def delete_silent(self, since: datetime) -> int:
        """Forgets who has not written since, unless something waits for or from them, or they work here."""
        waiting_in = exists().where(InboxRow.contact_id == ContactRow.id)
        waiting_out = exists().where(OutboxRow.contact_id == ContactRow.id)
        works_here = exists().where(StaffRow.contact_id == ContactRow.id)
        to_call = exists().where(CallbackRequestRow.contact_id == ContactRow.id, CallbackRequestRow.state != "closed")
        reasons = (waiting_in, waiting_out, works_here, to_call)
        statement = delete(ContactRow).where(ContactRow.seen_at < since, *(~reason for reason in reasons))
        return (await self._uow.execute(statement)).rowcount

    async def let_go(self, contact_id: int) -> None:
        """To be forgotten by the next `delete_silent`, as soon as nothing waits for this contact."""
        long_ago = datetime.fromtimestamp(0, UTC)
        await self._uow.execute(update(ContactRow).where(ContactRow.id == contact_id).values(seen_at=long_ago))

    async def delete(self, contact_id: int) -> None:
        await self._uow.execute(delete(ContactRow).where(ContactRow.id == contact_id))
