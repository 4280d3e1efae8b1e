"""From a figure back to what it was counted from: numbers of records and requests, codes of clients."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from db.uow import UnitOfWork
from domain.audit import Action
from domain.callbacks import Outcome
from domain.contact_records import Referral, Way
from domain.periods import Period
from domain.report_objects import Scope
from domain.statistics import Days
from domain.topic_groups import group_of
from services.reporting.building import ReportBuilder
from services.reporting.spelling import as_written
from texts import Texts

MOST_TRACED = 500
_MET = {"outcome": [Outcome.MET]}
_COLUMNS = {"ways": "way", "who": "who", "sex": "sex", "age": "age_group", "referral": "referral"}
_GROUNDS = "grounds"


@dataclass(frozen=True, slots=True)
class Traced:
    """records: number of the contact record, and of its request as long as that exists. clients: codes.

    complete: False when there are more than `MOST_TRACED`.
    """

    records: tuple[tuple[int, int | None], ...] = ()
    clients: tuple[str, ...] = ()
    complete: bool = True


Chosen = dict[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Tracing:
    builder: ReportBuilder
    texts: Texts

    async def trace(
        self,
        uow: UnitOfWork,
        period: Period,
        scope: Scope,
        table: str,
        row: str,
        now: datetime,
        *,
        by: int | None,
    ) -> Traced | None:
        """None for a figure that comes from counters, which know nobody, or that is no count of rows.

        Whoever calls has made sure that the scope is the own one; each look stands in the trail.
        """
        communes = await self.builder.communes_of(uow, scope)
        uow.audit.add(Action.REPORT_TRACED, now, staff=by, details=f"{period.code} {table}.{row}"[:200])
        days = Days.of(period)
        if table in {"flows", _GROUNDS, "client_people"}:
            what = row if table != _GROUNDS else "end" if row == "total" else f"ground.{row}"
            found = await uow.client_statistics.trace(what, days, communes, MOST_TRACED + 1)
            codes = tuple(sorted(code.decode() for _, code in found[:MOST_TRACED]))
            return Traced(clients=codes, complete=len(found) <= MOST_TRACED)
        chosen = await self._chosen(uow, table, row)
        if chosen is None:
            return None
        records = await uow.statistics.trace_contacts(days, communes, chosen, MOST_TRACED + 1)
        return Traced(tuple(records[:MOST_TRACED]), complete=len(records) <= MOST_TRACED)

    def say(self, traced: Traced, most: int) -> str:
        """The first lines of what was found, as they are read on a phone or a screen."""
        if traced.clients:
            lines, key = list(traced.clients), "baocao.trace_clients"
        else:
            lines = [f"{record} ({request})" if request else str(record) for record, request in traced.records]
            key = "baocao.trace_records"
        if not lines:
            return self.texts("baocao.trace_empty")
        said = self.texts(key, lines="\n".join(lines[:most]))
        if traced.complete and len(lines) <= most:
            return said
        return said + "\n" + self.texts("baocao.trace_more", count=min(most, len(lines)))

    async def _chosen(self, uow: UnitOfWork, table: str, row: str) -> Chosen | None:
        if table == "overview":
            return _overview(row)
        if row == "total":
            return dict(_MET) if table in {*_COLUMNS, "communes"} - {"ways"} else None
        if table in _COLUMNS:
            return None if row.startswith("chat.") else {_COLUMNS[table]: [row], **_MET}
        if table == "outcome":
            return {"outcome": [row], "way": [Way.CALLBACK, Way.CHAT]}
        if table == "communes":
            return {"commune": as_written([row], await uow.statistics.communes_as_written()), **_MET}
        if table == "topics":
            written = await uow.statistics.topics_as_written()
            return {"topic": [topic for topic in written if group_of(topic) == row], **_MET}
        return None


def _overview(row: str) -> Chosen | None:
    match row:
        case "by_staff":
            return dict(_MET)
        case "by_phone":
            return {"way": [Way.PHONE], **_MET}
        case "referred":
            return {"referral": [each for each in Referral if each is not Referral.NONE], **_MET}
    return None
