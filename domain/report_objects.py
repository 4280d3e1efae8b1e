"""A report as an object with a life: drafted, completed, locked, corrected by a new version."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from domain.clock import local_date
from domain.errors import HotlineError
from domain.models import Contact
from domain.periods import Period
from domain.report import ReportState


@dataclass(frozen=True, slots=True)
class Scope:
    """What a report is about. `communes` empty: the whole province. `name`: in words, empty for the province."""

    communes: frozenset[str] = frozenset()
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewReport:
    """made_by: a number of staff; None is the command line or the program itself. document: as it is kept."""

    period: Period
    communes: frozenset[str]
    version: int
    made_by: int | None
    made_at: datetime
    due_on: date | None
    document: bytes
    remarks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class KeptReport:
    """One version of a report, without its document. `remarks`: by the figure that they explain."""

    id: int
    version: int
    state: ReportState
    period: Period
    communes: frozenset[str]
    made_by: int | None
    made_at: datetime
    completed_by: int | None
    completed_at: datetime | None
    locked_by: int | None
    locked_at: datetime | None
    due_on: date | None
    remarks: Mapping[str, str]

    def in_time(self, today: date) -> bool | None:
        """Whether it was locked by the day on which it was due; None while that is open, or nothing is due."""
        if self.due_on is None:
            return None
        if self.locked_at is not None:
            return local_date(self.locked_at) <= self.due_on
        return False if today > self.due_on else None


@dataclass(frozen=True, slots=True)
class ReportOrder:
    """A file that somebody of the staff waits for."""

    id: int
    contact: Contact
    staff: int
    wanted: str


class ReportUnknown(HotlineError):
    """There is no such report in the scope of whoever asks."""

    text_key = "report.unknown"


class ReportDamaged(HotlineError):
    """The kept document is not the one that was kept: somebody changed it outside the program."""

    text_key = "report.damaged"


class ReportLocked(HotlineError):
    """A locked report never changes; a correction is a new version."""

    text_key = "report.is_locked"


class ReportLockedAlready(HotlineError):
    """It has been locked before. `at`: when; `who`: by whom, in words."""

    text_key = "report.locked_already"


class ReportNotComplete(HotlineError):
    """Only a complete report can be locked."""

    text_key = "report.not_complete"


class ReportStillOpen(HotlineError):
    """What is not locked is changed as it is, without a new version. `version`, `state`: of the one that is open."""

    text_key = "report.still_open"


class PeriodRunning(HotlineError):
    """Figures of a period that is not over still grow: its report stays a draft. `last`: its last day."""

    text_key = "report.period_running"


class PeriodAhead(HotlineError):
    """A period that has not begun has nothing to report. `first`: its first day."""

    text_key = "report.period_ahead"


class DraftTooOld(HotlineError):
    """Counted before the period was over: it is to be counted once more. `last`: the period's last day."""

    text_key = "report.draft_too_old"


class RemarkMissing(HotlineError):
    """Figures are empty and nobody has said why. `figures`: their names, `count`: how many."""

    text_key = "report.remark_missing"


class NoPublicCopy(HotlineError):
    """There is no public copy of free dates: with overlapping ones small figures could be calculated."""

    text_key = "report.no_public_copy"


class ScopeUnknown(HotlineError):
    """No commune or unit of this name is known."""

    text_key = "report.scope_unknown"
