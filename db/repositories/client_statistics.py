"""Figures of people after rehabilitation, counted in the database; each for several spans of days at once.

Somebody is under management in a scope on every day of a stay there. Who moves within the scope neither ends nor is
new; so at the start, plus new, minus ended is always at the end.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, distinct, exists, false, func, or_, select, true
from sqlalchemy.orm import aliased

from db.callback_rows import ContactRecordRow
from db.client_rows import AssignmentRow, ClientRow, FollowUpRow, InterruptionRow, LegalDateRow, StayRow
from db.repositories.base import Repository
from domain.callbacks import Outcome
from domain.clients import LegalGround
from domain.contact_records import Condition
from domain.follow_ups import FollowUpState
from domain.legal_dates import LegalDateState
from domain.statistics import Days, Values

_S, _C, _A, _F, _L, _R = StayRow, ClientRow, AssignmentRow, FollowUpRow, LegalDateRow, ContactRecordRow


class Stand(StrEnum):
    """By what those under management at the end of a span are told apart."""

    GROUND = "ground"
    COMMUNE = "commune"
    SEX = "sex"
    BIRTH_YEAR = "birth_year"


class ClientStatistics(Repository):
    async def communes_as_written(self) -> list[str]:
        return list((await self._uow.execute(select(_S.commune).distinct())).scalars())

    async def count_flows(self, spans: Sequence[Days], communes: Collection[str] | None) -> dict[str, Values]:
        """ "start", "new", "end", and of those who ended each reason as "ended.<reason>"."""
        is_new, is_end = ~_meets(communes, at_start=True), ~_meets(communes, at_start=False)
        columns = [
            *(func.count().filter(_on(_S, span.first), _S.from_on < span.first) for span in spans),
            *(func.count().filter(_S.from_on.between(span.first, span.last), is_new) for span in spans),
            *(func.count().filter(_on_end(_S, span.last)) for span in spans),
        ]
        row = (await self._uow.execute(select(*columns).where(*_stays(communes)))).one()
        many = len(spans)
        flows = {name: _values(row, place * many)[:many] for place, name in enumerate(("start", "new", "end"))}
        ended = [func.count().filter(_S.until.between(span.first, span.last)) for span in spans]
        statement = select(_S.reason, *ended).where(*_stays(communes), _S.until.is_not(None), is_end)
        for each in await self._tuples(statement.group_by(_S.reason)):
            flows[f"ended.{each[0]}"] = _values(each, 1)
        return flows

    async def count_stand(
        self, by: Stand, days: Sequence[date], communes: Collection[str] | None
    ) -> list[tuple[Any, Values]]:
        """Under management at the end of each of these days."""
        column: Any = _S.commune if by is Stand.COMMUNE else getattr(_C, by)
        counted = [func.count().filter(_on_end(_S, day)) for day in days]
        statement = select(column, *counted).join(_C, _C.id == _S.client_id).where(*_stays(communes))
        return [(row[0], _values(row, 1)) for row in await self._tuples(statement.group_by(column))]

    async def count_new_by_ground(self, spans: Sequence[Days], communes: Collection[str] | None) -> dict[str, Values]:
        is_new = ~_meets(communes, at_start=True)
        counted = [func.count().filter(_S.from_on.between(span.first, span.last), is_new) for span in spans]
        statement = select(_C.ground, *counted).join(_C, _C.id == _S.client_id).where(*_stays(communes))
        return {row[0]: _values(row, 1) for row in await self._tuples(statement.group_by(_C.ground))}

    async def count_assigned(self, days: Sequence[date], communes: Collection[str] | None) -> Values:
        """Under management at the end of each day with a volunteer named."""
        counted = [func.count().filter(_on_end(_S, day), _has(_A, day)) for day in days]
        return _values((await self._uow.execute(select(*counted).where(*_stays(communes)))).one(), 0)

    async def count_paused(self, days: Sequence[date], communes: Collection[str] | None) -> Values:
        """Under management at the end of each day, and in a pause."""
        counted = [func.count().filter(_on_end(_S, day), _has(InterruptionRow, day)) for day in days]
        return _values((await self._uow.execute(select(*counted).where(*_stays(communes)))).one(), 0)

    async def count_follow_ups(self, spans: Sequence[Days], communes: Collection[str] | None) -> dict[str, Values]:
        """Of what was due in the span: "in_time", "late", "missed", "open", "cancelled"."""
        became = case(
            (and_(_F.state == FollowUpState.DONE, _F.done_on <= _F.latest_on), "in_time"),
            (_F.state == FollowUpState.DONE, "late"),
            (_F.state == FollowUpState.MISSED, "missed"),
            (_F.state == FollowUpState.CANCELLED, "cancelled"),
            else_="open",
        ).label("became")
        return await self._dated(became, _F.due_on, spans, _scoped(_F.commune, communes))

    async def count_legal_dates(
        self, spans: Sequence[Days], communes: Collection[str] | None
    ) -> dict[tuple[str, str], Values]:
        """By kind, and what became of it: "in_time", "late", "open"; cancelled ones are left out."""
        became = case(
            (and_(_L.state == LegalDateState.DONE, _L.done_on > _L.due_on), "late"),
            (_L.state == LegalDateState.DONE, "in_time"),
            else_="open",
        ).label("became")
        counted = _counted(_L.due_on, spans)
        where = [_L.state != LegalDateState.CANCELLED, *_scoped(_L.commune, communes)]
        statement = select(_L.kind, became, *counted).where(*where).group_by(_L.kind, became)
        return {(row[0], row[1]): _values(row, 2) for row in await self._tuples(statement)}

    async def count_contacts(
        self, spans: Sequence[Days], communes: Collection[str] | None
    ) -> dict[tuple[str, str], Values]:
        """Contacts with people after rehabilitation: ("condition", value) and ("work", value)."""
        found: dict[tuple[str, str], Values] = {}
        for name, column in (("condition", _R.condition), ("work", _R.work)):
            counted = await self._dated(column, _R.happened_on, spans, _contacts(communes))
            found |= {(name, value): values for value, values in counted.items()}
        return found

    async def count_people(self, spans: Sequence[Days], communes: Collection[str] | None) -> dict[str, Values]:
        """Different people, so months do not add up: "contacted", "used_again", and volunteers "active"."""
        spanned = [_R.happened_on.between(span.first, span.last) for span in spans]
        columns = [
            *(func.count(distinct(_R.client_id)).filter(span) for span in spanned),
            *(
                func.count(distinct(_R.client_id)).filter(span, _R.condition == Condition.USED_AGAIN)
                for span in spanned
            ),
            *(func.count(distinct(_R.volunteer)).filter(span) for span in spanned),
        ]
        row = (await self._uow.execute(select(*columns).where(*_contacts(communes)))).one()
        many = len(spans)
        names = ("contacted", "used_again", "active")
        return {name: _values(row, place * many)[:many] for place, name in enumerate(names)}

    async def count_loads(self, day: date, communes: Collection[str] | None) -> dict[int, int]:
        """How many volunteers have so many clients at the end of a day: {clients: volunteers}."""
        each = (
            select(_A.volunteer, func.count(distinct(_A.client_id)).label("clients"))
            .join(_S, _S.client_id == _A.client_id)
            .where(_A.from_on <= day, or_(_A.until.is_(None), _A.until > day), _on_end(_S, day), *_stays(communes))
            .group_by(_A.volunteer)
            .subquery()
        )
        rows = await self._tuples(select(each.c.clients, func.count()).group_by(each.c.clients))
        return {row[0]: row[1] for row in rows}

    async def trace(
        self, what: str, days: Days, communes: Collection[str] | None, limit: int
    ) -> list[tuple[int, bytes]]:
        """The clients behind a figure: id and code as it is kept. `what`: a key of `count_flows`, "ground.<…>",
        "assigned", "paused", "used_again", "contacted"."""
        where = _traced(what, days, communes)
        statement: Any = (
            select(_C.id, _C.code).distinct().join(_S, _C.id == _S.client_id).where(where, *_stays(communes))
        )
        rows = await self._tuples(statement.order_by(_C.id).limit(limit))
        return [(row[0], row[1]) for row in rows]

    async def _dated(
        self, group: Any, day: Any, spans: Sequence[Days], where: Sequence[ColumnElement[bool]]
    ) -> dict[str, Values]:
        over_all = day.between(min(span.first for span in spans), max(span.last for span in spans))
        statement = select(group, *_counted(day, spans)).where(over_all, *where).group_by(group)
        return {row[0]: _values(row, 1) for row in await self._tuples(statement)}


def _traced(what: str, days: Days, communes: Collection[str] | None) -> ColumnElement[bool]:
    kind, _, value = what.partition(".")
    match kind:
        case "start":
            return and_(_on(_S, days.first), _S.from_on < days.first)
        case "new":
            return and_(_S.from_on.between(days.first, days.last), ~_meets(communes, at_start=True))
        case "ended":
            ended = and_(_S.until.between(days.first, days.last), ~_meets(communes, at_start=False))
            return and_(ended, _S.reason == value) if value else ended
        case "end":
            return _on_end(_S, days.last)
        case "assigned" | "paused":
            return and_(_on_end(_S, days.last), _has(_A if kind == "assigned" else InterruptionRow, days.last))
        case "ground" if value in set(LegalGround):
            return and_(_on_end(_S, days.last), _C.ground == value)
        case "contacted" | "used_again":
            contact = and_(_R.client_id == _C.id, _R.happened_on.between(days.first, days.last), *_contacts(communes))
            again = _R.condition == Condition.USED_AGAIN if kind == "used_again" else true()
            return exists().where(contact, again)
    return false()


def _scoped(column: Any, communes: Collection[str] | None) -> list[ColumnElement[bool]]:
    return [] if communes is None else [column.in_(communes)]


def _stays(communes: Collection[str] | None) -> list[ColumnElement[bool]]:
    """Stays in the scope that lasted at least a day."""
    return [or_(_S.until.is_(None), _S.until > _S.from_on), *_scoped(_S.commune, communes)]


def _contacts(communes: Collection[str] | None) -> list[ColumnElement[bool]]:
    """Contacts at which the client was met: nobody is reached by trying."""
    return [_R.client_id.is_not(None), _R.outcome == Outcome.MET, *_scoped(_R.commune, communes)]


def _on(row: Any, day: date) -> ColumnElement[bool]:
    """Not over before this day began; whether it had begun is asked beside."""
    return or_(row.until.is_(None), row.until >= day)


def _on_end(row: Any, day: date) -> ColumnElement[bool]:
    return and_(row.from_on <= day, or_(row.until.is_(None), row.until > day))


def _has(row: Any, day: date) -> ColumnElement[bool]:
    """Whether the client of the stay has an assignment (or a pause) at the end of a day."""
    return exists().where(row.client_id == _S.client_id, _on_end(row, day))


def _meets(communes: Collection[str] | None, *, at_start: bool) -> ColumnElement[bool]:
    """Whether another stay in the scope touches this one, so that nothing begins (or ends) there."""
    other = aliased(_S)
    touching = other.until == _S.from_on if at_start else other.from_on == _S.until
    lasting = or_(other.until.is_(None), other.until > other.from_on)
    return exists().where(
        other.client_id == _S.client_id, other.id != _S.id, touching, lasting, *_scoped(other.commune, communes)
    )


def _counted(day: Any, spans: Sequence[Days]) -> list[ColumnElement[int]]:
    return [func.count().filter(day.between(span.first, span.last)) for span in spans]


def _values(row: Sequence[Any], start: int) -> Values:
    return tuple(int(each) for each in row[start:])
