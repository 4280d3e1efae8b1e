"""What an agency enters once for its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from domain.periods import Calendar, Period, due_on
from domain.report_targets import Target
from domain.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class ReportSettings:
    """units: communes that report together, by the name of the unit. due_working_days: after the cut, at least one.

    drafts: the kinds of period for which a draft is made by itself the day after the cut.
    campaigns: what a link of a campaign carries -> its name in the report.
    remind_days: how many days before it is due officers are reminded.
    """

    calendar: Calendar = field(default_factory=Calendar)
    agency: str = ""
    superior: str = ""
    place: str = ""
    sent_to: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    signed_for: str = ""
    signer_title: str = ""
    due_working_days: int = 3
    remind_days: int = 1
    drafts: frozenset[str] = frozenset({"month", "quarter", "half", "nine_months", "year"})
    targets: tuple[Target, ...] = ()
    units: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    campaigns: Mapping[str, str] = field(default_factory=dict)
    workdays: WorkCalendar = field(default_factory=WorkCalendar)

    def due_on(self, period: Period) -> date:
        return due_on(period, self.due_working_days, self.workdays)
