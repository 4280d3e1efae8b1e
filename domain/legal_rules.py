"""Which dates the law sets for a client, from what is known of the client."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, timedelta

from domain.clients import Client, EndReason, Interruption, LegalGround, PauseReason
from domain.legal_dates import LegalDateKind, NewLegalDate
from domain.terms import add_months, moved_by
from domain.workdays import ONE_DAY, WorkCalendar

_ADULT = 18
_CERTIFICATE_DAYS = 3
_REVIEW_MONTHS, _REVIEW_MONTHS_MINOR = 12, 6

LISTED_OFF = frozenset({*EndReason, PauseReason.PRISON}) - {EndReason.COMPLETED}
"""What takes a name off the list besides the end of the time (khoản 4 Điều 48 Luật 120/2025/QH15)."""

OF_THE_TERM = frozenset({LegalDateKind.MONITORING_REVIEW, LegalDateKind.CERTIFICATE})
"""Dates that hang on the end of the term, and stand still while that is not known."""


def is_minor(client: Client) -> bool:
    """By the ground, or by the year of birth where it is known; a year alone is read in favour of the younger age."""
    if client.ground is LegalGround.MINOR:
        return True
    return client.birth_year is not None and client.start_on.year - client.birth_year < _ADULT


def dates_of_term(
    client: Client, interruptions: Sequence[Interruption], calendar: WorkCalendar, known_on: date
) -> list[NewLegalDate]:
    """What is due because of the management itself.

    known_on: the day on which the client came into the program: what was due before is not brought up, except a
    decision that is still missing.
    """
    return [
        each
        for each in (*_at_start(client), *_review(client, interruptions), _certificate(client, calendar))
        if each.due_on >= known_on or (each.kind is LegalDateKind.DECISION and each.done_on is None)
    ]


def _at_start(client: Client) -> Iterator[NewLegalDate]:
    """Khoản 6, 7 Điều 42 Luật 120/2025; Điều 93, 94, 97, 123, 134 và điểm a khoản 2 Điều 16 Nghị định 163/2026."""
    start_on = client.start_on
    if client.ground is not LegalGround.BEFORE_LAW:
        done_on = (client.decided_on or start_on) if client.decision else None
        yield NewLegalDate(LegalDateKind.DECISION, start_on - ONE_DAY, start_on, done_on=done_on)
        yield NewLegalDate(LegalDateKind.ENTER_LIST, start_on, start_on)
    monitored_on = max(client.decided_on or start_on, start_on)
    kind = LegalDateKind.MONITORING_MINOR if is_minor(client) else LegalDateKind.MONITORING
    yield NewLegalDate(kind, monitored_on, monitored_on)


def _review(client: Client, interruptions: Collection[Interruption]) -> Iterator[NewLegalDate]:
    """Khoản 3 Điều 20 Nghị định 163/2026; who is managed for one year only has nothing left to be spared."""
    months = _REVIEW_MONTHS_MINOR if is_minor(client) else _REVIEW_MONTHS
    day, _ = moved_by(add_months(client.start_on, months), interruptions)
    if day < client.terms.ends_on:
        yield NewLegalDate(LegalDateKind.MONITORING_REVIEW, day, day)


def _certificate(client: Client, calendar: WorkCalendar) -> NewLegalDate:
    """Điều 138 Nghị định 163/2026: in the last three working days before the end."""
    ends_on = client.terms.ends_on
    from_on, due_on = calendar.before(ends_on, _CERTIFICATE_DAYS), calendar.before(ends_on, 1)
    return NewLegalDate(LegalDateKind.CERTIFICATE, from_on, due_on)


def dates_of_event(reason: EndReason | PauseReason, on: date) -> list[NewLegalDate]:
    """What is due because something happened to the client on that day."""
    dates = []
    if reason in LISTED_OFF:
        dates.append(NewLegalDate(LegalDateKind.LEAVE_LIST, on, on, occasion=f"{reason} {on}"))
    if reason is EndReason.MOVED:
        dates.append(_hand_over(on))
    return dates


def dates_of_move(on: date) -> tuple[list[NewLegalDate], list[NewLegalDate]]:
    """For the commune that is left and for the one that is moved to.

    Khoản 2 Điều 48 Luật 120/2025; điểm b khoản 1 Điều 136 Nghị định 163/2026.
    """
    left = [_hand_over(on), NewLegalDate(LegalDateKind.LEAVE_LIST, on, on, occasion=f"{EndReason.MOVED} {on}")]
    return left, [NewLegalDate(LegalDateKind.ASSIGN, on, on, occasion=str(on))]


def _hand_over(on: date) -> NewLegalDate:
    return NewLegalDate(LegalDateKind.HAND_OVER, on, on + timedelta(hours=24), occasion=str(on))
