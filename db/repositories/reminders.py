"""What has been put out about follow-ups: of each kind one, whatever a process did meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select

from db.client_rows import ReminderRow
from db.repositories.base import Repository
from domain.follow_ups import FollowUp
from domain.ids import new_id


class Reminders(Repository):
    async def claim(self, follow_ups: Sequence[FollowUp], kind: str, now: datetime) -> set[int]:
        """Notes that a reminder of this kind is put out; returns the follow-ups that had none until now.

        In the transaction that writes the letter: either both are there or neither.
        """
        if not follow_ups:
            return set()
        row = ReminderRow
        claimed = self._insert(row).on_conflict_do_nothing(index_elements=["client_id", "follow_up_id", "kind"])
        statement = claimed.values(
            [
                {"id": new_id(), "client_id": each.client_id, "follow_up_id": each.id, "kind": kind}
                | {"volunteer": each.volunteer, "letter_id": None, "put_out_at": now}
                for each in follow_ups
            ]
        )
        return set((await self._uow.execute(statement.returning(row.follow_up_id))).scalars())

    async def claim_once(self, staff: Collection[int], kind: str, now: datetime) -> set[int]:
        """The same for what is about no single client: returns the members of staff who had none of this kind."""
        if not staff:
            return set()
        row = ReminderRow
        claimed = self._insert(row).on_conflict_do_nothing(index_elements=["client_id", "follow_up_id", "kind"])
        statement = claimed.values(
            [
                {"id": new_id(), "client_id": 0, "follow_up_id": each, "kind": kind}
                | {"volunteer": None, "letter_id": None, "put_out_at": now}
                for each in sorted(staff)
            ]
        )
        return set((await self._uow.execute(statement.returning(row.follow_up_id))).scalars())

    async def kinds_of(self, follow_up_ids: Collection[int]) -> set[tuple[int, str]]:
        """Which follow-ups have had which kinds of reminder."""
        row = ReminderRow
        statement = select(row.follow_up_id, row.kind).where(row.follow_up_id.in_(follow_up_ids))
        return {(each.follow_up_id, each.kind) for each in await self._uow.execute(statement)}
