"""The audit trail: collected during the transaction, chained and written at its end."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, insert, select

from db.repositories.base import Repository, Undo
from db.staff_rows import AuditHeadRow, AuditRow
from domain.audit import Action, AuditBroken, Entry

if TYPE_CHECKING:
    from db.uow import UnitOfWork

_START = b"\0" * 32
_HEAD = 1
_PAGE = 1000
_COLUMNS = (
    AuditRow.number,
    AuditRow.at,
    AuditRow.staff,
    AuditRow.action,
    AuditRow.subject,
    AuditRow.details,
    AuditRow.hash,
)


class Audit(Repository):
    """Entries are chained only when the transaction ends: so its one lock is taken last, and held shortly."""

    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._added: list[tuple[datetime, int | None, Action, int | None, str]] = []

    def add(
        self, action: Action, now: datetime, *, staff: int | None = None, subject: int | None = None, details: str = ""
    ) -> None:
        """`details` is a word of the program, never what anybody typed."""
        self._added.append((now, staff, action, subject, details))

    async def list_of(self, subject: int) -> list[Entry]:
        statement = select(*_COLUMNS).where(AuditRow.subject == subject).order_by(AuditRow.number)
        return [_to_domain(row) for row in await self._uow.execute(statement)]

    async def verify(self) -> int:
        """Follows the whole chain; returns how many entries it has. Raises AuditBroken at the first that is wrong."""
        number, last = 0, _START
        async for row in self._rows():
            entry = _to_domain(row)
            number += 1
            last = self._hash(last, entry)
            if entry.number != number or bytes(row.hash) != last:
                raise AuditBroken(number=number)
        if (number, last) != await self._head():
            raise AuditBroken(number=number + 1)
        return number

    def checkpoint(self) -> Undo:
        kept = len(self._added)

        def back() -> None:
            del self._added[kept:]

        return back

    async def flush(self) -> None:
        if not self._added:
            return
        added, self._added = self._added, []
        first = self._insert(AuditHeadRow).on_conflict_do_nothing(index_elements=["id"])
        await self._uow.execute(first, [{"id": _HEAD, "head": _to_head(0, _START)}])
        number, last = await self._head(lock=True)
        rows: list[dict[str, Any]] = []
        for at, staff, action, subject, details in added:
            number += 1
            entry = Entry(number, at, staff, action, subject, details)
            last = self._hash(last, entry)
            rows.append(
                {"number": number, "at": at, "staff": staff, "action": action, "subject": subject}
                | {"details": details, "hash": last}
            )
        await self._uow.execute(insert(AuditRow), rows)
        head = AuditHeadRow.__table__.update().where(AuditHeadRow.id == _HEAD)  # type: ignore[attr-defined]
        await self._uow.execute(head.values(head=_to_head(number, last)))

    async def _head(self, *, lock: bool = False) -> tuple[int, bytes]:
        statement = select(AuditHeadRow.head).where(AuditHeadRow.id == _HEAD)
        head = (await self._uow.execute(statement.with_for_update() if lock else statement)).scalar_one_or_none()
        if head is None:
            return 0, _START
        kept = json.loads(head)
        return kept["number"], bytes.fromhex(kept["hash"])

    async def _rows(self) -> AsyncIterator[Row[Any]]:
        after = 0
        while True:
            page = select(*_COLUMNS).where(AuditRow.number > after).order_by(AuditRow.number).limit(_PAGE)
            rows = (await self._uow.execute(page)).all()
            for row in rows:
                yield row
            if len(rows) < _PAGE:
                return
            after = rows[-1].number

    def _hash(self, before: bytes, entry: Entry) -> bytes:
        return self._uow.pseudonyms.audit_hash(
            before,
            str(entry.number),
            entry.at.astimezone(UTC).isoformat(),  # as it is read back, whatever zone it was written in
            str(entry.staff),
            entry.action,
            str(entry.subject),
            entry.details,
        )


def _to_head(number: int, last: bytes) -> bytes:
    return json.dumps({"number": number, "hash": last.hex()}).encode()


def _to_domain(row: Row[Any]) -> Entry:
    return Entry(row.number, row.at, row.staff, Action(row.action), row.subject, row.details)
