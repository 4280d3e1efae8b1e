"""Takes a roster over: first everything is checked against what is known, then all of it is written, or nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.uow import UnitOfWork
from domain.audit import Action
from domain.clients import Change, Client, ClientState, code_key
from domain.clock import local_date
from domain.contact_records import Sex
from domain.ids import new_id
from domain.roster import RosterRow
from domain.sheets import BadCell
from domain.staff import Staff
from domain.terms import terms_of
from services.client_changes import ClientChanges
from services.clients import covers, works_elsewhere
from services.roster_file import RosterReader


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that changes something: a new client (`known` None), or these columns of a known one."""

    row: RosterRow
    known: Client | None
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What an import would do. With something in `bad` it does nothing.

    volunteers: codes of volunteers that are not known yet and would be added, without an account.
    """

    differences: list[Difference]
    same: int
    bad: list[BadCell]
    ignored: list[str]
    volunteers: list[str]

    @property
    def new(self) -> int:
        return sum(each.known is None for each in self.differences)

    @property
    def changed(self) -> int:
        return len(self.differences) - self.new


@dataclass(frozen=True, slots=True)
class Rosters:
    reader: RosterReader
    changes: ClientChanges

    async def check(self, uow: UnitOfWork, content: bytes, now: datetime, *, staff: Staff | None = None) -> Checked:
        """Reads a file (Excel or CSV, by its bytes) and compares it with what is known; writes nothing.

        staff: whose communes the rows must be in; None is the command line. Raises RosterUnreadable.
        """
        reading = await asyncio.to_thread(self.reader.read, content, local_date(now))  # parsing takes a while
        bad = list(reading.bad)
        differences: list[Difference] = []
        unknown: dict[str, str] = {}
        same = 0
        clients = await uow.clients.find_all([row.code for row in reading.rows])
        everybody = await uow.volunteers.list_all()
        volunteers = {each.number: code_key(each.code) for each in everybody}
        named = {code_key(row.volunteer) for row in reading.rows}
        elsewhere = {
            volunteers[each.number]
            for each in everybody
            if staff is not None and volunteers[each.number] in named and await works_elsewhere(uow, staff, each)
        }
        for row in reading.rows:
            if staff is not None and not covers(staff, row.commune.name):
                bad.append(BadCell(row.line, "commune", "roster.out_of_scope"))
                continue
            known = clients.get(code_key(row.code))
            if known is not None and staff is not None and not covers(staff, known.commune):
                bad.append(BadCell(row.line, "code", "roster.code_elsewhere"))
                continue
            if code_key(row.volunteer) in elsewhere:  # or their clients could be read: see `works_elsewhere`
                bad.append(BadCell(row.line, "volunteer", "roster.code_elsewhere"))
                continue
            columns = _columns_changed(row, known, volunteers)
            if fault := await self._fault(uow, row, known, columns):
                bad.append(fault)
            elif known is None or columns:
                differences.append(Difference(row, known, columns))
            else:
                same += 1
            if row.volunteer and code_key(row.volunteer) not in volunteers.values():
                unknown.setdefault(code_key(row.volunteer), row.volunteer)
        return Checked(differences, same, sorted(bad, key=lambda each: each.line), reading.ignored, [*unknown.values()])

    async def write(self, uow: UnitOfWork, checked: Checked, now: datetime, *, by: int | None) -> None:
        """All differences, in the caller's transaction; nothing when something is bad."""
        if checked.bad or not checked.differences:
            return
        for code in checked.volunteers:
            await uow.volunteers.add(code, now)
        volunteers = {code_key(each.code): each.number for each in await uow.volunteers.list_all()}
        new = [_to_client(each.row, volunteers) for each in checked.differences if each.known is None]
        await uow.clients.add_all(new, now, by=by)
        await self.changes.planner.plan_new(uow, new, local_date(now))
        for each in checked.differences:
            if each.known is not None:
                await self._change(uow, each.row, each.known, each.columns, now, by)
        details = f"roster {checked.new} {checked.changed}"
        uow.audit.add(Action.IMPORTED, now, staff=by, details=details)

    async def _fault(
        self, uow: UnitOfWork, row: RosterRow, known: Client | None, columns: Sequence[str]
    ) -> BadCell | None:
        """Changes that are events rather than corrections are not made by a file."""
        if known is None or not columns:
            return None
        if known.state is ClientState.ENDED:
            return BadCell(row.line, "code", "roster.ended", {"on": f"{known.state_on:%d/%m/%Y}"})
        if "commune" in columns and not await _is_fresh(uow, known):
            return BadCell(row.line, "commune", "roster.moved", {"known": known.commune})
        if "start" in columns and not await _is_fresh(uow, known):
            return BadCell(row.line, "start", "roster.start_fixed", {"known": f"{known.start_on:%d/%m/%Y}"})
        return None

    async def _change(
        self, uow: UnitOfWork, row: RosterRow, known: Client, columns: Sequence[str], now: datetime, by: int | None
    ) -> None:
        today = local_date(now)
        terms = replace(known.terms, given_on=row.end or known.terms.given_on)
        corrected = replace(
            known,
            ground=row.ground,
            start_on=row.start,
            terms=terms,
            decision=row.decision or known.decision,
            decided_on=row.decided or known.decided_on,
            sex=row.sex or known.sex,
            birth_year=row.birth_year or known.birth_year,
            commune=row.commune.name,
            commune_code=row.commune.code,
        )
        if {"commune", "start"} & set(columns):
            await uow.clients.correct_beginning(known.id, row.commune.name, row.start)
        facts = [column for column in columns if column != "volunteer"]
        if facts:
            await uow.clients.note(known.id, Change.CORRECTED, today, now, by=by, detail=" ".join(facts))
            corrected = await self.changes.planner.plan(uow, corrected, today, now, by=by)
        if "volunteer" in columns:
            on = max(today, await uow.clients.changed_on(known.id))
            await self.changes.reassign(uow, corrected, row.volunteer, on, now, by=by)


async def _is_fresh(uow: UnitOfWork, client: Client) -> bool:
    """Nothing has been counted yet: what was entered wrongly can be corrected as if it had never been."""
    if await uow.contact_records.list_of_client(client.id, 1) or await uow.clients.interruptions(client.id):
        return False
    follow_ups = await uow.follow_ups.list_of_client(client.id)
    return len(await uow.clients.stays([client.id])) == 1 and all(each.is_open for each in follow_ups)


def _columns_changed(row: RosterRow, known: Client | None, volunteers: Mapping[int, str]) -> tuple[str, ...]:
    """An empty cell changes nothing. volunteers: keys of codes by number."""
    if known is None:
        return ()
    pairs = {
        "commune": (row.commune.code, known.commune_code),
        "ground": (row.ground, known.ground),
        "start": (row.start, known.start_on),
        "end": (row.end, known.terms.given_on),
        "decision": (row.decision, known.decision),
        "decided": (row.decided, known.decided_on),
        "volunteer": (code_key(row.volunteer), volunteers.get(known.volunteer or 0, "")),
        "sex": (row.sex, known.sex),
        "birth_year": (row.birth_year, known.birth_year),
    }
    return tuple(column for column, (said, kept) in pairs.items() if said not in {None, ""} and said != kept)


def _to_client(row: RosterRow, volunteers: Mapping[str, int]) -> Client:
    return Client(
        id=new_id(),
        code=row.code,
        ground=row.ground,
        sex=row.sex or Sex.UNKNOWN,
        birth_year=row.birth_year,
        start_on=row.start,
        decision=row.decision,
        decided_on=row.decided,
        terms=terms_of(row.ground, row.start, row.end),
        state=ClientState.ACTIVE,
        state_reason="",
        state_on=row.start,
        commune=row.commune.name,
        commune_code=row.commune.code,
        volunteer=volunteers.get(code_key(row.volunteer)),
    )
