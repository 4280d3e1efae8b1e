"""`hotline report`: files of a report, its life from draft to correction, where a figure comes from, all rows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from db.session import Database
from domain.audit import Action
from domain.clock import local_date, utc_now
from domain.errors import HotlineError
from domain.periods import Calendar, Period
from domain.report import Audience, ReportState
from domain.report_objects import KeptReport, ReportUnknown, Scope
from domain.statistics import Days
from hotline.calendars import work_calendar
from hotline.config import Config
from hotline.databases import opened
from hotline.reporting import Reporting, create_reporting
from services.reporting.forms import Form
from services.reporting.listing import listing_columns, listing_row
from services.reporting.tracing import MOST_TRACED
from texts import Texts, vietnamese

Write = Callable[[str], None]
_EVERY_ROWS = 100_000
_WITH_ROWS = (Form.CSV, Form.EXCEL)


class FormUnknown(HotlineError):
    """There is no such form of a report."""

    text_key = "report_cli.form_unknown"


@dataclass(frozen=True, slots=True)
class Which:
    """A report as it is named on the command line; empty `scope` is the province."""

    period: str
    scope: str = ""


async def make(config: Config, which: Which, forms: str, out: Path, write: Write, *, public: bool) -> None:
    """Writes the files. Raises PeriodUnreadable, ScopeUnknown, FormUnknown, NoPublicCopy; after the others are written,
    what kept one from being made.
    """
    wanted = _forms(forms)
    async with _opened(config) as opened:
        period, scope = await opened.named(which)
        now = utc_now()
        kept = await opened.reporting.desk.draft(period, scope, now)
        report = await opened.reporting.desk.read(kept, Audience.PUBLIC if public else Audience.SUPERIOR, now)
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
        failed: HotlineError | None = None
        for form in wanted:
            file = out / f"{report.file_stem}.{form}"
            try:
                file.write_bytes(await asyncio.to_thread(opened.reporting.render, report, form))
            except HotlineError as error:  # no LibreOffice, no chart: the other files are made all the same
                failed = failed or error
                continue
            write(opened.texts("report_cli.written", where=file))
        await opened.say_state(kept, write)
        if failed is not None:
            raise failed


async def show_list(config: Config, write: Write) -> None:
    """All versions of the last two years, newest period first."""
    async with _opened(config) as opened:
        calendar, today = opened.calendar, local_date(utc_now())
        async with opened.database.reading() as uow:
            reports = await uow.reports.list_between(
                calendar.year(today.year - 1).first, calendar.year(today.year + 1).last
            )
        for kept in reports:
            write(opened.line(kept))
        if not reports:
            write(opened.texts("report_cli.none"))


async def remark(config: Config, which: Which, key: str, said: str, write: Write) -> None:
    """Explains one empty figure, or with an empty key all of them."""
    async with _opened(config) as opened:
        kept = await opened.newest(which)
        async with opened.database.transaction() as uow:
            kept = await opened.reporting.desk.remark(uow, kept, key or None, said, utc_now(), None)
        await opened.say_state(kept, write)


async def complete(config: Config, which: Which, write: Write) -> None:
    async with _opened(config) as opened:
        kept = await opened.newest(which)
        async with opened.database.transaction() as uow:
            kept = await opened.reporting.desk.complete(uow, kept, utc_now(), None)
        await opened.say_state(kept, write)


async def reopen(config: Config, which: Which, write: Write) -> None:
    async with _opened(config) as opened:
        kept = await opened.newest(which)
        async with opened.database.transaction() as uow:
            kept = await opened.reporting.desk.open_again(uow, kept, utc_now(), None)
        await opened.say_state(kept, write)


async def lock(config: Config, which: Which, write: Write) -> None:
    async with _opened(config) as opened:
        kept = await opened.newest(which)
        await opened.say_state(await opened.reporting.desk.lock(kept.id, None, utc_now()), write)


async def correct(config: Config, which: Which, write: Write) -> None:
    """A new version of a locked report, and what it says differently."""
    async with _opened(config) as opened:
        kept = await opened.newest(which)
        now = utc_now()
        kept = await opened.reporting.desk.correct(kept.id, None, now)
        report = await opened.reporting.desk.read(kept, Audience.SUPERIOR, now)
        for change in report.changes:
            write(change)
        await opened.say_state(kept, write)


async def trace(config: Config, which: Which, table: str, row: str, write: Write) -> None:
    """The numbers of records and requests, or the codes of clients, behind a figure; stands in the audit trail."""
    async with _opened(config) as opened:
        period, scope = await opened.named(which)
        tracing = opened.reporting.tracing
        async with opened.database.transaction() as uow:
            traced = await tracing.trace(uow, period, scope, table, row, utc_now(), by=None)
        write(opened.texts("baocao.trace_none") if traced is None else tracing.say(traced, MOST_TRACED))


async def export(config: Config, which: Which, form: str, out: Path, write: Write) -> None:
    """All logged contacts of a period, a row each, without notes; a million of them takes no more memory than one page.

    Raises FormUnknown: only csv and xlsx have rows.
    """
    from reports.listing import CsvListing, XlsxListing

    if form not in _WITH_ROWS:
        raise FormUnknown(forms=", ".join(_WITH_ROWS))
    async with _opened(config) as opened:
        period, scope = await opened.named(which)
        now, texts = utc_now(), opened.texts
        columns = listing_columns(texts)
        await asyncio.to_thread(out.mkdir, parents=True, exist_ok=True)
        wording = opened.reporting.desk.builder.wording
        file = out / f"danh-sach-{wording.where_and_when(period, scope)}.{form}"
        title = wording.period(period)
        opening = CsvListing(file, columns) if form == Form.CSV else XlsxListing(file, columns, title)
        async with opened.database.reading() as uow:
            await uow.statistics.freeze()
            communes = await opened.reporting.desk.builder.communes_of(uow, scope)
            whole = await uow.statistics.count_rows(Days.of(period), communes)
            written = 0
            with opening as listing:
                async for page in uow.statistics.pages(Days.of(period), communes):
                    listing.write(listing_row(row, texts) for row in page)
                    if written // _EVERY_ROWS != (written + len(page)) // _EVERY_ROWS:
                        write(texts("report_cli.progress", done=written + len(page), whole=whole))
                    written += len(page)
        async with opened.database.transaction() as uow:
            uow.audit.add(Action.REPORT_EXPORTED, now, details=f"{period.code} {written}")
        write(texts("report_cli.exported", count=written, where=file))


def _forms(forms: str) -> list[Form]:
    named = [each.strip().lower() for each in forms.split(",") if each.strip()]
    if not named or any(each not in set(Form) for each in named):
        raise FormUnknown(forms=", ".join(Form))
    return [Form(each) for each in named]


@dataclass(frozen=True, slots=True)
class _Opened:
    database: Database
    reporting: Reporting
    texts: Texts

    @property
    def calendar(self) -> Calendar:
        return self.reporting.desk.builder.settings.calendar

    async def named(self, which: Which) -> tuple[Period, Scope]:
        async with self.database.reading() as uow:
            scope = await self.reporting.desk.builder.scope_of(uow, which.scope)
        return self.calendar.parse(which.period, local_date(utc_now())), scope

    async def newest(self, which: Which) -> KeptReport:
        """Raises ReportUnknown."""
        period, scope = await self.named(which)
        async with self.database.reading() as uow:
            kept = await uow.reports.find_latest(period, scope.communes)
        if kept is None:
            raise ReportUnknown
        return kept

    def line(self, kept: KeptReport) -> str:
        wording = self.reporting.desk.builder.wording
        return self.texts(
            "report_cli.line",
            code=kept.period.code,
            period=wording.period(kept.period),
            scope=wording.scope(Scope(kept.communes)),
            version=kept.version,
            state=self.texts(f"report.state_{kept.state}"),
            due=wording.day(kept.due_on) if kept.due_on else self.texts("report.nothing"),
            in_time=wording.in_time(kept, local_date(utc_now())),
        )

    async def say_state(self, kept: KeptReport, write: Write) -> None:
        write(self.line(kept))
        if kept.state is ReportState.DRAFT:
            async with self.database.reading() as uow:
                empty = await self.reporting.desk.empty_figures(uow, kept)
            for key, name in empty:
                write(self.texts("report_cli.empty", figure=key, name=name))


@asynccontextmanager
async def _opened(config: Config) -> AsyncIterator[_Opened]:
    """Beside a running hotline too: counting takes no lock, keeping is one short transaction."""
    texts, workdays = vietnamese(), work_calendar(config.calendar)
    async with opened(config) as database:
        yield _Opened(database, create_reporting(database, texts, config.hotline, config.reports, workdays), texts)
