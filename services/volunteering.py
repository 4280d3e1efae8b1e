"""Volunteers at work: what they must accept first, whose contacts are theirs, and what they put off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.uow import UnitOfWork
from domain.clients import Client, ClientState, ClientUnknown, Volunteer
from domain.clock import local_date
from domain.contact_records import Condition, ContactRecord
from domain.follow_ups import FollowUp, FollowUpClosed, Result
from domain.models import Letter, Priority
from domain.rhythm import Rhythm
from domain.staff import Right, Staff
from domain.volunteering import LastDay, NotAssigned, NotConfident
from services import clients, follow_ups, records
from services.absences import Absences
from services.follow_up_lines import FollowUpLines, say_date
from services.follow_ups import Due, Recorded
from services.support import Support
from texts import Texts

_KEPT = timedelta(days=14)


async def volunteer_of(uow: UnitOfWork, staff: Staff) -> Volunteer:
    """Who this account belongs to. Raises NotAssigned; NotConfident: nothing about anybody is shown before that."""
    volunteer = await uow.volunteers.find_of_staff(staff.number)
    if volunteer is None:
        raise NotAssigned
    if (await uow.volunteering.duty(staff.number)).confident_at is None:
        raise NotConfident
    return volunteer


async def reach(uow: UnitOfWork, volunteer: Volunteer, today: date) -> set[int]:
    """Whose clients are this volunteer's today: the own ones, and those of whom one stands in for."""
    return {volunteer.number, *await uow.volunteering.list_stood_in_for(volunteer.number, today)}


@dataclass(frozen=True, slots=True)
class Volunteers:
    """What the handlers of volunteers call."""

    texts: Texts
    rhythm: Rhythm
    support: Support
    absences: Absences

    @property
    def lines(self) -> FollowUpLines:
        return FollowUpLines(self.texts)

    async def due(self, uow: UnitOfWork, volunteer: Volunteer, last: date, now: datetime) -> list[Due]:
        """What is open between today and that day, the most urgent first."""
        today = local_date(now)
        due = await follow_ups.due_between(uow, await reach(uow, volunteer, today), today, last)
        return sorted(due, key=lambda each: (each.follow_up.slot.latest_on, each.client.code))

    async def clients(self, uow: UnitOfWork, volunteer: Volunteer, now: datetime) -> list[Client]:
        """All whom one is to contact, of those stood in for too, by code."""
        whose = await reach(uow, volunteer, local_date(now))
        found = [await uow.clients.list_of(volunteer=each, states=(ClientState.ACTIVE,)) for each in sorted(whose)]
        return sorted((client for of_one in found for client in of_one), key=lambda client: client.code)

    async def client(self, uow: UnitOfWork, staff: Staff, client_id: int, now: datetime) -> Client:
        """A press is authorised here and not by its button: an own client, or for an officer one of the own communes.

        Raises ClientUnknown, NotAssigned, NotConfident.
        """
        if staff.may(Right.SEE_CLIENTS):
            return await clients.get(uow, staff, client_id)
        volunteer = await volunteer_of(uow, staff)
        client = await uow.clients.get(client_id)
        if client.volunteer not in await reach(uow, volunteer, local_date(now)):
            raise ClientUnknown
        return client

    async def open_one(self, uow: UnitOfWork, client: Client, follow_up_id: int, now: datetime) -> FollowUp:
        """Raises FollowUpClosed: recorded, cancelled, missed, or somebody else's meanwhile."""
        follow_up = await uow.follow_ups.get(follow_up_id)
        if not follow_up.is_open or follow_up.client_id != client.id or follow_up.slot.latest_on < local_date(now):
            raise FollowUpClosed
        return follow_up

    async def current(self, uow: UnitOfWork, client: Client, now: datetime) -> FollowUp | None:
        """The follow-up whose window is open today; None when nothing is planned for today."""
        today = local_date(now)
        mine = await uow.follow_ups.list_of_client(client.id)
        begun = [each for each in mine if each.is_open and each.slot.earliest_on <= today <= each.slot.latest_on]
        return min(begun, key=lambda each: each.slot.latest_on, default=None)

    async def record(
        self, uow: UnitOfWork, staff: Staff, client: Client, result: Result, now: datetime, *, on: date | None = None
    ) -> Recorded:
        """on: the local day; None is today. Raises ContactDayWrong."""
        return await follow_ups.record(uow, staff, client.id, result, now, on=on)

    async def put_off(self, uow: UnitOfWork, staff: Staff, client: Client, follow_up: FollowUp, now: datetime) -> bool:
        """To be said again on the next working morning; False when that is so already. Raises LastDay."""
        volunteer = await volunteer_of(uow, staff)
        tomorrow = self.rhythm.next_working_day(local_date(now))
        if follow_up.slot.latest_on < tomorrow:
            raise LastDay
        return await uow.reminders.put_off(client.id, follow_up.id, volunteer.number, tomorrow, now)

    async def remind_again(
        self, uow: UnitOfWork, staff: Staff, client: Client, follow_up: FollowUp, now: datetime
    ) -> bool:
        """Nobody was met: said again on the next working morning; False when the window is over by then, or an
        officer has entered it, for whom nobody is reminded.
        """
        if not staff.may(Right.BE_REMINDED):
            return False
        try:
            await self.put_off(uow, staff, client, follow_up, now)
        except LastDay:
            return False
        return True

    async def note_condition(
        self, uow: UnitOfWork, staff: Staff, record_id: int, value: str, now: datetime
    ) -> ContactRecord:
        """How the person was found; officers are told of somebody who has left, for there the law sets a date."""
        before = await records.mine(uow, staff, record_id, now)
        record = await records.change(uow, staff, record_id, "condition", value, now)
        if record.condition is Condition.LEFT and before.condition is not Condition.LEFT:
            await self._tell_left(uow, record, now)
        return record

    async def _tell_left(self, uow: UnitOfWork, record: ContactRecord, now: datetime) -> None:
        if record.client_id is None:
            return
        client = await uow.clients.get(record.client_id)
        who = await uow.volunteers.get(record.volunteer) if record.volunteer is not None else None
        day = say_date(record.happened_on, local_date(now))
        said = {"code": client.code, "commune": client.commune, "who": who.code if who else "-", "day": day}
        letter = Letter(self.texts("unreached.left", **said))
        for officer in await uow.staff.list_who_may(Right.BE_TOLD_OF_CLIENTS):
            if clients.covers(officer, client.commune):
                uow.outbox.add(
                    officer.contact,
                    letter,
                    self.rhythm.awake(now),
                    priority=Priority.NOTICE,
                    identity=f"left:{record.id}:{officer.number}",
                    lifetime=_KEPT,
                )

    async def correct(
        self, uow: UnitOfWork, staff: Staff, record_id: int, result: Result, now: datetime
    ) -> ContactRecord:
        """Another result, for a day. Raises RecordUnknown, NotAllowed; ClientUnknown: not a contact with a client."""
        record = await records.mine(uow, staff, record_id, now)
        return (await follow_ups.correct(uow, staff, record, result, now)).record

    async def withdraw(self, uow: UnitOfWork, staff: Staff, record_id: int, now: datetime) -> None:
        """Written by mistake: the follow-up is open again. Raises RecordUnknown, NotAllowed."""
        await records.withdraw(uow, staff, record_id, now)
