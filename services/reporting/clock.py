"""The reports' clockwork: a draft the day after the cut, and a reminder before it is due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.session import Database
from domain.clock import local_date
from domain.models import Choice, Letter, Priority
from domain.periods import Period
from domain.report_objects import KeptReport, Scope
from domain.staff import Right, Staff
from services.reporting.desk import ReportDesk
from services.reporting.spelling import plain
from texts import Texts

_LOOKS_BACK = timedelta(days=31)
"""How long the program may have stood still and a draft is still made."""

_NOTICE_LIFETIME = timedelta(days=7)
OPEN_PRESS = "rp"
"""Prefix of the button that opens a period."""


@dataclass(frozen=True, slots=True)
class ReportClock:
    database: Database
    desk: ReportDesk
    texts: Texts

    async def run(self, now: datetime) -> list[int]:
        """What is due; safe at any moment and as often as one likes. Returns the contacts who have been told."""
        async with self.database.reading() as uow:
            officers = await uow.staff.list_who_may(Right.REPORT)
        if not officers:
            return []
        return await self._draft(officers, now) + await self._remind(officers, now)

    async def _draft(self, officers: Sequence[Staff], now: datetime) -> list[int]:
        today = local_date(now)
        settings = self.desk.builder.settings
        days = [today - timedelta(days=back) for back in range(_LOOKS_BACK.days, 0, -1)]
        periods = [
            period for day in days for period in settings.calendar.ending_on(day) if period.kind in settings.drafts
        ]
        if not periods:
            return []
        async with self.database.reading() as uow:
            made = await uow.reports.list_between(days[0], days[-1])
        known = {(report.period, _plain(report.communes)) for report in made}
        told: list[int] = []
        for period in periods:
            for communes, whose in _by_scope(officers, period).items():
                if (period, communes) not in known:
                    told += await self._announce(await self.desk.draft(period, self._scope(whose), now), whose, now)
        return told

    def _scope(self, whose: Sequence[Staff]) -> Scope:
        return self.desk.scope_of(whose[0])

    async def _announce(self, kept: KeptReport, officers: Sequence[Staff], now: datetime) -> list[int]:
        wording = self.desk.builder.wording
        due = wording.day(kept.due_on) if kept.due_on else self.texts("report.nothing")
        text = self.texts("baocao.drafted", period=wording.period(kept.period), due=due)
        await self._tell(officers, text, kept, f"report.drafted:{kept.id}", now)
        return [each.contact.id for each in officers]

    async def _remind(self, officers: Sequence[Staff], now: datetime) -> list[int]:
        today = local_date(now)
        until = today + timedelta(days=self.desk.builder.settings.remind_days)
        async with self.database.reading() as uow:
            unfinished = await uow.reports.list_unfinished(until)
        told: list[int] = []
        wording = self.desk.builder.wording
        for kept in unfinished:
            whose = [each for each in officers if _plain(each.communes) == _plain(kept.communes)]
            due = wording.day(kept.due_on) if kept.due_on else ""
            state = self.texts(f"report.state_{kept.state}")
            text = self.texts("baocao.remind", period=wording.period(kept.period), due=due, state=state)
            await self._tell(whose, text, kept, f"report.due:{kept.id}", now, reminded=True)
            told += [each.contact.id for each in whose]
        return told

    async def _tell(
        self,
        officers: Sequence[Staff],
        text: str,
        kept: KeptReport,
        identity: str,
        now: datetime,
        *,
        reminded: bool = False,
    ) -> None:
        """The identity makes it one notice, whatever a process did meanwhile."""
        choices = (Choice(f"1. {self.texts('baocao.open')}", f"{OPEN_PRESS}:{kept.period.code}::0"),)
        async with self.database.transaction() as uow:
            for each in officers:
                uow.outbox.add(
                    each.contact,
                    Letter(text, choices),
                    now,
                    priority=Priority.NOTICE,
                    identity=f"{identity}:{each.number}",
                    lifetime=_NOTICE_LIFETIME,
                )
            if reminded:
                await uow.reports.set_reminded([kept.id], now)


def _by_scope(officers: Sequence[Staff], period: Period) -> dict[frozenset[str], list[Staff]]:
    """Who was there before the period ended, by scope: a new office is not asked for what was before it."""
    found: dict[frozenset[str], list[Staff]] = {}
    for each in officers:
        if local_date(each.joined_at) <= period.last:
            found.setdefault(_plain(each.communes), []).append(each)
    return found


def _plain(communes: frozenset[str]) -> frozenset[str]:
    return frozenset(plain(each) for each in communes)
