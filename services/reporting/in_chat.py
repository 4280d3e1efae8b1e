"""Everything that the handlers of reports call, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from services.reporting.desk import ReportDesk
from services.reporting.orders import ReportOrders
from services.reporting.tracing import Tracing


@dataclass(frozen=True, slots=True)
class ReportsInChat:
    desk: ReportDesk
    orders: ReportOrders
    tracing: Tracing
