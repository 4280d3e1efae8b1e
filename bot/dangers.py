"""Danger on its way through the intake, so that the worker of the same process makes way for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Dangers:
    """How many messages of danger have come since the start, and how many of them are through: stored, or given back
    because storing failed."""

    come: int = 0
    through: int = 0
