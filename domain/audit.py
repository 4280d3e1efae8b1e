"""The trail of who saw and did what. Append only; each entry carries the hash of the one before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.errors import HotlineError


class Action(StrEnum):
    INVITED = "invited"
    JOINED = "joined"
    SHUT_OUT = "shut_out"
    DUTY_BEGUN = "duty_begun"
    DUTY_ENDED = "duty_ended"
    TAKEN = "taken"
    REVEALED = "revealed"
    RELEASED = "released"
    HANDED_OVER = "handed_over"
    CLOSED = "closed"
    TRIED = "tried"
    REOPENED = "reopened"
    RISK_NOTED = "risk_noted"
    CORRECTED = "corrected"
    CONFIDENCE_ACCEPTED = "confidence_accepted"
    IMPORTED = "imported"
    CONTACT_ENTERED = "contact_entered"
    CLIENT_CHANGED = "client_changed"
    REPORT_DRAFTED = "report_drafted"
    REPORT_REMARKED = "report_remarked"
    REPORT_COMPLETED = "report_completed"
    REPORT_REOPENED = "report_reopened"
    REPORT_LOCKED = "report_locked"
    REPORT_CORRECTED = "report_corrected"
    REPORT_SENT = "report_sent"
    REPORT_TRACED = "report_traced"
    REPORT_EXPORTED = "report_exported"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail. Knows staff by number and requests by id: nothing in it leads to a citizen.

    staff: None is the command line or the program itself. subject: a request, or a member of staff by number.
    details: a word of the program (a role, an outcome, a reason's key), never what anybody typed.
    """

    number: int
    at: datetime
    staff: int | None
    action: Action
    subject: int | None
    details: str


class AuditBroken(HotlineError):
    """The trail has been changed outside the program. `number` is the first entry that does not fit."""

    text_key = "audit.broken"
