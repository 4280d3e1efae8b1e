"""Builds a report: counts, lays out, and says whose it is and of when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from db.uow import UnitOfWork
from domain.clock import local_date
from domain.figures import write_count
from domain.periods import Period
from domain.report import Audience, Fact, Heading, Report, ReportState, Section, Table
from domain.report_objects import KeptReport, Scope, ScopeUnknown
from domain.statistics import Days
from services.reporting.client_figures import ClientTables, count_clients
from services.reporting.codec import KeptDocument
from services.reporting.hotline_figures import HotlineTables, count_hotline
from services.reporting.measured import NOW, Lines, Measured, Part, chart_of, table_of
from services.reporting.public_copy import PublicCopy
from services.reporting.published import PublishedMonth
from services.reporting.settings import ReportSettings
from services.reporting.spelling import as_written, plain
from services.reporting.target_table import TargetTable
from services.reporting.wording import Wording
from texts import Texts


@dataclass(frozen=True, slots=True)
class Built:
    """The sections with their figures. `empty`: figures that need a remark: their key, and their name.

    months: of a public copy, what it says of them.
    """

    sections: tuple[Section, ...]
    empty: tuple[tuple[str, str], ...] = ()
    months: tuple[PublishedMonth, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportBuilder:
    texts: Texts
    settings: ReportSettings

    @property
    def wording(self) -> Wording:
        return Wording(self.texts)

    async def scope_of(self, uow: UnitOfWork, name: str) -> Scope:
        """A unit of the settings, or communes separated by commas; empty is the province. Raises ScopeUnknown."""
        if not name.strip() or plain(name) in {plain(self.texts("report.whole_province")), "province", "tinh"}:
            return Scope()
        for unit, communes in self.settings.units.items():
            if plain(unit) == plain(name):
                return Scope(frozenset(communes), unit)
        known = await self._known(uow)
        asked = [name] if plain(name) in known else [part for part in name.split(",") if part.strip()]
        if any(plain(part) not in known for part in asked):
            raise ScopeUnknown(scope=name)
        return Scope(frozenset(known[plain(part)] for part in asked))

    async def scopes(self, uow: UnitOfWork) -> list[str]:
        """Names that a report can be about: units, and communes that are known from anywhere."""
        return [*self.settings.units, *sorted((await self._known(uow)).values())]

    async def _known(self, uow: UnitOfWork) -> dict[str, str]:
        """One spelling for each commune, so that its reports are one series: of units, of staff, then of the tables."""
        written = await uow.statistics.communes_as_written() + await uow.client_statistics.communes_as_written()
        staff = {commune for each in await uow.staff.list_working() for commune in each.communes}
        units = {commune for communes in self.settings.units.values() for commune in communes}
        spellings = [*sorted(set(written), reverse=True), *sorted(staff, reverse=True), *sorted(units, reverse=True)]
        return {plain(each): each for each in spellings if each}

    async def communes_of(self, uow: UnitOfWork, scope: Scope) -> list[str] | None:
        """All spellings of the scope's communes in the tables; None for the province."""
        if not scope.communes:
            return None
        written = await uow.statistics.communes_as_written() + await uow.client_statistics.communes_as_written()
        return as_written(scope.communes, {*written, *scope.communes})

    async def count(self, uow: UnitOfWork, period: Period, scope: Scope) -> Built:
        """The exact figures, with those of the period before and of the year so far."""
        communes = await self.communes_of(uow, scope)
        calendar = self.settings.calendar
        spans = [Days.of(each) for each in (period, calendar.before(period), calendar.year_to_date(period))]
        hotline = await count_hotline(uow, spans, communes)
        clients = await count_clients(uow, spans, communes)
        parts = [HotlineTables(self.texts, self.settings.campaigns).part(hotline)]
        if clients is not None:
            parts += [ClientTables(self.texts).part(clients), ClientTables(self.texts).volunteers(clients)]
        sections = [self._summary(parts), *(self._section(part) for part in parts)]
        if self.settings.targets and clients is not None:
            table = TargetTable(self.texts).table(self.settings.targets, hotline, clients)
            sections.append(Section("targets", self.texts("report.section_targets"), tables=(table,)))
        return Built(tuple(sections), tuple(_empty(parts)))

    async def count_public(self, uow: UnitOfWork, period: Period, copies: Sequence[Sequence[PublishedMonth]]) -> Built:
        """Small figures hidden, of the whole province; what earlier copies have said of months stands.

        Raises NoPublicCopy.
        """
        sections, months = await PublicCopy(self.texts, self.settings.calendar).make(uow, period, copies)
        return Built(sections, months=months)

    def report(
        self,
        built: Built,
        period: Period,
        scope: Scope,
        now: datetime,
        *,
        kept: KeptReport | None = None,
        version: int = 1,
        audience: Audience = Audience.SUPERIOR,
        changes: tuple[str, ...] = (),
    ) -> KeptDocument:
        wording = self.wording
        report = Report(
            heading=self._heading(period, scope, audience, None),
            period=period,
            period_name=wording.period(period),
            scope_name=wording.scope(scope),
            audience=audience,
            version=version,
            state=ReportState.DRAFT,
            state_name="",
            made_at=now,
            due_on=self.settings.due_on(period),
            in_time=None,
            sections=built.sections,
            changes=changes,
            file_stem=wording.file_stem(period, scope, version, public=audience is Audience.PUBLIC),
        )
        document = KeptDocument(report, built.empty, built.months)
        return self.dressed(document, kept, now) if kept else self._named(document, now)

    def dressed(self, document: KeptDocument, kept: KeptReport, now: datetime) -> KeptDocument:
        """The same figures with what became of the report since: its state, its remarks, whether it was in time."""
        names = dict(document.empty)
        figures = {f"{table.key}.{row.key}" for table in tables_of(document.report.sections) for row in table.rows}
        remarks = tuple(
            self.texts("report.remark", figure=names[key], remark=text) if key in names else text
            for key, text in kept.remarks.items()
            if key in names or key not in figures  # what was empty in an earlier draft is not explained any more
        )
        in_time = kept.in_time(local_date(now))
        report = replace(document.report, state=kept.state, due_on=kept.due_on, in_time=in_time, remarks=remarks)
        if kept.locked_at is not None:
            dated = local_date(kept.locked_at)
            report = replace(report, heading=replace(report.heading, dated_on=dated))
        return self._named(replace(document, report=report), now, kept)

    def _named(self, document: KeptDocument, now: datetime, kept: KeptReport | None = None) -> KeptDocument:
        report, wording, texts = document.report, self.wording, self.texts
        state = wording.state(report.state)
        said = {
            "period": f"{report.period_name} ({wording.dates(report.period)})",
            "scope": report.scope_name,
            "audience": texts(f"report.audience_{report.audience}"),
            "version": texts("report.version", version=report.version, state=texts(f"report.state_{report.state}")),
            "made": wording.moment(report.made_at),
        }
        if report.due_on is not None:
            said["due"] = wording.day(report.due_on)
            said["in_time"] = wording.in_time(kept, local_date(now)) if kept else texts("report.in_time_open")
        facts = tuple(Fact(key, texts(f"report.fact_{key}"), value) for key, value in said.items())
        return replace(document, report=replace(report, state_name=state, facts=facts))

    def _heading(self, period: Period, scope: Scope, audience: Audience, dated_on: date | None) -> Heading:
        settings, wording = self.settings, self.wording
        key = "report.subject_public" if audience is Audience.PUBLIC else "report.subject"
        return Heading(
            superior=settings.superior,
            agency=settings.agency,
            number="",
            place=settings.place,
            dated_on=dated_on,
            title=self.texts("report.title"),
            subject=self.texts(key, period=wording.period(period), scope=wording.scope(scope)),
            sent_to=settings.sent_to,
            addressees=settings.addressees,
            signed_for=settings.signed_for,
            signer_title=settings.signer_title,
        )

    def _section(self, part: Part) -> Section:
        tables = tuple(table_of(measured, self.texts) for measured in part.measured)
        charts = tuple(chart for measured in part.measured if (chart := chart_of(measured)))
        return Section(part.key, part.title, part.paragraphs, tables, charts)

    def _summary(self, parts: Sequence[Part]) -> Section:
        """What the officer reads first, in sentences; the figures come from the tables below."""
        said = {line.key: line.values[NOW] for part in parts for lines in _lists(part.measured) for line in lines.lines}
        sentences = ["report.says_hotline"]
        if "end" in said:
            sentences.append("report.says_clients")
        words = {
            key.replace(".", "_"): self.texts("report.nothing") if value is None else write_count(int(value))
            for key, value in said.items()
        }
        return Section(
            "summary", self.texts("report.section_summary"), tuple(self.texts(key, **words) for key in sentences)
        )


def _lists(measured: Sequence[Measured]) -> list[Lines]:
    return [each for each in measured if isinstance(each, Lines)]


def _empty(parts: Sequence[Part]) -> list[tuple[str, str]]:
    return [
        (f"{lines.key}.{line.key}", line.label)
        for part in parts
        for lines in _lists(part.measured)
        for line in lines.lines
        if line.wanted and not line.values[NOW]
    ]


def tables_of(sections: Sequence[Section]) -> list[Table]:
    return [table for section in sections for table in section.tables]
