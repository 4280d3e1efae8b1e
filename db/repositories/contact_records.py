"""Logged contacts, through the bot or not. They count for good and name nobody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from db.callback_rows import ContactRecordRow
from db.repositories.base import Repository
from domain.contact_records import AgeGroup, Condition, ContactRecord, NewContactRecord, Referral, Sex, Way, Who, Work
from domain.ids import new_id

_AT_ONCE = 500
_TABLE = ContactRecordRow.__table__
_SHOWN = [column for column in _TABLE.c if column.name not in {"note", "identity", "request_id"}]


class ContactRecords(Repository):
    async def add(self, record: NewContactRecord) -> int | None:
        """Returns the row's number; None when one with the same `identity` is already there."""
        values = _to_row(record)
        statement = self._insert(ContactRecordRow).on_conflict_do_nothing(index_elements=["identity"])
        done = await self._uow.execute(statement.values(values))
        return int(values["id"]) if done.rowcount == 1 else None

    async def add_all(self, records: Sequence[NewContactRecord]) -> int:
        """Those whose `identity` is not taken, many rows at a time; returns how many that were."""
        taken = await self.list_identities({str(record.identity) for record in records})
        rows = [_to_row(record) for record in records if record.identity not in taken]
        if rows:
            statement = self._insert(ContactRecordRow).on_conflict_do_nothing(index_elements=["identity"])
            await self._uow.execute(statement, rows)
        return len(rows)

    async def find(self, record_id: int) -> ContactRecord | None:
        row = (await self._uow.execute(_select().where(ContactRecordRow.id == record_id))).first()
        return _to_domain(row) if row else None

    async def get_identity(self, identity: str) -> ContactRecord:
        """One that is known to be there."""
        return _to_domain((await self._uow.execute(_select().where(ContactRecordRow.identity == identity))).one())

    async def find_other(self, identity: str, record_id: int) -> bool:
        """Whether another record than this one has the identity."""
        row = ContactRecordRow
        statement = select(row.id).where(row.identity == identity, row.id != record_id)
        return (await self._uow.execute(statement)).first() is not None

    async def list_between(
        self, first: date, last: date, *, staff_id: int | None = None, communes: Collection[str] | None = None
    ) -> list[ContactRecord]:
        """Contacts of the days from `first` to `last`, both included, oldest first."""
        statement = _select().where(ContactRecordRow.happened_on.between(first, last))
        if staff_id is not None:
            statement = statement.where(ContactRecordRow.staff_id == staff_id)
        if communes is not None:
            statement = statement.where(ContactRecordRow.commune.in_(communes))
        rows = await self._uow.execute(statement.order_by(ContactRecordRow.happened_on, ContactRecordRow.id))
        return [_to_domain(row) for row in rows]

    async def list_of_client(self, client_id: int, limit: int) -> list[ContactRecord]:
        """The last contacts with a person after rehabilitation, newest first."""
        row = ContactRecordRow
        statement = _select().where(row.client_id == client_id).order_by(row.happened_on.desc(), row.id.desc())
        return [_to_domain(each) for each in await self._uow.execute(statement.limit(limit))]

    async def list_of_volunteer(self, volunteer: int, first: date, last: date) -> list[ContactRecord]:
        """What counts as contacts of a volunteer, of the days from `first` to `last`, oldest first."""
        row = ContactRecordRow
        statement = _select().where(row.volunteer == volunteer, row.happened_on.between(first, last))
        return [_to_domain(each) for each in await self._uow.execute(statement.order_by(row.happened_on, row.id))]

    async def change(self, record_id: int, **values: Any) -> bool:
        """Corrects single fields of a row; False when there is no such row."""
        statement = update(ContactRecordRow).where(ContactRecordRow.id == record_id).values(**values)
        return (await self._uow.execute(statement)).rowcount == 1

    async def find_alike(self, record: NewContactRecord, since: datetime) -> ContactRecord | None:
        """One that was written down since then and tells of the same kind of contact, of the same day and member."""
        row = ContactRecordRow
        statement = _select().where(
            row.recorded_at >= since,
            row.happened_on == record.happened_on,
            row.staff_id == record.staff_id,
            row.way == record.way,
            row.topic == record.topic,
            row.who == record.who,
        )
        found = (await self._uow.execute(statement.order_by(row.id.desc()))).first()
        return _to_domain(found) if found else None

    async def list_identities(self, among: Collection[str]) -> set[str]:
        """Which of these are taken."""
        taken: set[str] = set()
        wanted = sorted(among)
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            statement = select(ContactRecordRow.identity).where(ContactRecordRow.identity.in_(some))
            taken |= {str(row.identity) for row in await self._uow.execute(statement)}
        return taken

    async def delete_identity(self, identity: str) -> int | None:
        """Withdraws a row that was written by mistake; returns its number, None when there is none."""
        statement = delete(ContactRecordRow).where(ContactRecordRow.identity == identity).returning(ContactRecordRow.id)
        return (await self._uow.execute(statement)).scalar_one_or_none()

    async def detach_identity(self, identity: str, now: datetime) -> None:
        """Keeps the row, and lets the next one have its identity: both happened."""
        kept = f"{identity}:{now.timestamp():.0f}"
        statement = update(ContactRecordRow).where(ContactRecordRow.identity == identity).values(identity=kept)
        await self._uow.execute(statement)

    async def delete(self, record_id: int) -> bool:
        statement = delete(ContactRecordRow).where(ContactRecordRow.id == record_id)
        return (await self._uow.execute(statement)).rowcount == 1

    async def get_note(self, record_id: int) -> str:
        """The note; empty when there is none or it has been erased."""
        statement = select(ContactRecordRow.note).where(ContactRecordRow.id == record_id)
        note = (await self._uow.execute(statement)).scalar_one_or_none()
        return note.decode() if note else ""

    async def list_noted_before(self, moment: datetime) -> list[int]:
        """Records that were written down before and still have a note."""
        statement = select(ContactRecordRow.id).where(
            ContactRecordRow.recorded_at < moment, ContactRecordRow.note.is_not(None)
        )
        return [row.id for row in await self._uow.execute(statement)]

    async def blank_notes(self, *, record_ids: Collection[int] = (), request_ids: Collection[int] = ()) -> list[int]:
        """Erases the notes, and the link to the request; the rows stay and count. Returns whose note was erased."""
        chosen = ContactRecordRow.id.in_(record_ids) | ContactRecordRow.request_id.in_(request_ids)
        noted = await self._uow.execute(select(ContactRecordRow.id).where(chosen, ContactRecordRow.note.is_not(None)))
        ids = [row.id for row in noted]
        await self._uow.execute(update(ContactRecordRow).where(chosen).values(note=None, request_id=None))
        return ids


def _to_row(record: NewContactRecord) -> dict[str, Any]:
    return asdict(record) | {"id": new_id(), "note": record.note.encode() or None}


def _select() -> Any:
    return select(*_SHOWN, ContactRecordRow.note.is_not(None).label("has_note"))


def _to_domain(row: Row[Any]) -> ContactRecord:
    values = dict(row._mapping)
    values |= {
        "way": Way(row.way),
        "who": Who(row.who),
        "sex": Sex(row.sex),
        "age_group": AgeGroup(row.age_group),
        "referral": Referral(row.referral),
        "condition": Condition(row.condition),
        "work": Work(row.work),
        "has_note": bool(row.has_note),
    }
    return ContactRecord(**values)
