"""Figures of the hotline, counted in the database: no person's row leaves it.

Contacts with people after rehabilitation are not among them: they are counted there.

Every count comes for several spans of days at once, in the order in which they were asked for.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, case, func, select, text

from db.callback_rows import CallbackRequestRow, ContactRecordRow
from db.local_time import local_day, local_hour, weekday
from db.models import DailyCounterRow
from db.repositories.base import Repository
from domain.callbacks import CallbackState, Outcome
from domain.statistics import ContactGroups, Days, Moment, Values

_R = ContactRecordRow
_C = DailyCounterRow
_PAGE = 5000

COLUMNS_OF: dict[ContactGroups, tuple[Any, ...]] = {
    ContactGroups.RESULT: (_R.way, _R.outcome, _R.referral),
    ContactGroups.PERSON: (_R.who, _R.sex, _R.age_group),
    ContactGroups.TOPIC: (_R.topic,),
    ContactGroups.COMMUNE: (_R.commune,),
}
_LISTED = (
    _R.id,
    _R.happened_on,
    _R.way,
    _R.channel,
    _R.topic,
    _R.who,
    _R.commune,
    _R.sex,
    _R.age_group,
    _R.outcome,
    _R.referral,
    _R.minutes,
    _R.attempts,
    _R.waited_minutes,
    _R.staff_id,
)


class Statistics(Repository):
    async def freeze(self) -> None:
        """All that is counted from here on is of one moment, and planned for its own days on PostgreSQL.

        First in a transaction; SQLite does both by itself.
        """
        if self._uow.connection.dialect.name == "postgresql":
            await self._uow.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            # a statement that has been sent often gets a plan for any days at all; that for a whole year is another one
            await self._uow.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))

    async def communes_as_written(self) -> list[str]:
        """Every spelling of a commune that a contact record has, by jumps along the index instead of a scan."""
        first = select(func.min(_R.commune).label("commune")).cte("spellings", recursive=True)
        following = select(func.min(_R.commune)).where(_R.commune > first.c.commune).scalar_subquery()
        spellings = first.union_all(select(following).where(first.c.commune.is_not(None)))
        rows = await self._uow.execute(select(spellings.c.commune).where(spellings.c.commune.is_not(None)))
        return [row.commune for row in rows]

    async def count_contacts(
        self, groups: ContactGroups, spans: Sequence[Days], communes: Collection[str] | None
    ) -> list[tuple[tuple[str, ...], Values]]:
        """How many logged contacts each group has; all outcomes for RESULT, else only people who were met."""
        columns = COLUMNS_OF[groups]
        where = _in_scope(spans, communes)
        if groups is not ContactGroups.RESULT:
            where.append(_R.outcome == Outcome.MET)
        statement = select(*columns, *_counted(spans)).where(*where).group_by(*columns)
        rows = await self._tuples(statement)
        return [(tuple(row[: len(columns)]), _values(row, len(columns))) for row in rows]

    async def count_by_time(
        self, spans: Sequence[Days], communes: Collection[str] | None
    ) -> list[tuple[Moment, Values]]:
        """Contacts by weekday and local hour; the hour is None for what was written down on a later day."""
        same_day = local_day(_R.recorded_at) == _R.happened_on
        on = weekday(_R.happened_on).label("weekday")
        at = case((same_day, local_hour(_R.recorded_at))).label("hour")
        met = [*_in_scope(spans, communes), _R.outcome == Outcome.MET]
        statement = select(on, at, *_counted(spans)).where(*met).group_by(on, at)
        return [(Moment(row[0], row[1]), _values(row, 2)) for row in await self._tuples(statement)]

    async def count_calls(
        self, spans: Sequence[Days], communes: Collection[str] | None
    ) -> list[tuple[str, Values, Values]]:
        """For requests that ended with a call: the outcome, how many requests, how many calls in all."""
        where = [*_in_scope(spans, communes), _R.way == "callback"]
        calls = [func.coalesce(func.sum(_R.attempts).filter(_within(span)), 0) for span in spans]
        statement = select(_R.outcome, *_counted(spans), *calls).where(*where).group_by(_R.outcome)
        places = len(spans)
        return [(row[0], _values(row, 1)[:places], _values(row, 1)[places:]) for row in await self._tuples(statement)]

    async def count_waits(self, spans: Sequence[Days], communes: Collection[str] | None) -> list[tuple[int, Values]]:
        """How many people waited so many minutes for the call that met them: a histogram, one minute wide."""
        where = [*_in_scope(spans, communes), _R.outcome == Outcome.MET, _R.waited_minutes.is_not(None)]
        statement = select(_R.waited_minutes, *_counted(spans)).where(*where).group_by(_R.waited_minutes)
        rows = await self._tuples(statement.order_by(_R.waited_minutes))
        return [(row[0], _values(row, 1)) for row in rows]

    async def sum_counters(self, spans: Sequence[Days]) -> dict[tuple[str, str, str], Values]:
        """By measure, channel and topic. Counters know no commune."""
        counted = [
            func.coalesce(func.sum(_C.value).filter(_C.counted_on.between(span.first, span.last)), 0) for span in spans
        ]
        over_all = _C.counted_on.between(min(span.first for span in spans), max(span.last for span in spans))
        keys = (_C.measure, _C.channel, _C.topic)
        rows = await self._tuples(select(*keys, *counted).where(over_all).group_by(*keys))
        return {(row[0], row[1], row[2]): _values(row, 3) for row in rows}

    async def requests_open_after(self, days: Sequence[date]) -> Values:
        """How many callback requests were open at the end of each of these days, from the counters of all time."""
        sign = case(
            (_C.measure.in_(["callback.opened", "callback.reopened"]), 1),
            (_C.measure.in_([f"callback.{outcome}" for outcome in Outcome]), -1),
            else_=0,
        )
        counted = [
            func.coalesce(func.sum(_C.value * sign).filter(_C.counted_on <= day), 0).label(f"n{place}")
            for place, day in enumerate(days)
        ]
        statement = select(*counted).where(_C.measure.like("callback.%"), _C.counted_on <= max(days))
        return tuple(int(each) for each in (await self._uow.execute(statement)).one())

    async def count_open_requests(self, communes: Collection[str] | None) -> int:
        """Callback requests that are open at this moment."""
        statement = select(func.count()).where(CallbackRequestRow.state != CallbackState.CLOSED)
        if communes is not None:
            statement = statement.where(CallbackRequestRow.commune.in_(communes))
        return int((await self._uow.execute(statement)).scalar_one())

    async def trace_contacts(
        self, days: Days, communes: Collection[str] | None, chosen: dict[str, Collection[str]], limit: int
    ) -> list[tuple[int, int | None]]:
        """The numbers of the records behind a figure, and of their requests as long as these exist.

        chosen: for each column the values that belong to the figure.
        """
        columns = _R.__table__.c
        where = [*_in_scope([days], communes), *(columns[name].in_(values) for name, values in chosen.items())]
        statement = select(_R.id, _R.request_id).where(*where).order_by(_R.happened_on, _R.id).limit(limit)
        return [(row[0], row[1]) for row in await self._tuples(statement)]

    async def topics_as_written(self) -> list[str]:
        """Every topic or group of topics that a contact record names."""
        return [row.topic for row in await self._uow.execute(select(_R.topic).distinct())]

    async def count_rows(self, days: Days, communes: Collection[str] | None) -> int:
        statement = select(func.count()).select_from(_R).where(*_in_scope([days], communes))
        return int((await self._uow.execute(statement)).scalar_one())

    async def pages(self, days: Days, communes: Collection[str] | None) -> AsyncIterator[Sequence[Row[Any]]]:
        """All contact records of these days, a page at a time, without notes: memory stays flat however many.

        One statement that is read as it comes, so the pages are of one moment.
        """
        statement: Any = select(*_LISTED).where(*_in_scope([days], communes)).order_by(_R.happened_on, _R.id)
        connection = self._uow.connection
        async with connection.stream(statement, execution_options={"yield_per": _PAGE}) as rows:
            async for page in rows.partitions(_PAGE):
                yield page


def _within(span: Days) -> ColumnElement[bool]:
    return _R.happened_on.between(span.first, span.last)


def _in_scope(spans: Sequence[Days], communes: Collection[str] | None) -> list[ColumnElement[bool]]:
    over_all = Days(min(span.first for span in spans), max(span.last for span in spans))
    of_nobody = func.coalesce(_R.client_id, 0) == 0  # IS NULL would send SQLite through the index of clients
    where = [_within(over_all), of_nobody]
    if communes is not None:
        where.append(_R.commune.in_(communes))
    return where


def _counted(spans: Sequence[Days]) -> list[ColumnElement[int]]:
    return [func.count().filter(_within(span)) for span in spans]


def _values(row: Sequence[Any], start: int) -> Values:
    return tuple(int(each) for each in row[start:])
