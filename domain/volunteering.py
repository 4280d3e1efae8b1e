"""Volunteers at work: their duty of confidence, their absences, and whom they call when they need help at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.errors import HotlineError
from domain.models import Contact

LONGEST_ABSENCE_DAYS = 90
SUPPORT_PATIENCE = timedelta(minutes=10)
"""A call for help that nobody has answered by then reaches everybody who could."""

SUPPORT_LIFETIME = timedelta(days=2)
"""So long a call for help can be answered; then it is history."""


PUT_OFF = "tomorrow:"
"""How the kinds begin that stand for "remind me tomorrow"; the day follows."""


class Kind(StrEnum):
    """What is put out about a follow-up, each once."""

    FIRST = "first"
    AGAIN = "again"
    UNREACHED = "unreached"
    """The officer is told that nobody could be reminded."""

    @staticmethod
    def tomorrow(day: date) -> str:
        """What was put off to `day` by the volunteer; may come more than once, each time for another day."""
        return f"{PUT_OFF}{day.isoformat()}"


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a volunteer uses now; without the duty of confidence nothing is told to it."""

    volunteer: int
    staff: int
    contact: Contact
    confident_at: datetime | None

    @property
    def confident(self) -> bool:
        return self.confident_at is not None


@dataclass(frozen=True, slots=True)
class Reminder:
    """What is put out about a follow-up. client_id 0: about no single client, `follow_up_id` is a number of staff.

    letter_id: None while it stands in no letter.
    """

    client_id: int
    follow_up_id: int
    kind: str
    put_out_at: datetime
    volunteer: int | None = None
    letter_id: int | None = None


@dataclass(frozen=True, slots=True)
class PutOut:
    """A reminder as the ledger has it. letter_id: None while what was put off has not been said again."""

    follow_up_id: int
    kind: str
    put_out_at: datetime
    letter_id: int | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """A follow-up that officers are to know of."""

    id: int
    client_id: int
    volunteer: int | None
    commune: str
    earliest_on: date
    latest_on: date


@dataclass(frozen=True, slots=True)
class Moment:
    """What a morning goes by. first_before: a first reminder that was put out before is repeated now.

    today_began: the local midnight. next_on: the next working day.
    """

    day: date
    next_on: date
    today_began: datetime
    first_before: datetime
    again_before: datetime


@dataclass(frozen=True, slots=True)
class Duty:
    """What an account has been told and has done. staff: the number of the account.

    confident_at: when the duty of confidence was accepted; None: nothing about anybody is shown.
    practised_at: when the practice round was finished.
    """

    staff: int
    confident_at: datetime | None = None
    practised_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Absence:
    """A volunteer is away on these days, both included.

    deputy: the volunteer who was asked to step in; None: nobody. accepted_at: when the deputy agreed.
    """

    id: int
    volunteer: int
    from_on: date
    until_on: date
    deputy: int | None
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True)
class SupportCall:
    """Somebody needs help at once. asked_by, taken_by: the numbers of staff who called and who answered.

    volunteer: whose account that is; None for an officer. asked_by: None only in calls of an older version.
    """

    id: int
    client_id: int
    volunteer: int | None
    asked_by: int | None
    commune: str
    asked_at: datetime
    taken_by: int | None
    taken_at: datetime | None
    repeated_at: datetime | None


class NotConfident(HotlineError):
    """The duty of confidence has not been accepted by this account."""

    text_key = "volunteer.not_confident"


class NotAssigned(HotlineError):
    """This account belongs to no volunteer of the roster."""

    text_key = "volunteer.not_assigned"


class AbsenceWrong(HotlineError):
    """The days do not make an absence: in the past, the wrong way round, or too long."""

    text_key = "volunteer.absence_wrong"


class DeputyWrong(HotlineError):
    """This volunteer cannot step in: not working, away, or somebody else was asked meanwhile."""

    text_key = "volunteer.deputy_wrong"


class SupportUnknown(HotlineError):
    """There is no such call for help any more."""

    text_key = "support.unknown"


class LastDay(HotlineError):
    """Tomorrow is too late: the window ends today."""

    text_key = "volunteer.last_day"
