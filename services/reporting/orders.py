"""Files for the chat: ordered by a press, made outside of the conversation, sent through the outbox.

A report over many rows takes seconds; while a handler runs, others would wait for it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

import structlog

from db.session import Database
from db.uow import UnitOfWork
from domain.audit import Action
from domain.clock import local_date
from domain.errors import HotlineError
from domain.models import Choice, Contact, Document, Letter, Priority
from domain.report import Audience, Report, ReportState
from domain.report_objects import KeptReport, ReportOrder
from domain.staff import NotAllowed, Right, Staff, StaffUnknown
from services.reporting.desk import ReportDesk
from services.reporting.forms import Form, Render, form_on
from texts import Texts

log = structlog.get_logger()
_AT_ONCE = 5
DO_PRESS = "rd"
"""Prefix of the buttons under a report: what to do with it."""


class Do(StrEnum):
    """What happens before the file is sent."""

    DRAFT = "draft"
    LOCK = "lock"
    CORRECT = "correct"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was ordered. `period`: as it is typed. `scope`: a name inside the own scope, empty for all of it.

    report: its number, when it is to be locked or corrected.
    """

    period: str
    form: Form
    audience: Audience = Audience.SUPERIOR
    scope: str = ""
    do: Do = Do.DRAFT
    report: int = 0


@dataclass(frozen=True, slots=True)
class ReportOrders:
    database: Database
    desk: ReportDesk
    render: Render
    texts: Texts

    async def order(self, uow: UnitOfWork, staff: Staff, contact: Contact, wanted: Wanted, now: datetime) -> None:
        """To be made as soon as this transaction is over. Raises NotAllowed, ScopeUnknown, PeriodUnreadable."""
        await self.desk.scope_within(uow, staff, wanted.scope)
        self.desk.builder.settings.calendar.parse(wanted.period, local_date(now))
        await uow.reports.order(contact, staff.number, json.dumps(asdict(wanted), ensure_ascii=False), now)

    async def run(self, now: datetime) -> list[int]:
        """Makes what is waited for; returns the contacts who have been sent something."""
        async with self.database.reading() as uow:
            if not await uow.reports.has_orders():
                return []
        async with self.database.transaction() as uow:
            orders = await uow.reports.claim_orders(now, _AT_ONCE)
        return [order.contact.id for order in orders if await self._fill(order, now)]

    async def _fill(self, order: ReportOrder, now: datetime) -> bool:
        try:
            letter, report_id, form = await self._make(order, now)
        except StaffUnknown:  # gone meanwhile: nobody is told anything
            async with self.database.transaction() as uow:
                await uow.reports.finish_order(order.id)
            return False
        except HotlineError as error:
            letter, report_id, form = Letter(self.texts(error.text_key, **error.data)), None, ""
        except Exception as error:
            log.error("report.failed", exc_info=error)
            letter, report_id, form = Letter(self.texts("baocao.failed")), None, ""
        async with self.database.transaction() as uow:
            if not await uow.reports.finish_order(order.id):
                return False
            uow.outbox.add(order.contact, letter, now, priority=Priority.NOTICE)
            if report_id is not None:
                uow.audit.add(Action.REPORT_SENT, now, staff=order.staff, subject=report_id, details=form)
        return True

    async def _make(self, order: ReportOrder, now: datetime) -> tuple[Letter, int, str]:
        wanted = _read(order.wanted)
        async with self.database.reading() as uow:
            staff = await uow.staff.get(order.staff)
        if not staff.may(Right.REPORT):
            raise NotAllowed
        kept = await self._kept(wanted, staff, now)
        report = await self.desk.read(kept, wanted.audience, now)
        form = form_on(order.contact.channel, wanted.form)
        content = await asyncio.to_thread(self.render, report, form)
        document = Document(f"{report.file_stem}.{form}", content)
        async with self.database.reading() as uow:
            text, choices = await self.under(uow, kept, report, now)
        if form is not wanted.form:
            text = self.texts("baocao.other_form", form=form) + "\n" + text
        return Letter(text, choices, document=document, protect=False), kept.id, form

    async def _kept(self, wanted: Wanted, staff: Staff, now: datetime) -> KeptReport:
        match wanted.do:
            case Do.LOCK:
                return await self.desk.lock(wanted.report, staff, now)
            case Do.CORRECT:
                return await self.desk.correct(wanted.report, staff, now)
        async with self.database.reading() as uow:
            scope = await self.desk.scope_within(uow, staff, wanted.scope)
        period = self.desk.builder.settings.calendar.parse(wanted.period, local_date(now))
        return await self.desk.draft(period, scope, now, staff.number)

    async def under(
        self, uow: UnitOfWork, kept: KeptReport, report: Report, now: datetime
    ) -> tuple[str, tuple[Choice, ...]]:
        """The words under a file, and what can be done next; the command for each is the button's."""
        texts, wording = self.texts, self.desk.builder.wording
        lines = [
            texts("baocao.ready", period=report.period_name, scope=report.scope_name),
            texts("report.version", version=kept.version, state=texts(f"report.state_{kept.state}")),
        ]
        if kept.due_on is not None:
            due, in_time = wording.day(kept.due_on), wording.in_time(kept, local_date(now))
            lines.append(texts("baocao.due", due=due, in_time=in_time))
        empty = await self.desk.empty_figures(uow, kept) if kept.state is ReportState.DRAFT else []
        if empty:
            lines.append(texts("baocao.empty", count=len(empty)))
        doings = _doings(kept.state, has_empty=bool(empty))
        return "\n".join(lines), tuple(
            Choice(f"{place}. {texts(f'baocao.do_{doing}')}", f"{DO_PRESS}:{kept.id}:{doing}")
            for place, doing in enumerate(doings, 1)
        )


def _doings(state: ReportState, *, has_empty: bool) -> Sequence[str]:
    match state:
        case ReportState.DRAFT:
            return ("nothing_happened", "remark") if has_empty else ("complete",)
        case ReportState.COMPLETE:
            return "lock", "open_again"
    return ("correct",)


def _read(wanted: str) -> Wanted:
    said = json.loads(wanted)
    audience, do = Audience(said["audience"]), Do(said["do"])
    return Wanted(said["period"], Form(said["form"]), audience, said["scope"], do, said["report"])
