"""Reports from the settings: the calendar, what stands around them, and the forms that they can take."""

from __future__ import annotations

from dataclasses import dataclass

from db.session import Database
from domain.periods import Calendar
from domain.report import Report
from domain.report_targets import Target
from hotline.calling import opening_hours
from hotline.config import CallbacksConfig, HotlineConfig, ReportsConfig
from reports.formats import FORMATS
from services.reporting.building import ReportBuilder
from services.reporting.clock import ReportClock
from services.reporting.desk import ReportDesk
from services.reporting.forms import Form
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


def create_reporting(
    database: Database, texts: Texts, agency: HotlineConfig, settings: ReportsConfig, calling: CallbacksConfig
) -> Reporting:
    builder = ReportBuilder(texts, report_settings(agency, settings, calling))
    desk = ReportDesk(database, builder)

    def render(report: Report, form: Form) -> bytes:
        return FORMATS[form](report, texts)

    orders = ReportOrders(database, desk, render, texts)
    return Reporting(desk, orders, ReportClock(database, desk, texts), Tracing(builder, texts))


def report_settings(agency: HotlineConfig, settings: ReportsConfig, calling: CallbacksConfig) -> ReportSettings:
    hours = opening_hours(calling)
    return ReportSettings(
        calendar=Calendar(settings.cut_day),
        agency=agency.agency,
        superior=settings.superior,
        place=settings.place or agency.province,
        addressees=settings.addressees,
        signed_for=settings.signed_for,
        signer_title=settings.signer_title,
        due_working_days=settings.due_working_days,
        remind_days=settings.remind_days,
        drafts=frozenset(settings.drafts),
        targets=tuple(Target(each.measure, each.percent, each.source) for each in settings.targets),
        units=settings.units,
        is_working=lambda day: day.weekday() < 5 and not hours.is_off(day),
    )
