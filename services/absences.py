"""A volunteer goes away for some days: nobody reminds them, somebody may step in, officers know."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.uow import UnitOfWork
from domain.clients import Volunteer
from domain.clock import local_date
from domain.models import Letter, Priority
from domain.rhythm import Rhythm
from domain.staff import Right, Role
from domain.volunteering import LONGEST_ABSENCE_DAYS, Absence, AbsenceWrong, DeputyWrong
from services import clients
from services.follow_up_lines import say_date
from services.notices import notice
from texts import Texts

ACCEPT_PRESS = "vy"
_DAY = re.compile(r"(\d{1,2})\s*[/.]\s*(\d{1,2})(?:\s*[/.]\s*(\d{4}))?")
_KEPT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Absences:
    texts: Texts
    rhythm: Rhythm

    async def current(self, uow: UnitOfWork, volunteer: Volunteer, now: datetime) -> Absence | None:
        """The absence that lasts, or the next one."""
        absences = await uow.volunteering.list_absences(local_date(now), volunteer=volunteer.number)
        return absences[0] if absences else None

    async def begin(self, uow: UnitOfWork, volunteer: Volunteer, first: date, last: date, now: datetime) -> Absence:
        """Another absence of these days replaces what was said before. Raises AbsenceWrong."""
        today = local_date(now)
        if not today <= first <= last or (last - first).days >= LONGEST_ABSENCE_DAYS or (first - today).days > 366:
            raise AbsenceWrong
        for earlier in await uow.volunteering.list_absences(today, volunteer=volunteer.number):
            await uow.volunteering.end_absence(earlier.id, today - timedelta(days=1))
        absence_id = await uow.volunteering.add_absence(volunteer.number, first, last)
        absence = Absence(absence_id, volunteer.number, first, last, None, None)
        await self._tell_officers(uow, volunteer, self._said(absence, volunteer, now, "none"), now)
        return absence

    async def end(self, uow: UnitOfWork, volunteer: Volunteer, now: datetime) -> None:
        """Back: from today on everything goes on as usual."""
        for absence in await uow.volunteering.list_absences(local_date(now), volunteer=volunteer.number):
            await uow.volunteering.end_absence(absence.id, local_date(now) - timedelta(days=1))

    async def candidates(self, uow: UnitOfWork, volunteer: Volunteer, absence: Absence) -> list[Volunteer]:
        """Who could step in: works as a volunteer, has accepted the duty, covers the communes, and is not away too."""
        communes = {client.commune for client in await uow.clients.list_of(volunteer=volunteer.number)}
        working = [
            each
            for each in await uow.staff.list_working([Role.VOLUNTEER])
            if all(clients.covers(each, commune) for commune in communes)
        ]
        confident = await uow.volunteering.confident([each.number for each in working])
        away = {
            each.volunteer
            for each in await uow.volunteering.list_absences(absence.from_on)
            if each.from_on <= absence.until_on
        }
        unfit = away | {volunteer.number}
        able = [each for each in await uow.volunteers.list_all() if each.staff in confident]
        return sorted((each for each in able if each.number not in unfit), key=lambda each: each.code)

    async def ask(
        self, uow: UnitOfWork, volunteer: Volunteer, absence_id: int, deputy_number: int, now: datetime
    ) -> Volunteer:
        """Asks somebody to step in; until they agree nothing changes. Raises DeputyWrong."""
        absence = await self._own(uow, volunteer, absence_id)
        found = [each for each in await self.candidates(uow, volunteer, absence) if each.number == deputy_number]
        if not found or found[0].staff is None:
            raise DeputyWrong
        deputy = found[0]
        staff = await uow.staff.get(found[0].staff)
        await uow.volunteering.set_deputy(absence.id, deputy.number)
        many = len(await uow.clients.list_of(volunteer=volunteer.number))
        question = self.texts("volunteer.deputy_question", code=volunteer.code, count=many, **self._days(absence, now))
        letter = notice(
            question,
            (self.texts("volunteer.deputy_yes"), f"{ACCEPT_PRESS}:{absence.id}:1"),
            (self.texts("volunteer.deputy_no"), f"{ACCEPT_PRESS}:{absence.id}:0"),
        )
        uow.outbox.add(staff.contact, letter, self.rhythm.awake(now), priority=Priority.NOTICE, lifetime=_KEPT)
        return deputy

    async def answer(self, uow: UnitOfWork, deputy: Volunteer, absence_id: int, now: datetime, *, agreed: bool) -> None:
        """The deputy agrees or does not; whoever asked is told, and officers of a yes. Raises DeputyWrong."""
        absence = await uow.volunteering.find_absence(absence_id)
        if absence is None or absence.deputy != deputy.number or absence.until_on < local_date(now):
            raise DeputyWrong
        if agreed and not await uow.volunteering.accept(absence.id, deputy.number, now):
            raise DeputyWrong
        if not agreed:
            if absence.accepted_at is not None:
                raise DeputyWrong
            await uow.volunteering.set_deputy(absence.id, None)
        volunteer = await uow.volunteers.get(absence.volunteer)
        key = "volunteer.deputy_accepted" if agreed else "volunteer.deputy_declined"
        text = self.texts(key, code=deputy.code, **self._days(absence, now))
        if volunteer.staff is not None:
            staff = await uow.staff.get(volunteer.staff)
            awake = self.rhythm.awake(now)
            uow.outbox.add(staff.contact, Letter(text), awake, priority=Priority.NOTICE, lifetime=_KEPT)
        if agreed:
            said = self._said(absence, volunteer, now, "yes", deputy)
            await self._tell_officers(uow, volunteer, said, now)

    async def _own(self, uow: UnitOfWork, volunteer: Volunteer, absence_id: int) -> Absence:
        absence = await uow.volunteering.find_absence(absence_id)
        if absence is None or absence.volunteer != volunteer.number or absence.accepted_at is not None:
            raise DeputyWrong
        return absence

    def _said(
        self, absence: Absence, volunteer: Volunteer, now: datetime, state: str, deputy: Volunteer | None = None
    ) -> str:
        stands_in = self.texts(f"volunteer.away_deputy_{state}", code=deputy.code if deputy else "")
        said = self._days(absence, now) | {"code": volunteer.code, "deputy": stands_in}
        return self.texts("volunteer.away_for_officer", **said)

    def _days(self, absence: Absence, now: datetime) -> dict[str, str]:
        today = local_date(now)
        return {"first": say_date(absence.from_on, today), "last": say_date(absence.until_on, today)}

    async def _tell_officers(self, uow: UnitOfWork, volunteer: Volunteer, text: str, now: datetime) -> None:
        communes = {client.commune for client in await uow.clients.list_of(volunteer=volunteer.number)}
        for officer in await uow.staff.list_who_may(Right.BE_TOLD_OF_CLIENTS):
            if any(clients.covers(officer, each) for each in communes):
                awake = self.rhythm.awake(now)
                uow.outbox.add(officer.contact, Letter(text), awake, priority=Priority.NOTICE, lifetime=_KEPT)


def read_days(text: str, today: date) -> tuple[date, date]:
    """Reads "5/12 - 12/12" or "5/12 đến 12/12/2026", or one day. Raises AbsenceWrong."""
    found = [_day(match, today) for match in _DAY.finditer(text)]
    if not 1 <= len(found) <= 2:
        raise AbsenceWrong
    return found[0], found[-1]


def _day(match: re.Match[str], today: date) -> date:
    """Without a year the next such day."""
    number, month, year = match.groups()
    try:
        if year:
            return date(int(year), int(month), int(number))
        this_year = date(today.year, int(month), int(number))
        return this_year if this_year >= today else date(today.year + 1, int(month), int(number))
    except ValueError:
        raise AbsenceWrong from None
