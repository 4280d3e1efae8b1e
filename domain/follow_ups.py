"""Planned contacts with people after rehabilitation, and how they went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.errors import HotlineError


class FollowUpState(StrEnum):
    PLANNED = "planned"
    DUE = "due"
    DONE = "done"
    MISSED = "missed"
    CANCELLED = "cancelled"


OPEN = frozenset({FollowUpState.PLANNED, FollowUpState.DUE})


class Method(StrEnum):
    VISIT = "visit"
    PHONE = "phone"
    ANY = "any"


class Result(StrEnum):
    """The first press under a client; the last one leaves the follow-up open."""

    VISITED = "visited"
    PHONED = "phoned"
    NOT_MET = "not_met"


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a plan, before it belongs to anybody. `number` counts from 1 within the client's whole time.

    earliest_on, latest_on: the window, both days included. hour: of the day, 0..23, wished.
    """

    number: int
    earliest_on: date
    due_on: date
    latest_on: date
    method: Method
    hour: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A planned contact.

    volunteer, commune: whose it is while it is open, and whose it counts as for good once it is closed.
    reason: why it is cancelled (a PauseReason, EndReason or "plan"), else empty.
    record_id: the contact record that closed it. done_on: the local day of that contact.
    told_at: when the officer was told that it is overdue or missed.
    """

    id: int
    client_id: int
    slot: Slot
    state: FollowUpState
    reason: str
    volunteer: int | None
    commune: str
    record_id: int | None
    done_on: date | None
    closed_at: datetime | None
    told_at: datetime | None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class FollowUpChange:
    """A line of the trail of one follow-up. `by`: a number of staff, None is the program."""

    follow_up_id: int
    at: datetime
    by: int | None
    before: FollowUpState
    after: FollowUpState
    reason: str


class ContactDayWrong(HotlineError):
    """A contact to come, or before the management began. `start`: its first day."""

    text_key = "follow_ups.day_wrong"


class FollowUpUnknown(HotlineError):
    """There is no such follow-up for whoever asks."""

    text_key = "follow_ups.unknown"


class FollowUpClosed(HotlineError):
    """It has been recorded, cancelled or missed meanwhile."""

    text_key = "follow_ups.closed"
