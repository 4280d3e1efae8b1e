"""What an agency is told to reach."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Measure(StrEnum):
    """What a target is about: a part of a whole."""

    MANAGED = "managed"
    """Of those under management at the end: with a volunteer named."""

    REACHED = "reached"
    """Of those who were under management in the period: contacted at least once."""

    VOLUNTARY = "voluntary"
    """Of those who came under management in the period: after voluntary rehabilitation or substitution treatment."""

    FOLLOWED = "followed"
    """Of the contacts planned for the period: made in time."""

    ANSWERED = "answered"
    """Of the callback requests of the period: met. For the whole province only."""


@dataclass(frozen=True, slots=True)
class Target:
    """At least `percent` of the whole. `source`: the document that sets it, as the agency entered it; may be empty."""

    measure: Measure
    percent: int
    source: str = ""
