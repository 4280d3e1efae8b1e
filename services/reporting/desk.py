"""The life of a report: drafted, explained, completed, locked, corrected by a new version."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from db.session import Database
from db.uow import UnitOfWork
from domain.audit import Action
from domain.clock import local_date
from domain.periods import Period
from domain.report import Audience, Report, ReportState
from domain.report_objects import (
    DraftTooOld,
    KeptReport,
    NewReport,
    NoPublicCopy,
    PeriodAhead,
    PeriodRunning,
    RemarkMissing,
    ReportLocked,
    ReportLockedAlready,
    ReportNotComplete,
    ReportStillOpen,
    ReportUnknown,
    Scope,
    ScopeUnknown,
)
from domain.staff import NotAllowed, Right, Staff
from services.reporting.building import Built, ReportBuilder
from services.reporting.codec import KeptDocument, from_bytes, to_bytes
from services.reporting.published import PublishedMonth
from services.reporting.spelling import plain

LONGEST_REMARK = 500
_NAMED_FIGURES = 3


@dataclass(frozen=True, slots=True)
class ReportDesk:
    """Counting takes its time, so it happens without a lock; what is kept then is one short transaction."""

    database: Database
    builder: ReportBuilder

    # -- who may ------------------------------------------------------------------------------------------------

    def scope_of(self, staff: Staff) -> Scope:
        """The own scope of an officer, by the name of the unit where one has exactly these communes."""
        mine = {plain(each) for each in staff.communes}
        for name, communes in self.builder.settings.units.items():
            if mine and {plain(each) for each in communes} == mine:
                return Scope(staff.communes, name)
        return Scope(staff.communes)

    async def scope_within(self, uow: UnitOfWork, staff: Staff, name: str) -> Scope:
        """A named scope inside the own one; empty is the own one. Raises NotAllowed, ScopeUnknown."""
        if not staff.may(Right.REPORT):
            raise NotAllowed
        own = self.scope_of(staff)
        if not name.strip():
            return own
        asked = await self.builder.scope_of(uow, name)
        if not covers(own, asked.communes):
            raise NotAllowed
        return asked

    def key_of(self, staff: Staff, scope: Scope) -> str:
        """Names are too long for a button; empty is the own scope."""
        return "" if scope == self.scope_of(staff) else _key(scope.name or ", ".join(sorted(scope.communes)))

    async def scope_by_key(self, uow: UnitOfWork, staff: Staff, key: str) -> Scope:
        """The scope of a button. Raises NotAllowed, ScopeUnknown."""
        if not key:
            return await self.scope_within(uow, staff, "")
        for name in await self.builder.scopes(uow):
            if _key(name) == key:
                return await self.scope_within(uow, staff, name)
        raise ScopeUnknown(scope=key)

    async def get(self, uow: UnitOfWork, report_id: int, staff: Staff | None) -> KeptReport:
        """staff: None is the command line, which sees everything. Raises ReportUnknown also outside the own scope."""
        kept = await uow.reports.get(report_id)
        if staff is not None and not (staff.may(Right.REPORT) and covers(self.scope_of(staff), kept.communes)):
            raise ReportUnknown
        return kept

    # -- from draft to draft ---------------------------------------------------------------------------------------

    async def draft(self, period: Period, scope: Scope, now: datetime, by: int | None = None) -> KeptReport:
        """The newest version of this report; a draft is counted anew, what is complete or locked stays as it is.

        Raises PeriodAhead.
        """
        self.check_begun(period, now)
        async with self.database.reading() as uow:
            latest = await uow.reports.find_latest(period, scope.communes)
        if latest is not None and latest.state is not ReportState.DRAFT:
            return latest
        return await self._keep(period, scope, latest, now, by)

    def check_begun(self, period: Period, now: datetime) -> None:
        """Raises PeriodAhead."""
        if local_date(now) < period.first:
            raise PeriodAhead(first=self.builder.wording.day(period.first))

    async def correct(self, report_id: int, staff: Staff | None, now: datetime) -> KeptReport:
        """A new version of a locked report, which says what it says differently. Raises ReportStillOpen."""
        async with self.database.reading() as uow:
            kept = await self.get(uow, report_id, staff)
            latest = await uow.reports.find_latest(kept.period, kept.communes)
        newest = latest or kept
        if newest.state is not ReportState.LOCKED:
            state = self.builder.texts(f"report.state_{newest.state}")
            raise ReportStillOpen(version=newest.version, state=state)
        by = staff.number if staff else None
        return await self._keep(kept.period, self._scope(kept), latest, now, by, Action.REPORT_CORRECTED)

    async def _keep(
        self,
        period: Period,
        scope: Scope,
        latest: KeptReport | None,
        now: datetime,
        by: int | None,
        action: Action = Action.REPORT_DRAFTED,
    ) -> KeptReport:
        async with self.database.reading() as uow:
            await uow.statistics.freeze()
            built = await self.builder.count(uow, period, scope)
            before = await self._version_before(uow, latest)
        version = 1 if latest is None else latest.version + (latest.state is ReportState.LOCKED)
        document = self._document(built, period, scope, now, version, before)
        content = await asyncio.to_thread(to_bytes, document)
        async with self.database.transaction() as uow:
            if latest is not None and latest.state is ReportState.DRAFT:
                await uow.reports.set_draft(latest.id, content, now, by)
                return await uow.reports.get(latest.id)
            due_on = self.builder.settings.due_on(period)
            new = NewReport(period, scope.communes, version, by, now, due_on, content)
            report_id = await uow.reports.add(new)
            if report_id is not None:
                uow.audit.add(action, now, staff=by, subject=report_id, details=period.code)
            kept = await uow.reports.find_latest(period, scope.communes)
        if kept is None:
            raise ReportUnknown
        return kept

    def _document(
        self, built: Built, period: Period, scope: Scope, now: datetime, version: int, before: Report | None
    ) -> KeptDocument:
        document = self.builder.report(built, period, scope, now, version=version)
        if before is None:
            return document
        changes = self.builder.wording.changes(before, document.report)
        return replace(document, report=replace(document.report, changes=changes))

    async def _version_before(self, uow: UnitOfWork, latest: KeptReport | None) -> Report | None:
        """The locked version that a new one, or a draft after it, is compared with."""
        if latest is None:
            return None
        if latest.state is ReportState.LOCKED:
            return (await self._document_of(uow, latest)).report
        earlier = await self._earlier(uow, latest)
        return (await self._document_of(uow, earlier)).report if earlier else None

    async def _earlier(self, uow: UnitOfWork, kept: KeptReport) -> KeptReport | None:
        """The version before, which is locked."""
        same = (kept.period, kept.communes, kept.version - 1)
        for each in await uow.reports.list_between(kept.period.last, kept.period.last):
            if (each.period, each.communes, each.version) == same:
                return each
        return None

    # -- on to the end ---------------------------------------------------------------------------------------------

    async def empty_figures(self, uow: UnitOfWork, kept: KeptReport) -> list[tuple[str, str]]:
        """Figures that are empty and that nobody has explained: key and name."""
        document = await self._document_of(uow, kept)
        return [(key, name) for key, name in document.empty if key not in kept.remarks]

    async def remark(
        self, uow: UnitOfWork, kept: KeptReport, key: str | None, text: str, now: datetime, by: int | None
    ) -> KeptReport:
        """Explains one figure; without a key all that are still empty. Raises ReportLocked."""
        keys = [key] if key else [each for each, _ in await self.empty_figures(uow, kept)]
        said = " ".join(text.split())[:LONGEST_REMARK]
        remarks = {**kept.remarks, **dict.fromkeys(keys, said)}
        if not await uow.reports.set_remarks(kept.id, remarks):
            raise ReportLocked
        uow.audit.add(Action.REPORT_REMARKED, now, staff=by, subject=kept.id, details=key or "all")
        return await uow.reports.get(kept.id)

    async def complete(self, uow: UnitOfWork, kept: KeptReport, now: datetime, by: int | None) -> KeptReport:
        """The figures stay as they were drafted. Raises PeriodRunning, DraftTooOld, RemarkMissing, ReportLocked."""
        last = kept.period.last
        if local_date(now) <= last:
            raise PeriodRunning(last=self.builder.wording.day(last))
        if local_date(kept.made_at) <= last:
            raise DraftTooOld(last=self.builder.wording.day(last))
        empty = await self.empty_figures(uow, kept)
        if empty:
            names = "; ".join(name for _, name in empty[:_NAMED_FIGURES])
            raise RemarkMissing(count=len(empty), figures=names + ("; …" if len(empty) > _NAMED_FIGURES else ""))
        content = await uow.reports.document(kept.id)
        if content is None or not await uow.reports.set_complete(kept.id, content, by, now):
            raise ReportLocked
        uow.audit.add(Action.REPORT_COMPLETED, now, staff=by, subject=kept.id)
        return await uow.reports.get(kept.id)

    async def open_again(self, uow: UnitOfWork, kept: KeptReport, now: datetime, by: int | None) -> KeptReport:
        """A complete one becomes a draft. Raises ReportLocked."""
        if not await uow.reports.set_open_again(kept.id):
            raise ReportLocked
        uow.audit.add(Action.REPORT_REOPENED, now, staff=by, subject=kept.id)
        return await uow.reports.get(kept.id)

    async def lock(self, report_id: int, staff: Staff | None, now: datetime) -> KeptReport:
        """For good, with the public copy where there may be one. Raises ReportNotComplete, ReportLockedAlready."""
        by = staff.number if staff else None
        async with self.database.reading() as uow:
            kept = await self.get(uow, report_id, staff)
            self.check_lockable(kept)
            locked = replace(kept, state=ReportState.LOCKED, locked_at=now, locked_by=by)
            document = self.builder.dressed(await self._document_of(uow, kept), locked, now)
        public = await self._public(locked, now)
        exact = to_bytes(document)
        async with self.database.transaction() as uow:
            if not await uow.reports.set_locked(report_id, exact, public, by, now):
                self.check_lockable(await uow.reports.get(report_id))  # somebody else was faster
                raise ReportNotComplete
            uow.audit.add(Action.REPORT_LOCKED, now, staff=by, subject=report_id)
            return await uow.reports.get(report_id)

    def check_lockable(self, kept: KeptReport) -> None:
        """Raises ReportLockedAlready, ReportNotComplete."""
        if kept.locked_at is not None:
            wording = self.builder.wording
            raise ReportLockedAlready(at=wording.moment(kept.locked_at), who=wording.locker(kept))
        if kept.state is not ReportState.COMPLETE:
            raise ReportNotComplete

    async def _public(self, kept: KeptReport, now: datetime) -> bytes | None:
        try:
            return await self._public_document(kept, now)
        except NoPublicCopy:
            return None

    async def _public_document(self, kept: KeptReport, now: datetime) -> bytes:
        """Without remarks, which are for the superior. A correction leaves the public copy as it was published, a
        month that another copy has told of is told of the same, and there is none of a period that is not over: the
        difference of two copies would be a small figure.

        Raises NoPublicCopy, PeriodRunning.
        """
        if kept.communes:
            raise NoPublicCopy
        if local_date(now) <= kept.period.last:
            raise PeriodRunning(last=self.builder.wording.day(kept.period.last))
        async with self.database.reading() as uow:
            earlier = await self._earlier(uow, kept)
            published = await uow.reports.document(earlier.id, public=True) if earlier else None
        if published is not None:
            return published
        async with self.database.reading() as uow:
            await uow.statistics.freeze()
            built = await self.builder.count_public(uow, kept.period, await self._copies(uow, kept.period))
        bare, audience = replace(kept, remarks={}), Audience.PUBLIC
        document = self.builder.report(
            built, kept.period, self._scope(kept), now, kept=bare, version=kept.version, audience=audience
        )
        return to_bytes(document)

    async def _copies(self, uow: UnitOfWork, period: Period) -> list[tuple[PublishedMonth, ...]]:
        """What public copies have said of the months that this period and its comparisons look at."""
        calendar = self.builder.settings.calendar
        since = min(calendar.before(period).first, calendar.year_to_date(period).first)
        copies = [await uow.reports.document(each, public=True) for each in await uow.reports.list_published(since)]
        return [from_bytes(copy).months for copy in copies if copy is not None]

    # -- to be read ------------------------------------------------------------------------------------------------

    async def read(self, kept: KeptReport, audience: Audience, now: datetime) -> Report:
        """As it is to be rendered: a locked one as it was locked, others with what is known now.

        Raises NoPublicCopy, PeriodRunning, ReportDamaged.
        """
        public = audience is Audience.PUBLIC
        if public and kept.state is not ReportState.LOCKED:
            return from_bytes(await self._public_document(kept, now)).report
        async with self.database.reading() as uow:
            if kept.state is not ReportState.LOCKED:
                return self.builder.dressed(await self._document_of(uow, kept), kept, now).report
            content = await uow.reports.document(kept.id, public=public)
        if content is None:
            raise NoPublicCopy
        return from_bytes(content).report

    async def _document_of(self, uow: UnitOfWork, kept: KeptReport) -> KeptDocument:
        content = await uow.reports.document(kept.id)
        if content is None:
            raise ReportUnknown
        return from_bytes(content)

    def _scope(self, kept: KeptReport) -> Scope:
        for name, communes in self.builder.settings.units.items():
            if kept.communes and frozenset(communes) == kept.communes:
                return Scope(kept.communes, name)
        return Scope(kept.communes)


def _key(name: str) -> str:
    return sha256(plain(name).encode()).hexdigest()[:8]


def covers(own: Scope, communes: frozenset[str]) -> bool:
    """Whether somebody with this scope may see these communes; empty is the whole province."""
    if not own.communes:
        return True
    return bool(communes) and {plain(each) for each in communes} <= {plain(each) for each in own.communes}
