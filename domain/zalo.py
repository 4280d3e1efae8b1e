"""What binds us on Zalo, as pure decisions: the grant's life, the window in which we may speak, the night."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum, StrEnum, auto

from domain.clock import VIETNAM

GRANT_LIFETIME = timedelta(days=90)
"""A refresh token that is not used dies after three months (Zalo: OAuth v4); each use gives a new one."""

ASSUMED_ACCESS_LIFETIME = timedelta(hours=1)
"""Of an access token whose `expires_in` nobody told: the shortest lifetime that any source names."""

REFRESH_AT_SHARE = 0.8
"""Of its lifetime an access token is used before the next is fetched: 20 of 25 hours."""

REFRESH_IN_FLIGHT = timedelta(seconds=60)
"""So long another process's unfinished refresh is believed to be under way; longer than its HTTP timeout."""

_ENDING = timedelta(days=45)
_STALE = timedelta(hours=6)

FREE_WINDOW = timedelta(hours=48)
"""After the person's last interaction messages cost nothing."""

WINDOW = timedelta(days=7)
"""After the person's last interaction free text is accepted at all; then only approved templates."""

DAY_BEGINS, DAY_ENDS = time(6), time(22)
"""When a message that nobody asked for may arrive (Zalo blocks or silences it from 22:00 to 06:00)."""


@dataclass(frozen=True, slots=True)
class ZaloGrant:
    """The right to speak for one Official Account. The refresh token may be used once.

    access_ends_at: when the access token dies, as Zalo said. pending_at: a refresh was begun then and its outcome is
    not known. trouble: why the grant is dead, in Zalo's number; empty while it lives.
    """

    access_token: str
    refresh_token: str
    renewed_at: datetime
    access_ends_at: datetime
    pending_at: datetime | None = None
    trouble: str = ""

    def usable(self, now: datetime) -> bool:
        return bool(self.access_token) and now < self.access_ends_at

    def due(self, now: datetime) -> bool:
        """Whether the next pair should be fetched."""
        life = self.access_ends_at - self.renewed_at
        return not self.access_token or now >= self.renewed_at + life * REFRESH_AT_SHARE


class GrantAlarm(StrEnum):
    """What a human must look at, worst first."""

    NONE = "none"
    DEAD = "dead"
    UNFINISHED = "unfinished"
    ENDED = "ended"
    ENDING = "ending"
    STALE = "stale"


def alarm(grant: ZaloGrant | None, now: datetime) -> GrantAlarm:
    """STALE: a refresh is overdue by hours. ENDING: 45 of the 90 days have gone without one."""
    if grant is None:
        return GrantAlarm.NONE
    age = now - grant.renewed_at
    if grant.trouble:
        return GrantAlarm.DEAD
    if grant.pending_at is not None and now - grant.pending_at > REFRESH_IN_FLIGHT:
        return GrantAlarm.UNFINISHED
    if age > GRANT_LIFETIME:
        return GrantAlarm.ENDED
    if age > _ENDING:
        return GrantAlarm.ENDING
    if now > grant.access_ends_at + _STALE:
        return GrantAlarm.STALE
    return GrantAlarm.NONE


class Way(Enum):
    """How a planned message may go, the cheapest first."""

    FREE = auto()
    QUOTA = auto()
    TEMPLATE = auto()


def ways(now: datetime, interacted_at: datetime, *, has_template: bool) -> list[Way]:
    """The allowed ways of a planned message, cheapest first; empty: this person cannot be reached now."""
    silent = now - interacted_at
    allowed = [Way.FREE] if silent < FREE_WINDOW else [Way.QUOTA] if silent < WINDOW else []
    return [*allowed, Way.TEMPLATE] if has_template else allowed


def daytime(now: datetime) -> datetime:
    """`now` when it is day in Việt Nam, else six in the morning."""
    local = now.astimezone(VIETNAM)
    if DAY_BEGINS <= local.time() < DAY_ENDS:
        return now
    morning = local.replace(hour=DAY_BEGINS.hour, minute=0, second=0, microsecond=0)
    return (morning if local.time() < DAY_BEGINS else morning + timedelta(days=1)).astimezone(now.tzinfo)
