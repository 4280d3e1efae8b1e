"""Contacts with people after rehabilitation: what is due for whom, and writing down what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.uow import UnitOfWork
from domain.audit import Action
from domain.callbacks import Outcome
from domain.clients import Client, ClientUnknown
from domain.clock import local_date
from domain.communes import canonical
from domain.contact_records import AgeGroup, ContactRecord, NewContactRecord, Way, Who
from domain.follow_ups import ContactDayWrong, FollowUp, FollowUpState, Result
from domain.staff import Staff

EARLY = timedelta(days=3)
"""A contact so long before the window opens still counts for it: the volunteer was quicker than the reminder."""

_ADVANCED_AT_ONCE = 2000
_WAYS = {Result.VISITED: Way.VISIT, Result.PHONED: Way.PHONE, Result.NOT_MET: Way.VISIT}


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up with its client; `late`: the wished day is over, the window is not."""

    follow_up: FollowUp
    client: Client
    late: bool


@dataclass(frozen=True, slots=True)
class Recorded:
    """follow_up: what this contact closed; None when nothing was due, or nobody was met.

    new: False when the same press had come before; then nothing was written.
    """

    record: ContactRecord
    follow_up: FollowUp | None
    new: bool


async def advance(uow: UnitOfWork, now: datetime) -> None:
    """What has begun is due, what is over is missed; called before anything is sent, as often as one likes.

    So many at a time that a province needs no more memory than a village: the next call goes on.
    """
    today = local_date(now)
    await uow.follow_ups.make_missed(today, now, _ADVANCED_AT_ONCE)
    await uow.follow_ups.make_due(today, now, _ADVANCED_AT_ONCE)


async def due_between(uow: UnitOfWork, volunteers: set[int], first: date, last: date) -> list[Due]:
    """Open follow-ups whose window touches these days, by due day. volunteers: one, or also those one stands in for."""
    open_ones = await uow.follow_ups.list_open(first, last, volunteers=volunteers)
    clients = await uow.clients.list_by_id({each.client_id for each in open_ones})
    return [Due(each, clients[each.client_id], each.slot.due_on < first) for each in open_ones]


async def record(
    uow: UnitOfWork, staff: Staff, client_id: int, result: Result, now: datetime, *, on: date | None = None
) -> Recorded:
    """Writes a contact down and closes the follow-up that it belongs to; nobody met leaves it open.

    It counts as a contact of the volunteer whose account this is; what an officer enters, of whoever was assigned on
    that day, and who entered it stands in the trail.
    on: the local day of the contact; None is today. Whoever calls has checked that this client is theirs.

    Raises ContactDayWrong (the day is to come, or before the start).
    """
    client = await uow.clients.get(client_id)
    on = on or local_date(now)
    if not client.start_on <= on <= local_date(now):
        raise ContactDayWrong(start=f"{client.start_on:%d/%m/%Y}")
    own = await uow.volunteers.find_of_staff(staff.number)
    follow_up = await _belongs_to(uow, client, on)
    met = result is not Result.NOT_MET
    identity = _identity(client, result, on)
    record_id = await uow.contact_records.add(
        NewContactRecord(
            happened_on=on,
            recorded_at=now,
            way=_WAYS[result],
            staff_id=staff.number,
            outcome=Outcome.MET if met else Outcome.NO_ANSWER,
            topic=TOPIC,
            who=Who.PERSON,
            commune=canonical(follow_up.commune if follow_up else client.commune),  # as all contacts have it
            sex=client.sex,
            age_group=age_group(client, on),
            identity=identity,
            client_id=client.id,
            follow_up_id=follow_up.id if follow_up else None,
            volunteer=own.number if own else await _assigned_on(uow, client, on),
        )
    )
    if record_id is None:
        return Recorded(await uow.contact_records.get_identity(identity), None, new=False)
    if own is None:
        uow.audit.add(Action.CONTACT_ENTERED, now, staff=staff.number, subject=record_id, details=result)
    closed = await _close(uow, staff, client, record_id, on, now) if met else None
    return Recorded(await uow.contact_records.get_identity(identity), closed, new=True)


async def _assigned_on(uow: UnitOfWork, client: Client, on: date) -> int | None:
    """Whose client it was on that day; before anybody was assigned, whose it is now."""
    had = [each for each in await uow.clients.assignments([client.id]) if each.from_on <= on]
    lasting = [each.volunteer for each in had if each.until is None or on < each.until]
    return lasting[-1] if lasting else client.volunteer


TOPIC = "after.manager"


async def _belongs_to(uow: UnitOfWork, client: Client, on: date) -> FollowUp | None:
    """The follow-up whose window holds that day, a missed one too: it is only written down late. Else one soon."""
    follow_ups = await uow.follow_ups.list_of_client(client.id)
    wanted = [each for each in follow_ups if each.is_open or each.state is FollowUpState.MISSED]
    inside = [each for each in wanted if each.slot.earliest_on <= on <= each.slot.latest_on]
    soon = [each for each in wanted if each.is_open and on < each.slot.earliest_on <= on + EARLY]
    return min([*inside, *soon], key=lambda each: each.slot.due_on, default=None)


def age_group(client: Client, on: date) -> AgeGroup:
    if client.birth_year is None:
        return AgeGroup.UNKNOWN
    age = on.year - client.birth_year
    if age < 12:
        return AgeGroup.UNDER_12
    if age < 18:
        return AgeGroup.FROM_12
    return AgeGroup.FROM_18 if age < 30 else AgeGroup.FROM_30


def _identity(client: Client, result: Result, on: date) -> str:
    """One of a kind on a day: a second press of the same button writes nothing."""
    return f"client:{client.id}:{result}:{on}"


async def correct(uow: UnitOfWork, staff: Staff, record: ContactRecord, result: Result, now: datetime) -> Recorded:
    """Another result than was pressed: the follow-up is opened or closed as it says. Whoever calls has checked when.

    Raises ClientUnknown: not a contact with a client.
    """
    if record.client_id is None:
        raise ClientUnknown
    client = await uow.clients.get(record.client_id)
    met, was_met = result is not Result.NOT_MET, record.outcome == Outcome.MET
    values = {"way": _WAYS[result], "outcome": Outcome.MET if met else Outcome.NO_ANSWER}
    identity = _identity(client, result, record.happened_on)
    twice = await uow.contact_records.find_other(identity, record.id)  # two of a kind on that day: both did happen
    await uow.contact_records.change(record.id, **values, identity=None if twice else identity)
    if was_met and not met:
        await reopen_of(uow, record, staff, now)
    closed = await _close(uow, staff, client, record.id, record.happened_on, now) if met and not was_met else None
    uow.audit.add(Action.CORRECTED, now, staff=staff.number, subject=record.id, details=result)
    return Recorded(await uow.contact_records.find(record.id) or record, closed, new=True)


async def _close(
    uow: UnitOfWork, staff: Staff, client: Client, record_id: int, on: date, now: datetime
) -> FollowUp | None:
    """The follow-up that a contact of that day belongs to, closed by it; None when there is none."""
    found = await _belongs_to(uow, client, on)
    done = FollowUpState.DONE
    if found and await uow.follow_ups.close(found, done, now, by=staff.number, record_id=record_id, done_on=on):
        await uow.contact_records.change(record_id, follow_up_id=found.id)
        return found
    return None


async def withdraw(uow: UnitOfWork, record: ContactRecord, staff: Staff, now: datetime) -> None:
    """A record made by mistake is gone, and its follow-up is open again; both stand in the trail."""
    await reopen_of(uow, record, staff, now)
    await uow.contact_records.delete(record.id)
    await uow.erasures.add("contact_records", [record.id], now)
    uow.audit.add(Action.CORRECTED, now, staff=staff.number, subject=record.id, details="withdrawn")


async def reopen_of(uow: UnitOfWork, record: ContactRecord, staff: Staff, now: datetime) -> None:
    if record.follow_up_id is None:
        return
    follow_up = await uow.follow_ups.get(record.follow_up_id)
    if follow_up.record_id == record.id:
        await uow.follow_ups.reopen(follow_up, now, by=staff.number, reason="corrected")
        await advance(uow, now)
