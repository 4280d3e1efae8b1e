"""What is asked of the figures, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from domain.periods import Period

Values = tuple[int, ...]
"""One count for each span of days, in the order in which they were asked for."""


@dataclass(frozen=True, slots=True)
class Days:
    """Local days, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, period: Period) -> Days:
        return cls(period.first, period.last)


class ContactGroups(StrEnum):
    """By which columns logged contacts are grouped in one look at the table."""

    RESULT = "result"
    """way, outcome, referral"""

    PERSON = "person"
    """who, sex, age_group"""

    TOPIC = "topic"
    COMMUNE = "commune"


class Moment(NamedTuple):
    """weekday: 1 is Monday. hour: 0 to 23; None where nobody knows."""

    weekday: int
    hour: int | None


def add(*many: Values) -> Values:
    """Place by place; at least one is needed."""
    return tuple(sum(each) for each in zip(*many, strict=True))
