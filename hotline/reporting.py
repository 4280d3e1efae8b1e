"""Reports from the settings: the calendar, what stands around them, and the forms that they can take."""

from __future__ import annotations

from dataclasses import dataclass

from db.session import Database
from domain.periods import Calendar
from domain.report import Report
from domain.report_targets import Target
from domain.workdays import WorkCalendar
from hotline.config import HotlineConfig, ReportsConfig
from services.reporting.building import ReportBuilder
from services.reporting.clock import ReportClock
from services.reporting.desk import ReportDesk
from services.reporting.forms import Form, Render
from services.reporting.in_chat import ReportsInChat
from services.reporting.orders import ReportOrders
from services.reporting.settings import ReportSettings
from services.reporting.tracing import Tracing
from texts import Texts


@dataclass(frozen=True, slots=True)
class Reporting:
    """Everything about reports, in one hand."""

    desk: ReportDesk
    orders: ReportOrders
    clock: ReportClock
    tracing: Tracing
    render: Render

    @property
    def in_chat(self) -> ReportsInChat:
        return ReportsInChat(self.desk, self.orders, self.tracing)


def create_reporting(
    database: Database, texts: Texts, agency: HotlineConfig, settings: ReportsConfig, workdays: WorkCalendar
) -> Reporting:
    builder = ReportBuilder(texts, report_settings(agency, settings, workdays))
    desk = ReportDesk(database, builder)

    def render(report: Report, form: Form) -> bytes:
        from reports.formats import FORMATS  # charts and Word take a second to load: only for who makes one

        return FORMATS[form](report, texts)

    orders = ReportOrders(database, desk, render, texts)
    return Reporting(desk, orders, ReportClock(database, desk, texts), Tracing(builder, texts), render)


def report_settings(agency: HotlineConfig, settings: ReportsConfig, workdays: WorkCalendar) -> ReportSettings:
    return ReportSettings(
        calendar=Calendar(settings.cut_day),
        agency=agency.agency,
        superior=settings.superior,
        place=settings.place or agency.province,
        sent_to=settings.sent_to,
        addressees=settings.addressees,
        signed_for=settings.signed_for,
        signer_title=settings.signer_title,
        due_working_days=settings.due_working_days,
        remind_days=settings.remind_days,
        drafts=frozenset(settings.drafts),
        targets=tuple(Target(each.measure, each.percent, each.source) for each in settings.targets),
        units=settings.units,
        campaigns=agency.campaigns,
        workdays=workdays,
    )
