"""Until when somebody is under management: article 42 of Luật 120/2025/QH15, and what moves that day."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import date, timedelta

from domain.clients import MOVES_END, EndsReason, Interruption, LegalGround, PauseReason, Terms
from domain.errors import HotlineError

LAW_IN_FORCE_ON = date(2026, 7, 1)
"""Điều 55 Luật 120/2025/QH15."""

_YEARS = {
    LegalGround.VOLUNTARY: (1, EndsReason.ARTICLE_42_1),
    LegalGround.SUBSTITUTION: (1, EndsReason.ARTICLE_42_1),
    LegalGround.MINOR: (1, EndsReason.ARTICLE_42_1),
    LegalGround.COMPULSORY: (2, EndsReason.ARTICLE_42_2),
}


class EndDateMissing(HotlineError):
    """For somebody who finished before the law came into force only the decision says until when."""

    text_key = "clients.end_date_missing"


def add_months(day: date, months: int) -> date:
    """The same day of a later month; its last one where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def computed_end(ground: LegalGround, start_on: date) -> date | None:
    """The last day by article 42: the day of the same name one or two years later. None for BEFORE_LAW."""
    if ground is LegalGround.BEFORE_LAW:
        return None
    return add_months(start_on, 12 * _YEARS[ground][0])


def moved_by(day: date, interruptions: Iterable[Interruption]) -> tuple[date, PauseReason | None]:
    """A day of the term, later by the time that does not count; and what moved it last.

    Prison: the rest runs afterwards (khoản 1 Điều 47 Luật 120/2025/QH15). Absence without notice does not count
    (điểm a khoản 1 Điều 136 Nghị định 163/2026/NĐ-CP). What is not over yet moves nothing yet.
    """
    reason = None
    for pause in sorted(interruptions, key=lambda each: each.from_on):
        if pause.reason in MOVES_END and pause.until is not None and pause.from_on <= day:
            lost = max(pause.until - pause.from_on, timedelta(0))
            day, reason = day + lost, pause.reason if lost else reason
    return day, reason


def terms_of(
    ground: LegalGround, start_on: date, given_on: date | None, interruptions: Iterable[Interruption] = ()
) -> Terms:
    """A date in the decision wins over the computed one; prison and absence without notice move either.

    Raises EndDateMissing.
    """
    computed_on = computed_end(ground, start_on)
    base = given_on or computed_on
    if base is None:
        raise EndDateMissing
    ends_on, moved = moved_by(base, interruptions)
    origin = EndsReason.DECISION if given_on else _YEARS[ground][1]
    return Terms(computed_on, given_on, ends_on, EndsReason(moved) if moved else origin)
