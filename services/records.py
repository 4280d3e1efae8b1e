"""Contacts outside the bot, written down: phone, walk-in, visit, letter; also for a colleague and an earlier day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from db.uow import UnitOfWork
from domain.audit import Action
from domain.callbacks import Outcome
from domain.clock import local_date
from domain.communes import canonical
from domain.contact_records import AgeGroup, Condition, ContactRecord, NewContactRecord, Referral, Sex, Way, Who, Work
from domain.errors import HotlineError
from domain.staff import NotAllowed, Right, Staff
from domain.topic_groups import TopicGroup
from services import follow_ups

CORRECTED_WITHIN = timedelta(hours=24)
LONGEST_NOTE = 500
_OF_THE_CLIENT = frozenset({"commune", "colleague", "topic", "who", "sex", "age", "day"})
"""What a contact with a client has from the client and its follow-up, or is known by: changed here, counts would no
longer add up, and a second contact of a day would be taken for the first."""

_ALIKE_WITHIN = timedelta(minutes=10)
_LONGEST_MINUTES = 480
_OLDEST = timedelta(days=366)


class RecordUnknown(HotlineError):
    """There is no such record, or it can no longer be corrected."""

    text_key = "record.unknown"


class RecordFieldWrong(HotlineError):
    """The value does not fit the field."""

    text_key = "record.field_wrong"


@dataclass(frozen=True, slots=True)
class Alike:
    """Nothing was written: one like it was written down a few minutes ago."""

    record: ContactRecord


async def write_down(uow: UnitOfWork, record: NewContactRecord, *, sure: bool) -> int | Alike:
    """Returns the record's number. One that looks like a double entry is written only when somebody is `sure`."""
    if not sure and (alike := await uow.contact_records.find_alike(record, record.recorded_at - _ALIKE_WITHIN)):
        return Alike(alike)
    written = await uow.contact_records.add(record)
    if written is None:
        raise RecordUnknown
    return written


def new_record(
    staff: Staff, way: Way, group: TopicGroup, who: Who, referral: Referral, now: datetime
) -> NewContactRecord:
    return NewContactRecord(
        happened_on=local_date(now),
        recorded_at=now,
        way=way,
        staff_id=staff.number,
        outcome=Outcome.MET,
        topic=group.topic,
        who=who,
        referral=referral,
        commune=next(iter(staff.communes)) if len(staff.communes) == 1 else "",
    )


async def mine(uow: UnitOfWork, staff: Staff, record_id: int, now: datetime) -> ContactRecord:
    """A record that this member may correct, for a day: an own one; with the right a colleague's in the own communes.

    Raises RecordUnknown, NotAllowed.
    """
    record = await uow.contact_records.find(record_id)
    if record is None or now - record.recorded_at > CORRECTED_WITHIN:
        raise RecordUnknown
    own = record.staff_id == staff.number
    if not own and not (staff.may(Right.RECORD_FOR_COLLEAGUE) and staff.covers(record.commune)):
        raise NotAllowed
    return record


async def change(uow: UnitOfWork, staff: Staff, record_id: int, field: str, value: str, now: datetime) -> ContactRecord:
    """Corrects one field, with an entry in the trail. Raises RecordUnknown, NotAllowed, RecordFieldWrong."""
    record = await mine(uow, staff, record_id, now)
    if record.client_id is not None and field in _OF_THE_CLIENT:
        raise RecordFieldWrong
    if field == "note":
        words = value.strip()[:LONGEST_NOTE]
        changed = replace(record, has_note=bool(words))
        await uow.contact_records.change(record_id, note=words.encode() or None)
        if record.has_note:  # no backup brings back the words that were wrong
            await uow.erasures.add("contact_records", [record_id], now)
    elif field == "colleague":
        if not staff.may(Right.RECORD_FOR_COLLEAGUE):
            raise NotAllowed
        changed = replace(record, staff_id=(await uow.staff.get(int(value))).number)
        await uow.contact_records.change(record_id, staff_id=changed.staff_id)
    else:
        column, read = _read(field, value, now)
        changed = replace(record, **{column: read})
        await uow.contact_records.change(record_id, **{column: read})
    uow.audit.add(Action.CORRECTED, now, staff=staff.number, subject=record_id, details=field)
    return changed


_CHOSEN: Mapping[str, tuple[str, type[StrEnum]]] = {
    "sex": ("sex", Sex),
    "age": ("age_group", AgeGroup),
    "who": ("who", Who),
    "referral": ("referral", Referral),
    "condition": ("condition", Condition),
    "work": ("work", Work),
}
"""Fields that are chosen from a list: their columns, and the list."""


def _read(field: str, value: str, now: datetime) -> tuple[str, Any]:
    """The column, and what is to stand in it."""
    try:
        if field in _CHOSEN:
            column, values = _CHOSEN[field]
            return column, values(value)
        match field:
            case "minutes":
                return "minutes", _within(int(value), 1, _LONGEST_MINUTES)
            case "topic":
                return "topic", TopicGroup(value).topic
            case "commune":
                return "commune", canonical(value)
            case "day":
                return "happened_on", read_day(value, local_date(now))
    except ValueError:
        raise RecordFieldWrong from None
    raise RecordFieldWrong


def _within(number: int, least: int, most: int) -> int:
    if not least <= number <= most:
        raise ValueError
    return number


def read_day(text: str, today: date) -> date:
    """ "0" is today, "1" yesterday and so on; or "19/11", "19/11/2026". Raises ValueError, also for a day to come."""
    text = text.strip()
    if text.isdigit() and int(text) <= _OLDEST.days:
        return today - timedelta(days=int(text))
    parts = [int(part) for part in text.replace("-", "/").split("/")]
    if len(parts) == 2:
        day = date(today.year, parts[1], parts[0])
        day = day if day <= today else date(today.year - 1, parts[1], parts[0])
    else:
        day = date(parts[2], parts[1], parts[0])
    if not today - _OLDEST <= day <= today:
        raise ValueError
    return day


async def withdraw(uow: UnitOfWork, staff: Staff, record_id: int, now: datetime) -> None:
    """Written by mistake: gone, except for the trail. Raises RecordUnknown, NotAllowed."""
    record = await mine(uow, staff, record_id, now)
    if record.client_id is not None:
        await follow_ups.withdraw(uow, record, staff, now)
        return
    if record.way in {Way.CALLBACK, Way.CHAT}:  # the result of a request: that is opened again instead
        raise NotAllowed
    await uow.contact_records.delete(record_id)
    await uow.erasures.add("contact_records", [record_id], now)
    uow.audit.add(Action.CORRECTED, now, staff=staff.number, subject=record_id, details="withdrawn")
