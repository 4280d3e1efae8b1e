"""People after rehabilitation, known by a code. Their names stay in the agency's own register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from domain.contact_records import Sex
from domain.errors import HotlineError


class LegalGround(StrEnum):
    """Why somebody is under management after rehabilitation (Luật 120/2025/QH15, Điều 42)."""

    VOLUNTARY = "voluntary"
    SUBSTITUTION = "substitution"
    MINOR = "minor"
    """Aged 12 to 17, finished a compulsory decision."""
    COMPULSORY = "compulsory"
    """From 18 on."""
    BEFORE_LAW = "before_law"
    """Finished before 2026-07-01: the duration stands in the decision of that time, nothing here computes it."""


class ClientState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class PauseReason(StrEnum):
    PRISON = "prison"
    """The rest of the time runs after it (khoản 1 Điều 47 Luật 120/2025)."""
    ABSENT = "absent"
    """Away without notice: does not count (điểm a khoản 1 Điều 136 Nghị định 163/2026)."""
    AWAY = "away"
    """Away with notice: the time goes on, only nobody can be met."""
    ASKED = "asked"
    """Asked not to be contacted by the volunteer; what the law asks of the police goes on."""


class EndReason(StrEnum):
    """Why a name comes off the list (khoản 4 Điều 48 Luật 120/2025)."""

    COMPLETED = "completed"
    MOVED = "moved"
    REHABILITATION = "rehabilitation"
    DIED = "died"
    """Or declared missing by a court."""


class EndsReason(StrEnum):
    """Where the end date in force comes from."""

    ARTICLE_42_1 = "article_42_1"
    ARTICLE_42_2 = "article_42_2"
    DECISION = "decision"
    """The date written in the decision."""
    PRISON = "prison"
    ABSENT = "absent"


MOVES_END = frozenset({PauseReason.PRISON, PauseReason.ABSENT})


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when. All three are kept: what article 42 gives, what the decision says, and what is in force.

    computed_on: None for BEFORE_LAW. given_on: None when no date was entered.
    ends_on: the last day under management. reason: what moved it last, or where it comes from.
    """

    computed_on: date | None
    given_on: date | None
    ends_on: date
    reason: EndsReason


@dataclass(frozen=True, slots=True)
class Client:
    """One person after rehabilitation.

    start_on: the day rehabilitation was finished. decided_on, decision: of the management decision.
    state_on: since which day `state` holds; `state_reason`: a PauseReason or EndReason, empty while active.
    volunteer: the number of the volunteer who is assigned now; None when nobody is.
    """

    id: int
    code: str
    ground: LegalGround
    sex: Sex
    birth_year: int | None
    start_on: date
    decision: str
    decided_on: date | None
    terms: Terms
    state: ClientState
    state_reason: str
    state_on: date
    commune: str
    commune_code: str
    volunteer: int | None


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Who is assigned by decision. Stays the same when the phone is lost: accounts come and go beside it.

    number: ours. code: the agency's. staff: the account now in use, None when there is none.
    """

    number: int
    code: str
    staff: int | None


@dataclass(frozen=True, slots=True)
class Assignment:
    """From which day a volunteer has a client; `until` is the first day that is no longer theirs, None: still."""

    client_id: int
    volunteer: int
    from_on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Stay:
    """From which day a client is managed in a commune; `reason`: an EndReason, or empty while it lasts."""

    client_id: int
    commune: str
    from_on: date
    until: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Interruption:
    """A pause; `until` is the first day that counts again, None while it lasts."""

    reason: PauseReason
    from_on: date
    until: date | None


class Change(StrEnum):
    """What happened to a client, for the trail."""

    IMPORTED = "imported"
    CORRECTED = "corrected"
    ASSIGNED = "assigned"
    MOVED_IN = "moved_in"
    PAUSED = "paused"
    RESUMED = "resumed"
    ENDED = "ended"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class ClientChange:
    """A line of the trail. `by`: a number of staff, None is the command line. `detail`: words of the program."""

    client_id: int
    at: datetime
    by: int | None
    change: Change
    on: date
    detail: str


def code_key(code: str) -> str:
    """The same for the same code, however it is spaced and in whatever case."""
    return " ".join(code.split()).casefold()


class ClientUnknown(HotlineError):
    """There is no client of this code in the scope of whoever asks."""

    text_key = "clients.unknown"


class ClientEnded(HotlineError):
    """The management of this client is over; nothing can be planned or paused any more."""

    text_key = "clients.ended_already"


class ClientNotPaused(HotlineError):
    """Only what has been paused can be taken up again."""

    text_key = "clients.not_paused"


class ClientDayWrong(HotlineError):
    """The day is to come, or before what it is to end."""

    text_key = "clients.day_wrong"


class VolunteerUnknown(HotlineError):
    """Nobody is assigned under this code or number."""

    text_key = "clients.volunteer_unknown"
