"""Who cannot be reached, and why: for staff to see."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select

from db.models import ContactRow, UnreachableRow
from db.repositories.base import Repository


class Unreachables(Repository):
    async def set_reason(self, contact_id: int, reason: str, now: datetime) -> None:
        statement = self._insert(UnreachableRow)
        await self._uow.execute(
            statement.on_conflict_do_update(
                index_elements=["contact_id"],
                set_={"reason": statement.excluded.reason},  # since when stays: it is what staff ask
            ),
            [{"contact_id": contact_id, "reason": reason, "since": now}],
        )

    async def note(self, contact_ids: Collection[int], reason: str, now: datetime) -> None:
        """A reason to be believed where none is known."""
        statement = self._insert(UnreachableRow).on_conflict_do_nothing(index_elements=["contact_id"])
        rows = [{"contact_id": contact_id, "reason": reason, "since": now} for contact_id in sorted(contact_ids)]
        if rows:
            await self._uow.execute(statement, rows)

    async def find(self, contact_ids: Collection[int]) -> dict[int, tuple[str, datetime]]:
        """Reason and since when, of those who cannot be reached."""
        row = UnreachableRow
        statement = select(row.contact_id, row.reason, row.since).where(row.contact_id.in_(contact_ids))
        rows = await self._uow.execute(statement)
        return {row.contact_id: (row.reason, row.since) for row in rows}

    async def count_by_reason(self) -> dict[str, int]:
        people = func.count().label("people")
        statement = select(UnreachableRow.reason, people).group_by(UnreachableRow.reason)
        return {row.reason: row.people for row in await self._uow.execute(statement)}

    async def clear(self, contact_ids: Collection[int]) -> None:
        """They wrote, or a message arrived."""
        await self._uow.execute(delete(UnreachableRow).where(UnreachableRow.contact_id.in_(contact_ids)))

    async def delete_forgotten(self) -> int:
        """Of contacts that are not known any more."""
        known = select(ContactRow.id)
        return (await self._uow.execute(delete(UnreachableRow).where(UnreachableRow.contact_id.not_in(known)))).rowcount
