"""A wish to be called, or to be answered in the chat by a person; nobody's name belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.errors import HotlineError
from domain.models import Channel
from domain.opening import SafeTime, Window

NUMBER_LIFETIME = timedelta(days=30)
"""A number is erased this long after it was left, called or not (promise 5)."""

WARNED_BEFORE = timedelta(days=3)
"""The counsellor is warned this long before a number is erased unused (promise 5)."""

CLOSED_LIFETIME = timedelta(hours=20)
"""How long a closed request can still be reopened; then it is gone. Promise 5 says 24 hours: the rest is for ticks."""

NOTE_LIFETIME = timedelta(days=30)
"""The note of a logged contact is blanked after this time at the latest; the row stays."""

BACKUP_LIFETIME = timedelta(days=7)
"""No backup is kept or restored that is older."""

LEDGER_LIFETIME = BACKUP_LIFETIME + timedelta(days=2)
"""How long the ledger of erasures is kept: longer than any backup that holds what was erased."""

MOST_ATTEMPTS = 3
"""How often somebody who is not reached is tried."""

MOST_WRONG_CODES = 5
"""Wrong ticket codes of one contact in an hour; after that even the right one is refused for the rest of it."""

MOST_OPENED = 3
"""Requests of one contact in 24 hours: cancelling and asking anew included."""

CHECKED_AFTER = timedelta(minutes=15)
"""When somebody in danger is asked whether 115 or 113 was reached."""


class CallbackState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class Wish(StrEnum):
    """How the citizen wants to be reached: by phone, or by a person who writes in this chat."""

    PHONE = "phone"
    HERE = "here"


class IfOther(StrEnum):
    """What the caller says when somebody else picks up the phone."""

    NOTHING = "nothing"
    WRONG_NUMBER = "wrong_number"
    HOTLINE = "hotline"


class Outcome(StrEnum):
    """How it went. The last three close a request without a counsellor."""

    MET = "met"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"
    REFUSED = "refused"
    CANCELLED = "cancelled"
    ERASED = "erased"
    LAPSED = "lapsed"


class Event(StrEnum):
    """What staff is told about a request that was there or has just been made."""

    OPENED = "opened"
    TIME_CHANGED = "time_changed"
    NOTE_ADDED = "note_added"
    LINE_WRITTEN = "line_written"
    URGENT = "urgent"
    HELP_NOT_REACHED = "help_not_reached"
    CANCELLED = "cancelled"
    ERASED = "erased"
    EXPIRING = "expiring"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What a citizen has told us when a request is made.

    phone: E.164, only with `Wish.PHONE`.
    phone_digest: keyed hash of the number, so that one number has one open request.
    same_as: another open request for the same number that is called instead of this one; its owner learns nothing.
    """

    contact_id: int
    channel: Channel
    ticket_digest: bytes
    consent_id: int
    wish: Wish
    safe: SafeTime
    due: Window
    opened_at: datetime
    phone: str | None = None
    phone_digest: bytes | None = None
    if_other: IfOther = IfOther.NOTHING
    topic: str = ""
    commune: str = ""
    urgent: bool = False
    child: bool = False
    same_as: int | None = None


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A request as everybody on duty may see it: without number and without words.

    contact_id: None once the citizen has erased everything.
    due: the next time when a call is both safe and possible.
    attempts: calls so far.
    has_note: the citizen added words; `Revealed` has them.
    """

    id: int
    state: CallbackState
    wish: Wish
    channel: Channel
    contact_id: int | None
    opened_at: datetime
    left_at: datetime
    safe: SafeTime
    due: Window
    if_other: IfOther
    topic: str
    commune: str
    urgent: bool
    child: bool
    attempts: int
    has_note: bool
    same_as: int | None = None
    claimed_by: int | None = None
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    outcome: Outcome | None = None
    consent_id: int | None = None

    @property
    def erased_at(self) -> datetime:
        """When the number goes, if nothing happens before."""
        return self.left_at + NUMBER_LIFETIME

    def expires_soon(self, now: datetime) -> bool:
        """Whether the number goes unused within the next days."""
        return self.wish is Wish.PHONE and now >= self.erased_at - WARNED_BEFORE


@dataclass(frozen=True, slots=True)
class Revealed:
    """What only the counsellor who claimed a request sees.

    note: the citizen's words. risk_note: what the counsellor wrote about danger at home.
    """

    phone: str | None
    note: str
    risk_note: str


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a talk between a citizen and a counsellor through the bot."""

    id: int
    from_citizen: bool
    text: str
    written_at: datetime


class CallbackUnknown(HotlineError):
    """There is no such request, or no longer."""

    text_key = "callback.unknown"


class CallbackAlreadyOpen(HotlineError):
    """One open request per contact."""

    text_key = "callback.already_open"


class CallbackClosed(HotlineError):
    """Too late to change anything."""

    text_key = "callback.closed"


class CodeWrong(HotlineError):
    """No request has this ticket code."""

    text_key = "callback.code_wrong"


class TooManyWrongCodes(HotlineError):
    """So many wrong codes within an hour that even the right one is not looked up."""

    text_key = "callback.too_many_codes"


class TooManyRequests(HotlineError):
    """This contact, or everybody of its channel together, asked too often."""

    text_key = "callback.too_many"


class NumberBlocked(HotlineError):
    """Whoever answers at this number does not want to be called, or this contact misused the hotline."""

    text_key = "callback.blocked"


class PhoneUnclear(HotlineError):
    """No phone number, or one that cannot exist."""

    text_key = "callback.phone_unclear"


class TimeUnclear(HotlineError):
    """No time of day was found in what was typed."""

    text_key = "callback.time_unclear"


class TimeClosed(HotlineError):
    """Nobody is there at this time."""

    text_key = "callback.time_closed"


class LimitReached(HotlineError):
    """The talk through the bot has so many lines already."""

    text_key = "callback.too_many_lines"
