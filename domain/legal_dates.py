"""Dates that the law sets the commune's officers, each with its article."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class LegalDateKind(StrEnum):
    """What is due. The article of each stands in the texts under `legal_dates.<kind>_basis`."""

    DECISION = "decision"
    ENTER_LIST = "enter_list"
    MONITORING = "monitoring"
    MONITORING_MINOR = "monitoring_minor"
    """Aged 12 to 17: only in certain cases, so it is to be looked at."""
    MONITORING_REVIEW = "monitoring_review"
    HAND_OVER = "hand_over"
    ASSIGN = "assign"
    """Somebody moved in: a new volunteer is to be assigned."""
    LEAVE_LIST = "leave_list"
    """Off the list because of something that happened: moved, prison, rehabilitation, death."""
    CERTIFICATE = "certificate"
    """And off the list, because the time is over."""


NO_PERIOD = frozenset(
    {LegalDateKind.ENTER_LIST, LegalDateKind.MONITORING_MINOR, LegalDateKind.ASSIGN, LegalDateKind.LEAVE_LIST}
)
"""To be done, but the law names no time for it: it is never called overdue."""


class LegalDateState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class LegalDate:
    """Something to be done for a client between two days, both included; it stays open until it is done.

    occasion: tells two of the same kind apart (the day of a move); empty for what comes once.
    commune: whose officers it is for. done_by: a number of staff.
    """

    id: int
    client_id: int
    kind: LegalDateKind
    occasion: str
    from_on: date
    due_on: date
    commune: str
    state: LegalDateState
    done_on: date | None
    done_by: int | None
    closed_at: datetime | None

    def is_overdue(self, today: date) -> bool:
        return self.state is LegalDateState.OPEN and self.due_on < today and self.kind not in NO_PERIOD


@dataclass(frozen=True, slots=True)
class NewLegalDate:
    """As the rules make it. `done_on`: it is known from the roster that this has been done."""

    kind: LegalDateKind
    from_on: date
    due_on: date
    occasion: str = ""
    done_on: date | None = None
