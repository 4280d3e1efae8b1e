"""What the law asks of the officers, by when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update

from db.client_rows import LegalDateRow
from db.repositories.base import Repository
from domain.ids import new_id
from domain.legal_dates import LegalDate, LegalDateKind, LegalDateState, NewLegalDate

_RENEWED = ("from_on", "due_on", "commune", "state", "done_on")
_COLUMNS = list(LegalDateRow.__table__.c)


class LegalDates(Repository):
    async def find(self, legal_date_id: int) -> LegalDate | None:
        found = await self._list(LegalDateRow.id == legal_date_id)
        return found[0] if found else None

    async def list_of_client(self, client_id: int) -> list[LegalDate]:
        """All of them, by due day."""
        return await self._list(LegalDateRow.client_id == client_id)

    async def list_open(self, until: date, *, communes: Collection[str] | None = None) -> list[LegalDate]:
        """Open ones that begin by that day, overdue ones included, by due day."""
        which: list[Any] = [LegalDateRow.state == LegalDateState.OPEN, LegalDateRow.from_on <= until]
        if communes is not None:
            which.append(LegalDateRow.commune.in_(communes))
        return await self._list(*which)

    async def put(self, client_id: int, dates: Sequence[NewLegalDate], commune: str) -> None:
        """New ones are added, open ones take the new days and commune, closed ones stay as they are."""
        await self.put_all([(client_id, each, commune) for each in dates])

    async def put_all(self, dates: Sequence[tuple[int, NewLegalDate, str]]) -> None:
        """The same for many clients: of each date the client and the commune."""
        if not dates:
            return
        statement = self._insert(LegalDateRow)
        statement = statement.on_conflict_do_update(
            index_elements=["client_id", "kind", "occasion"],
            set_={name: getattr(statement.excluded, name) for name in _RENEWED},
            where=LegalDateRow.state == LegalDateState.OPEN,
        )
        rows = [
            {"id": new_id(), "client_id": client_id, "kind": each.kind, "occasion": each.occasion}
            | {"from_on": each.from_on, "due_on": each.due_on, "commune": commune}
            | {"state": LegalDateState.DONE if each.done_on else LegalDateState.OPEN, "done_on": each.done_on}
            for client_id, each, commune in dates
        ]
        await self._uow.execute(statement, rows)

    async def set_state(
        self,
        ids: Collection[int],
        state: LegalDateState,
        now: datetime,
        *,
        done_on: date | None = None,
        by: int | None = None,
    ) -> int:
        """Returns how many were changed: those that had another state."""
        values = {"state": state, "done_on": done_on, "done_by": by, "closed_at": now}
        if state is LegalDateState.OPEN:
            values |= {"closed_at": None, "done_by": None}
        statement = update(LegalDateRow).where(LegalDateRow.id.in_(ids), LegalDateRow.state != state)
        return (await self._uow.execute(statement.values(values))).rowcount

    async def _list(self, *which: Any) -> list[LegalDate]:
        order = (LegalDateRow.due_on, LegalDateRow.client_id, LegalDateRow.kind)
        rows = await self._uow.execute(select(*_COLUMNS).where(*which).order_by(*order))
        return [_to_domain(row) for row in rows]


def _to_domain(row: Row[Any]) -> LegalDate:
    return LegalDate(**dict(row._mapping) | {"kind": LegalDateKind(row.kind), "state": LegalDateState(row.state)})
