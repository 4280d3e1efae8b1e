"""People after rehabilitation, with where they were, whom they had, and what was done about them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from db.client_rows import AssignmentRow, ClientChangeRow, ClientRow, InterruptionRow, StayRow
from db.repositories.base import Repository
from domain.clients import (
    Assignment,
    Change,
    Client,
    ClientChange,
    ClientState,
    ClientUnknown,
    EndsReason,
    Interruption,
    LegalGround,
    PauseReason,
    Stay,
    Terms,
    code_key,
)
from domain.contact_records import Sex
from domain.ids import new_id

_COLUMNS = [column for column in ClientRow.__table__.c if column.name not in {"code_digest", "added_at"}]
_AT_ONCE = 500


class Clients(Repository):
    async def find(self, code: str) -> Client | None:
        """By the agency's code, in whatever case it is written."""
        return await self._one(ClientRow.code_digest == self._digest(code))

    async def get(self, client_id: int) -> Client:
        """Raises ClientUnknown."""
        found = await self._one(ClientRow.id == client_id)
        if found is None:
            raise ClientUnknown
        return found

    async def list_of(
        self,
        *,
        communes: Collection[str] | None = None,
        volunteer: int | None = None,
        states: Collection[ClientState] = (ClientState.ACTIVE, ClientState.PAUSED),
    ) -> list[Client]:
        """By code. communes: names as `Client.commune` has them; None is everywhere."""
        statement = select(*_COLUMNS).where(ClientRow.state.in_(states))
        if communes is not None:
            statement = statement.where(ClientRow.commune.in_(communes))
        if volunteer is not None:
            statement = statement.where(ClientRow.volunteer == volunteer)
        rows = await self._uow.execute(statement)
        return sorted((_to_domain(row) for row in rows), key=lambda client: client.code)

    async def list_by_id(self, ids: Collection[int]) -> dict[int, Client]:
        rows = await self._uow.execute(select(*_COLUMNS).where(ClientRow.id.in_(ids)))
        return {row.id: _to_domain(row) for row in rows}

    async def communes(self) -> set[str]:
        """All communes that have or had a client."""
        return set((await self._uow.execute(select(ClientRow.commune).distinct())).scalars())

    async def find_all(self, codes: Collection[str]) -> dict[str, Client]:
        """Those of these codes that are known, by `code_key`."""
        digests = [self._digest(code) for code in codes]
        found: dict[str, Client] = {}
        for first in range(0, len(digests), _AT_ONCE):
            which = ClientRow.code_digest.in_(digests[first : first + _AT_ONCE])
            for row in await self._uow.execute(select(*_COLUMNS).where(which)):
                client = _to_domain(row)
                found[code_key(client.code)] = client
        return found

    async def add(self, client: Client, now: datetime, *, by: int | None = None) -> None:
        await self.add_all([client], now, by=by)

    async def add_all(self, clients: Sequence[Client], now: datetime, *, by: int | None) -> None:
        """Each with a first stay, a first assignment when there is a volunteer, and a first line of the trail.

        `Client.id` comes from `new_id`.
        """
        rows = [_to_row(each) | {"code_digest": self._digest(each.code), "added_at": now} for each in clients]
        beginnings = [{"id": new_id(), "client_id": each.id, "from_on": each.start_on} for each in clients]
        stays = [
            begun | {"until": None, "commune": each.commune, "reason": ""}
            for begun, each in zip(beginnings, clients, strict=True)
        ]
        assignments = [
            begun | {"until": None, "volunteer": each.volunteer}
            for begun, each in zip(beginnings, clients, strict=True)
            if each.volunteer is not None
        ]
        changes = [
            {"id": new_id(), "client_id": each.id, "at": now, "by": by, "change": Change.IMPORTED}
            | {"effective_on": each.start_on, "detail": ""}
            for each in clients
        ]
        tables: list[tuple[Any, list[dict[str, Any]]]] = [
            (ClientRow, rows),
            (StayRow, stays),
            (AssignmentRow, assignments),
            (ClientChangeRow, changes),
        ]
        for table, values in tables:
            if values:
                await self._uow.execute(insert(table), values)

    async def set_facts(self, client: Client) -> None:
        """Everything of the row but histories: the caller has changed those that belong to it."""
        await self._uow.execute(update(ClientRow).where(ClientRow.id == client.id).values(_to_row(client)))

    async def assign(self, client_id: int, volunteer: int | None, on: date) -> None:
        """From that day on; whoever had the client before keeps what is before it. None: nobody for now."""
        await self._end(AssignmentRow, client_id, on)
        if volunteer is not None:
            await self._assign(client_id, volunteer, on)

    async def move(self, client_id: int, commune: str | None, on: date, reason: str) -> None:
        """Ends the stay for this reason; a new one begins that day when there is a `commune`."""
        await self._end(StayRow, client_id, on, reason=reason)
        if commune is not None:
            stay = {"commune": commune, "from_on": on, "until": None, "reason": ""}
            await self._uow.execute(insert(StayRow).values(id=new_id(), client_id=client_id, **stay))

    async def correct_beginning(self, client_id: int, commune: str, from_on: date) -> None:
        """The only stay, and the first assignment, of a client who was entered wrongly."""
        stay = update(StayRow).where(StayRow.client_id == client_id, StayRow.until.is_(None))
        await self._uow.execute(stay.values(commune=commune, from_on=from_on))
        first = select(AssignmentRow.id).where(AssignmentRow.client_id == client_id)
        first = first.order_by(AssignmentRow.from_on, AssignmentRow.id).limit(1)
        assignment = update(AssignmentRow).where(AssignmentRow.id.in_(first))
        await self._uow.execute(assignment.values(from_on=from_on))

    async def reopen_stay(self, client_id: int) -> None:
        """Takes back the end of the last stay."""
        last = (
            select(StayRow.id).where(StayRow.client_id == client_id).order_by(StayRow.from_on.desc(), StayRow.id.desc())
        )
        statement = update(StayRow).where(StayRow.id.in_(last.limit(1))).values(until=None, reason="")
        await self._uow.execute(statement)

    async def interrupt(self, client_id: int, reason: PauseReason, on: date) -> None:
        row = {"client_id": client_id, "reason": reason, "from_on": on, "until": None}
        await self._uow.execute(insert(InterruptionRow).values(id=new_id(), **row))

    async def end_interruption(self, client_id: int, until: date) -> None:
        await self._end(InterruptionRow, client_id, until)

    async def interruptions(self, client_id: int) -> list[Interruption]:
        """Oldest first."""
        row = InterruptionRow
        statement = select(row.reason, row.from_on, row.until).where(row.client_id == client_id)
        rows = await self._uow.execute(statement.order_by(row.from_on, row.id))
        return [Interruption(PauseReason(each.reason), each.from_on, each.until) for each in rows]

    async def stays(self, client_ids: Collection[int] | None = None) -> list[Stay]:
        """Who was where when; oldest first. None: of all clients."""
        row = StayRow
        statement = select(row.client_id, row.commune, row.from_on, row.until, row.reason)
        statement = statement.order_by(row.client_id, row.from_on, row.id)
        if client_ids is not None:
            statement = statement.where(row.client_id.in_(client_ids))
        return [Stay(**each._mapping) for each in await self._uow.execute(statement)]

    async def assignments(self, client_ids: Collection[int] | None = None) -> list[Assignment]:
        """Who had whom when; oldest first. None: of all clients."""
        row = AssignmentRow
        statement = select(row.client_id, row.volunteer, row.from_on, row.until)
        statement = statement.order_by(row.client_id, row.from_on, row.id)
        if client_ids is not None:
            statement = statement.where(row.client_id.in_(client_ids))
        return [Assignment(**each._mapping) for each in await self._uow.execute(statement)]

    async def changed_on(self, client_id: int) -> date:
        """The latest day on which a stay, an assignment or a pause of this client begins or ends."""
        days = [
            select(func.max(day)).where(table.client_id == client_id).scalar_subquery()
            for table in (StayRow, AssignmentRow, InterruptionRow)
            for day in (table.from_on, table.until)
        ]
        row = (await self._uow.execute(select(*days))).one()
        known: list[date] = [day for day in row if day is not None]
        return max(known)

    async def note(
        self, client_id: int, change: Change, on: date, now: datetime, *, by: int | None, detail: str = ""
    ) -> None:
        """A line of the trail; `detail` is words of the program, never what anybody typed."""
        values = {"client_id": client_id, "at": now, "by": by, "change": change, "effective_on": on, "detail": detail}
        await self._uow.execute(insert(ClientChangeRow).values(id=new_id(), **values))

    async def changes(self, client_id: int) -> list[ClientChange]:
        """The trail, oldest first."""
        row = ClientChangeRow
        statement = select(row.client_id, row.at, row.by, row.change, row.effective_on, row.detail)
        rows = await self._uow.execute(statement.where(row.client_id == client_id).order_by(row.id))
        return [
            ClientChange(each.client_id, each.at, each.by, Change(each.change), each.effective_on, each.detail)
            for each in rows
        ]

    async def _assign(self, client_id: int, volunteer: int, on: date) -> None:
        row = {"client_id": client_id, "volunteer": volunteer, "from_on": on, "until": None}
        await self._uow.execute(insert(AssignmentRow).values(id=new_id(), **row))

    async def _end(self, table: Any, client_id: int, until: date, **also: str) -> None:
        statement = update(table).where(table.client_id == client_id, table.until.is_(None))
        await self._uow.execute(statement.values(until=until, **also))

    async def _one(self, which: Any) -> Client | None:
        row = (await self._uow.execute(select(*_COLUMNS).where(which))).first()
        return _to_domain(row) if row else None

    def _digest(self, code: str) -> bytes:
        return self._uow.pseudonyms.digest("client code", code_key(code))


def _to_row(client: Client) -> dict[str, Any]:
    return {
        "id": client.id,
        "code": client.code.encode(),
        "ground": client.ground,
        "sex": client.sex,
        "birth_year": client.birth_year,
        "start_on": client.start_on,
        "decision": client.decision.encode() or None,
        "decided_on": client.decided_on,
        "computed_on": client.terms.computed_on,
        "given_on": client.terms.given_on,
        "ends_on": client.terms.ends_on,
        "ends_reason": client.terms.reason,
        "state": client.state,
        "state_reason": client.state_reason,
        "state_on": client.state_on,
        "commune": client.commune,
        "commune_code": client.commune_code,
        "volunteer": client.volunteer,
    }


def _to_domain(row: Row[Any]) -> Client:
    return Client(
        id=row.id,
        code=row.code.decode(),
        ground=LegalGround(row.ground),
        sex=Sex(row.sex),
        birth_year=row.birth_year,
        start_on=row.start_on,
        decision=(row.decision or b"").decode(),
        decided_on=row.decided_on,
        terms=Terms(row.computed_on, row.given_on, row.ends_on, EndsReason(row.ends_reason)),
        state=ClientState(row.state),
        state_reason=row.state_reason,
        state_on=row.state_on,
        commune=row.commune,
        commune_code=row.commune_code,
        volunteer=row.volunteer,
    )
