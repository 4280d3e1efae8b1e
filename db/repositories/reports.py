"""Reports as they were made, completed and locked; and the files that are waited for."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, and_, delete, insert, or_, select, update

from db.report_rows import ReportOrderRow, ReportRow
from db.repositories.base import Repository
from domain.ids import new_id
from domain.models import Channel, Contact
from domain.periods import Period, PeriodKind
from domain.report import ReportState
from domain.report_objects import KeptReport, NewReport, ReportDamaged, ReportOrder, ReportUnknown

_R = ReportRow
_HEADS = [column for column in _R.__table__.c if column.name not in {"document", "public_document"}]
_CLAIM_ENDS = timedelta(minutes=5)


class Reports(Repository):
    async def add(self, new: NewReport) -> int | None:
        """Returns its number; None when another process has made this version a moment ago."""
        row_id = new_id()
        period = new.period
        values = {"id": row_id, "version": new.version, "state": ReportState.DRAFT, "kind": period.kind}
        values |= {"year": period.year, "number": period.number, "first": period.first, "last": period.last}
        values |= {"communes": _joined(new.communes), "made_by": new.made_by, "made_at": new.made_at}
        values |= {"due_on": new.due_on, "remarks": _sealed(new.remarks), **_document(new.document)}
        keys = ["first", "last", "kind", "communes", "version"]
        statement = self._insert(_R).on_conflict_do_nothing(index_elements=keys)
        return row_id if (await self._uow.execute(statement.values(values))).rowcount == 1 else None

    async def get(self, report_id: int) -> KeptReport:
        """Raises ReportUnknown."""
        found = await self._list(_R.id == report_id)
        if not found:
            raise ReportUnknown
        return found[0]

    async def find_latest(self, period: Period, communes: Collection[str]) -> KeptReport | None:
        """The newest version of the report on this period and scope."""
        same = and_(_R.first == period.first, _R.last == period.last, _R.kind == period.kind)
        found = await self._list(same, _R.communes == _joined(communes))
        return max(found, key=lambda each: each.version, default=None)

    async def list_between(self, first: date, last: date) -> list[KeptReport]:
        """All versions whose period ends in these days, newest period first."""
        return await self._list(_R.last.between(first, last))

    async def list_unfinished(self, due_until: date) -> list[KeptReport]:
        """Not locked, due by that day, and nobody has been reminded."""
        return await self._list(_R.state != ReportState.LOCKED, _R.due_on <= due_until, _R.reminded_at.is_(None))

    async def list_published(self, since: date) -> list[int]:
        """Reports with a public copy whose period ends on that day or later, in the order of their locking."""
        published = (_R.state == ReportState.LOCKED, _R.public_document.is_not(None), _R.last >= since)
        found = await self._uow.execute(select(_R.id).where(*published).order_by(_R.locked_at, _R.id))
        return list(found.scalars())

    async def document(self, report_id: int, *, public: bool = False) -> bytes | None:
        """What was made; None where there is no public copy. Raises ReportUnknown, ReportDamaged."""
        copy, guard = (_R.public_document, _R.public_digest) if public else (_R.document, _R.digest)
        statement = select(copy.label("content"), guard.label("digest")).where(_R.id == report_id)
        row = (await self._uow.execute(statement)).first()
        if row is None:
            raise ReportUnknown
        found: bytes | None = row.content
        if row.digest is not None and (found is None or sha256(found).digest() != bytes(row.digest)):
            raise ReportDamaged
        return found

    async def set_draft(self, report_id: int, document: bytes, made_at: datetime, made_by: int | None) -> bool:
        """Calculates a draft anew; False when it is no draft any more."""
        values = {**_document(document), "made_at": made_at, "made_by": made_by}
        return await self._change(report_id, [ReportState.DRAFT], **values)

    async def set_remarks(self, report_id: int, remarks: Mapping[str, str]) -> bool:
        return await self._change(report_id, [ReportState.DRAFT], remarks=_sealed(remarks))

    async def set_complete(self, report_id: int, document: bytes, by: int | None, now: datetime) -> bool:
        values = {"state": ReportState.COMPLETE, "completed_by": by, "completed_at": now, **_document(document)}
        return await self._change(report_id, [ReportState.DRAFT], **values)

    async def set_open_again(self, report_id: int) -> bool:
        """From complete back to draft."""
        values = {"state": ReportState.DRAFT, "completed_by": None, "completed_at": None}
        return await self._change(report_id, [ReportState.COMPLETE], **values)

    async def set_locked(
        self, report_id: int, document: bytes, public: bytes | None, by: int | None, now: datetime
    ) -> bool:
        values: dict[str, Any] = {"state": ReportState.LOCKED, "locked_by": by, "locked_at": now}
        values |= {"public_document": public, "public_digest": sha256(public).digest() if public else None}
        return await self._change(report_id, [ReportState.COMPLETE], **values, **_document(document))

    async def set_reminded(self, ids: Collection[int], now: datetime) -> None:
        await self._uow.execute(update(_R).where(_R.id.in_(ids)).values(reminded_at=now))

    # -- files that are waited for -------------------------------------------------------------------------------

    async def order(self, contact: Contact, staff: int, wanted: str, now: datetime) -> int:
        row_id = new_id()
        values = {"contact_id": contact.id, "channel": contact.channel, "staff": staff, "wanted": wanted}
        await self._uow.execute(insert(ReportOrderRow).values(id=row_id, ordered_at=now, claimed_at=None, **values))
        return row_id

    async def has_orders(self) -> bool:
        return (await self._uow.execute(select(ReportOrderRow.id).limit(1))).first() is not None

    async def claim_orders(self, now: datetime, limit: int) -> list[ReportOrder]:
        """Marked with the same statement, so that no two processes make the same file; after five minutes anew."""
        row = ReportOrderRow
        free = or_(row.claimed_at.is_(None), row.claimed_at < now - _CLAIM_ENDS)
        chosen = select(row.id).where(free).order_by(row.ordered_at, row.id).limit(limit)
        statement = (
            update(row)
            .where(row.id.in_(chosen.with_for_update(skip_locked=True)))
            .values(claimed_at=now)
            .returning(row.id, row.contact_id, row.channel, row.staff, row.wanted, row.ordered_at)
        )
        return [
            ReportOrder(each.id, Contact(each.contact_id, Channel(each.channel)), each.staff, each.wanted)
            for each in sorted(await self._uow.execute(statement), key=lambda each: each.ordered_at)
        ]

    async def finish_order(self, order_id: int) -> bool:
        """False when it was gone: it has been put out by somebody else."""
        return (await self._uow.execute(delete(ReportOrderRow).where(ReportOrderRow.id == order_id))).rowcount == 1

    # ------------------------------------------------------------------------------------------------------------

    async def _change(self, report_id: int, allowed: Collection[ReportState], **values: Any) -> bool:
        statement = update(_R).where(_R.id == report_id, _R.state.in_(allowed)).values(**values)
        return (await self._uow.execute(statement)).rowcount == 1

    async def _list(self, *which: Any) -> list[KeptReport]:
        order = (_R.last.desc(), _R.first, _R.communes, _R.version.desc())
        return [_to_domain(row) for row in await self._uow.execute(select(*_HEADS).where(*which).order_by(*order))]


def _document(document: bytes) -> dict[str, bytes]:
    return {"document": document, "digest": sha256(document).digest()}


def _sealed(remarks: Mapping[str, str]) -> bytes:
    return json.dumps(dict(remarks), ensure_ascii=False).encode()


def _joined(communes: Collection[str]) -> str:
    return "\n".join(sorted(communes))


def _to_domain(row: Row[Any]) -> KeptReport:
    return KeptReport(
        id=row.id,
        version=row.version,
        state=ReportState(row.state),
        period=Period(PeriodKind(row.kind), row.year, row.number, row.first, row.last),
        communes=frozenset(row.communes.split("\n")) - {""},
        made_by=row.made_by,
        made_at=row.made_at,
        completed_by=row.completed_by,
        completed_at=row.completed_at,
        locked_by=row.locked_by,
        locked_at=row.locked_at,
        due_on=row.due_on,
        remarks=json.loads(row.remarks),
    )
