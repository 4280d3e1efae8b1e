"""What people ask and the hotline cannot answer yet: the editors' worklist, without anybody's words."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from services.questions import UNANSWERED

if TYPE_CHECKING:
    from db.uow import UnitOfWork

AT_LEAST = 5
"""A group of concepts is shown from so many occurrences up: what one person asked stays hidden."""


async def list_unanswered(uow: UnitOfWork, first: date, last: date) -> list[tuple[tuple[str, ...], int]]:
    """Groups of concepts that were declined between two days (both included), most frequent first."""
    total: Counter[tuple[str, ...]] = Counter()
    for (_, _, measure, concepts), value in (await uow.counters.list_between(first, last)).items():
        if measure == UNANSWERED:
            total[tuple(concepts.split("+"))] += value
    return sorted(((group, n) for group, n in total.items() if n >= AT_LEAST), key=lambda found: (-found[1], found[0]))
