"""The ledger of what has been put out about follow-ups: of each kind one, whatever a process did meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, select, update

from db.client_rows import FollowUpRow, ReminderRow, follow_up_is_open
from db.models import OutboxRow
from db.repositories.base import Repository
from domain.ids import new_id
from domain.models import OutboxState
from domain.volunteering import PUT_OFF, Kind, PutOut, Reminder

_R = ReminderRow


class Reminders(Repository):
    async def claim(self, wanted: Sequence[Reminder]) -> set[tuple[int, str]]:
        """Notes these as put out, in the transaction that writes the letter: either both are there or neither.

        Returns which were noted now, by follow-up and kind: the others somebody else has put out before.
        """
        if not wanted:
            return set()
        statement = self._insert(_R).on_conflict_do_nothing(index_elements=["client_id", "follow_up_id", "kind"])
        values = [asdict(each) | {"id": new_id()} for each in wanted]
        rows = await self._uow.execute(statement.returning(_R.follow_up_id, _R.kind), values)
        return {(each.follow_up_id, each.kind) for each in rows}

    async def claim_once(self, staff: Collection[int], kind: str, now: datetime) -> set[int]:
        """The same for what is about no single client: returns the members of staff who had none of this kind."""
        noted = await self.claim([Reminder(0, number, kind, now) for number in sorted(staff)])
        return {number for number, _ in noted}

    async def list_of(self, follow_up_ids: Collection[int]) -> list[PutOut]:
        statement = select(_R.follow_up_id, _R.kind, _R.put_out_at, _R.letter_id)
        rows = await self._uow.execute(statement.where(_R.follow_up_id.in_(follow_up_ids)))
        return [PutOut(**each._mapping) for each in rows]

    # -- what a volunteer puts off -------------------------------------------------------------------------------

    async def put_off(self, client_id: int, follow_up_id: int, volunteer: int, day: date, now: datetime) -> bool:
        """To be said again on that day; False when that has been asked for already."""
        return bool(await self.claim([Reminder(client_id, follow_up_id, Kind.tomorrow(day), now, volunteer)]))

    async def say_put_off(self, follow_up_ids: Collection[int], day: date, letter_id: int, now: datetime) -> set[int]:
        """What was put off until that day is said in this letter; returns of which follow-ups."""
        statement = (
            update(_R)
            .where(_R.follow_up_id.in_(follow_up_ids), was_put_off(_R, day))
            .values(letter_id=letter_id, put_out_at=now)
            .returning(_R.follow_up_id)
        )
        return set((await self._uow.execute(statement)).scalars())

    # -- what has not left ---------------------------------------------------------------------------------------

    async def take_back_unsent(self, put_out_before: datetime, limit: int) -> int:
        """Letters of earlier mornings that nobody has carried yet, and their marks: all of it will be said anew.

        What a sender has claimed is left alone: it may have arrived. Returns how many letters that were.
        """
        stale = (
            select(OutboxRow.id)
            .join(_R, _R.letter_id == OutboxRow.id)
            .where(OutboxRow.state == OutboxState.PENDING, _R.put_out_at < put_out_before)
            .distinct()
            .limit(limit)
        )
        return await self._take_back(list((await self._uow.execute(stale)).scalars()))

    async def begin_anew(self, client_id: int) -> None:
        """Another volunteer has this client: of what is open they have been told nothing, whatever others were told.

        Letters about it that have not left are taken back: whoever else they are about is told anew.
        """
        open_ones = select(FollowUpRow.id).where(FollowUpRow.client_id == client_id, follow_up_is_open())
        of_open = and_(_R.client_id == client_id, _R.follow_up_id.in_(open_ones))
        letters = select(_R.letter_id).where(of_open, _R.letter_id.is_not(None)).distinct()
        await self._take_back([each for each in (await self._uow.execute(letters)).scalars() if each is not None])
        await self._uow.execute(delete(_R).where(of_open))

    async def forget_unsent(self, contact_id: int) -> None:
        """What this account has not been told yet, whoever uses the next one will be."""
        mine = select(OutboxRow.id).where(OutboxRow.contact_id == contact_id, OutboxRow.state == OutboxState.PENDING)
        await self._take_back(list((await self._uow.execute(mine)).scalars()))

    async def _take_back(self, letter_ids: Sequence[int]) -> int:
        if not letter_ids:
            return 0
        taken = delete(OutboxRow).where(OutboxRow.id.in_(letter_ids), OutboxRow.state == OutboxState.PENDING)
        gone = set((await self._uow.execute(taken.returning(OutboxRow.id))).scalars())
        of_gone = _R.letter_id.in_(gone)
        await self._uow.execute(update(_R).where(of_gone, _R.kind.startswith(PUT_OFF)).values(letter_id=None))
        await self._uow.execute(delete(_R).where(of_gone, _R.kind.not_like(f"{PUT_OFF}%")))
        return len(gone)


def was_put_off(row: Any, day: date) -> ColumnElement[bool]:
    """Until that day or an earlier one, and not said again yet."""
    waiting: ColumnElement[bool] = row.letter_id.is_(None)
    return and_(waiting, row.kind.between(PUT_OFF, Kind.tomorrow(day)))
