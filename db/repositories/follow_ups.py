"""What is planned with people after rehabilitation, and what became of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update

from db.client_rows import (
    FollowUpChangeRow,
    FollowUpRow,
    follow_up_is_missed,
    follow_up_is_open,
    follow_up_lasts,
)
from db.repositories.base import Repository
from domain.follow_ups import FollowUp, FollowUpChange, FollowUpState, FollowUpUnknown, Method, Slot
from domain.ids import new_id

_COLUMNS = list(FollowUpRow.__table__.c)
_IS_OPEN = follow_up_is_open()
_IS_MISSED = follow_up_is_missed()


class FollowUps(Repository):
    async def get(self, follow_up_id: int) -> FollowUp:
        """Raises FollowUpUnknown."""
        found = await self._list(FollowUpRow.id == follow_up_id)
        if not found:
            raise FollowUpUnknown
        return found[0]

    async def list_of_client(self, client_id: int) -> list[FollowUp]:
        """All of them, by number."""
        return await self._list(FollowUpRow.client_id == client_id)

    async def list_open(
        self,
        first: date,
        last: date,
        *,
        volunteers: Collection[int] | None = None,
        communes: Collection[str] | None = None,
    ) -> list[FollowUp]:
        """Open ones whose window touches the days from `first` to `last`, by the day on which they are due."""
        which = [_IS_OPEN, FollowUpRow.earliest_on <= last, follow_up_lasts(first)]
        if volunteers is not None:
            which.append(FollowUpRow.volunteer.in_(volunteers))
        if communes is not None:
            which.append(FollowUpRow.commune.in_(communes))
        return await self._list(*which)

    async def list_due_between(self, first: date, last: date) -> list[FollowUp]:
        """All that were or are to be done in these days, whatever became of them: what counts are made of."""
        return await self._list(FollowUpRow.due_on.between(first, last))

    async def list_untold(self, before: date, communes: Collection[str] | None, limit: int) -> list[FollowUp]:
        """Missed, or open and due before that day, and no officer has been told; oldest first."""
        late = _IS_MISSED | (_IS_OPEN & (FollowUpRow.due_on < before))
        which = [late, FollowUpRow.told_at.is_(None)]
        if communes is not None:
            which.append(FollowUpRow.commune.in_(communes))
        return await self._list(*which, limit=limit)

    async def add(self, client_id: int, slots: Sequence[Slot], volunteer: int | None, commune: str) -> None:
        await self.add_all([(client_id, slot, volunteer, commune) for slot in slots])

    async def add_all(self, planned: Sequence[tuple[int, Slot, int | None, str]]) -> None:
        """New ones: of each the client, the slot, the volunteer and the commune."""
        rows = [
            _slot_values(slot)
            | {"id": new_id(), "client_id": client_id, "state": FollowUpState.PLANNED, "reason": ""}
            | {"volunteer": volunteer, "commune": commune}
            for client_id, slot, volunteer, commune in planned
        ]
        if rows:
            await self._uow.execute(insert(FollowUpRow), rows)

    async def set_slot(self, follow_up_id: int, slot: Slot) -> None:
        """Another time for an open one."""
        await self._set([FollowUpRow.id == follow_up_id, _IS_OPEN], _slot_values(slot))

    async def set_whose(self, client_id: int, volunteer: int | None, commune: str) -> None:
        """Of those that are open; what is closed stays where it counts."""
        await self._set([FollowUpRow.client_id == client_id, _IS_OPEN], {"volunteer": volunteer, "commune": commune})

    async def close(
        self,
        follow_up: FollowUp,
        state: FollowUpState,
        now: datetime,
        *,
        by: int | None,
        reason: str = "",
        record_id: int | None = None,
        done_on: date | None = None,
    ) -> bool:
        """False when somebody else closed it meanwhile; then nothing is changed."""
        values = {"state": state, "reason": reason, "record_id": record_id, "done_on": done_on, "closed_at": now}
        return await self.change(follow_up, values, now, by=by, reason=reason)

    async def reopen(self, follow_up: FollowUp, now: datetime, *, by: int | None, reason: str) -> bool:
        """Planned again; the program makes it due or missed when its days say so. False when it has changed."""
        nothing = {"reason": "", "record_id": None, "done_on": None, "closed_at": None, "told_at": None}
        return await self.change(follow_up, {"state": FollowUpState.PLANNED, **nothing}, now, by=by, reason=reason)

    async def change(
        self, follow_up: FollowUp, values: dict[str, Any], now: datetime, *, by: int | None, reason: str
    ) -> bool:
        """Sets columns when the state is still the one that `follow_up` has, with a line in the trail."""
        same = [FollowUpRow.id == follow_up.id, FollowUpRow.state == follow_up.state]
        if not await self._set(same, values):
            return False
        after = values.get("state", follow_up.state)
        await self._trail([(follow_up.id, follow_up.state, after)], now, by, reason)
        return True

    async def cancel_open(self, client_id: int, reason: str, now: datetime, *, by: int | None) -> int:
        """Everything that is open of a client; returns how much that was."""
        return await self._advance(
            FollowUpState.CANCELLED, FollowUpRow.client_id == client_id, now, by=by, reason=reason
        )

    async def make_due(self, today: date, now: datetime, limit: int | None = None) -> int:
        """Whose window has opened; returns how many, at most `limit`."""
        opened = _IS_OPEN & (FollowUpRow.state == FollowUpState.PLANNED) & (FollowUpRow.earliest_on <= today)
        chosen = select(FollowUpRow.id).where(opened).limit(limit)
        which = opened & FollowUpRow.id.in_(chosen) if limit else opened
        statement = update(FollowUpRow).where(which).values(state=FollowUpState.DUE).returning(FollowUpRow.id)
        ids = (await self._uow.execute(statement)).scalars().all()
        await self._trail([(each, FollowUpState.PLANNED, FollowUpState.DUE) for each in ids], now, None, "")
        return len(ids)

    async def make_missed(self, today: date, now: datetime, limit: int | None = None) -> int:
        """Whose window is over and nobody recorded anything; returns how many, at most `limit`."""
        over = FollowUpRow.latest_on < today
        if limit:
            over &= FollowUpRow.id.in_(select(FollowUpRow.id).where(over, _IS_OPEN).limit(limit))
        return await self._advance(FollowUpState.MISSED, over, now, by=None, reason="")

    async def list_missed_too_early(self, today: date, limit: int) -> list[FollowUp]:
        """Missed although their window is not over: the clock was ahead."""
        return await self._list(_IS_MISSED, FollowUpRow.latest_on >= today, limit=limit)

    async def set_told(self, ids: Collection[int], now: datetime) -> None:
        await self._set([FollowUpRow.id.in_(ids)], {"told_at": now})

    async def changes(self, follow_up_id: int) -> list[FollowUpChange]:
        """The trail, oldest first."""
        row = FollowUpChangeRow
        statement = select(row.at, row.by, row.before, row.after, row.reason)
        rows = await self._uow.execute(statement.where(row.follow_up_id == follow_up_id).order_by(row.id))
        return [
            FollowUpChange(
                each[0], each.at, each.by, FollowUpState(each.before), FollowUpState(each.after), each.reason
            )
            for each in rows
        ]

    async def count(
        self, first: date, last: date, *by: str, communes: Collection[str] | None = None
    ) -> dict[tuple[Any, ...], int]:
        """How many follow-ups of these days (by `due_on`) there are of each state and of each value of `by`.

        by: "volunteer", "commune" or "client_id". The key is (state, value, ...).
        """
        columns = [FollowUpRow.state, *(getattr(FollowUpRow, name) for name in by)]
        statement = select(*columns, func.count().label("many")).where(FollowUpRow.due_on.between(first, last))
        if communes is not None:
            statement = statement.where(FollowUpRow.commune.in_(communes))
        rows = await self._uow.execute(statement.group_by(*columns))
        return {(FollowUpState(row[0]), *row[1:-1]): row[-1] for row in rows}

    async def _advance(
        self, state: FollowUpState, which: ColumnElement[bool], now: datetime, *, by: int | None, reason: str
    ) -> int:
        moved: list[tuple[int, str, str]] = []
        for before in (FollowUpState.PLANNED, FollowUpState.DUE):  # one each: the trail says from which state
            statement = (
                update(FollowUpRow)
                .where(which, FollowUpRow.state == before)
                .values(state=state, reason=reason, closed_at=now)
                .returning(FollowUpRow.id)
            )
            moved += [(each, before, state) for each in (await self._uow.execute(statement)).scalars()]
        await self._trail(moved, now, by, reason)
        return len(moved)

    async def _set(self, which: Sequence[ColumnElement[bool]], values: dict[str, Any]) -> int:
        return (await self._uow.execute(update(FollowUpRow).where(*which).values(values))).rowcount

    async def _trail(self, moved: Sequence[tuple[int, str, str]], now: datetime, by: int | None, reason: str) -> None:
        if not moved:
            return
        rows = [
            {"id": new_id(), "follow_up_id": each, "at": now, "by": by, "before": before, "after": after}
            | {"reason": reason}
            for each, before, after in moved
        ]
        await self._uow.execute(insert(FollowUpChangeRow), rows)

    async def _list(self, *which: ColumnElement[bool], limit: int | None = None) -> list[FollowUp]:
        order = (FollowUpRow.due_on, FollowUpRow.client_id, FollowUpRow.number)
        rows = await self._uow.execute(select(*_COLUMNS).where(*which).order_by(*order).limit(limit))
        return [to_follow_up(row) for row in rows]


def _slot_values(slot: Slot) -> dict[str, Any]:
    return {
        "number": slot.number,
        "earliest_on": slot.earliest_on,
        "due_on": slot.due_on,
        "latest_on": slot.latest_on,
        "method": slot.method,
        "hour": slot.hour,
    }


def to_follow_up(row: Row[Any]) -> FollowUp:
    slot = Slot(row.number, row.earliest_on, row.due_on, row.latest_on, Method(row.method), row.hour)
    return FollowUp(
        row.id,
        row.client_id,
        slot,
        FollowUpState(row.state),
        row.reason,
        row.volunteer,
        row.commune,
        row.record_id,
        row.done_on,
        row.closed_at,
        row.told_at,
    )
