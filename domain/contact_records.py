"""A logged contact: that somebody was spoken with, about what, with which result. Nobody can be told from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Way(StrEnum):
    """How the contact came about; the first ones go through the bot."""

    CALLBACK = "callback"
    CHAT = "chat"
    PHONE = "phone"
    WALK_IN = "walk_in"
    VISIT = "visit"
    LETTER = "letter"


class Who(StrEnum):
    PERSON = "person"
    FAMILY = "family"
    OTHER = "other"
    UNKNOWN = "unknown"


class Sex(StrEnum):
    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


class AgeGroup(StrEnum):
    """Only if it was offered; nobody is asked for a year of birth."""

    UNDER_12 = "under_12"
    FROM_12 = "12_17"
    FROM_18 = "18_29"
    FROM_30 = "30_plus"
    UNKNOWN = "unknown"


class Condition(StrEnum):
    """How a person after rehabilitation was found; UNKNOWN: not said."""

    UNKNOWN = ""
    STEADY = "steady"
    WORRIED = "worried"
    USED_AGAIN = "used_again"
    LEFT = "left"


class Work(StrEnum):
    UNKNOWN = ""
    HAS = "has"
    SEEKS = "seeks"
    LEARNS = "learns"


class Referral(StrEnum):
    NONE = "none"
    POLICE = "police"
    HEALTH = "health"
    FACILITY = "facility"
    METHADONE = "methadone"
    LEGAL_AID = "legal_aid"
    CHILD = "child"
    EMERGENCY = "emergency"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class NewContactRecord:
    """What a counsellor enters. Empty strings and None: not offered, not asked.

    happened_on: the local day of the contact, which may be earlier than the day it is written down.
    channel: the channel of the bot, empty for what did not come through it.
    identity: makes an entry unique (a callback request's result, a row of an imported file); None for a press.
    minutes: how long it took. attempts: calls until then. waited_minutes: from the request, or from its first safe
    time if that was later, until somebody was met.
    note: words of the counsellor; sealed, and blanked when it is erased.
    client_id to work: of contacts with people after rehabilitation; `volunteer` is whose contact it counts as.
    """

    happened_on: date
    recorded_at: datetime
    way: Way
    staff_id: int | None
    outcome: str
    channel: str = ""
    topic: str = ""
    who: Who = Who.UNKNOWN
    commune: str = ""
    sex: Sex = Sex.UNKNOWN
    age_group: AgeGroup = AgeGroup.UNKNOWN
    referral: Referral = Referral.NONE
    minutes: int | None = None
    attempts: int = 1
    note: str = ""
    request_id: int | None = None
    identity: str | None = None
    client_id: int | None = None
    follow_up_id: int | None = None
    volunteer: int | None = None
    condition: Condition = Condition.UNKNOWN
    work: Work = Work.UNKNOWN
    waited_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class ContactRecord:
    """One row that counts, as it is kept for good. `has_note` is False once its note has been blanked."""

    id: int
    happened_on: date
    recorded_at: datetime
    way: Way
    staff_id: int | None
    outcome: str
    channel: str
    topic: str
    who: Who
    commune: str
    sex: Sex
    age_group: AgeGroup
    referral: Referral
    minutes: int | None
    attempts: int
    has_note: bool
    client_id: int | None = None
    follow_up_id: int | None = None
    volunteer: int | None = None
    condition: Condition = Condition.UNKNOWN
    work: Work = Work.UNKNOWN
    waited_minutes: int | None = None
