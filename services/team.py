"""The volunteers of an officer: who works, who cannot be reached and why, a new way in after a lost phone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from db.uow import UnitOfWork
from domain.clients import Volunteer, VolunteerUnknown
from domain.clock import local_date
from domain.staff import Role, Staff
from services import clients, staffing
from services.follow_up_lines import say_date
from services.staffing import Duty
from services.unreached import say_why
from texts import Texts


@dataclass(frozen=True, slots=True)
class Member:
    """clients: how many are assigned now. state: in words."""

    volunteer: Volunteer
    clients: int
    communes: frozenset[str]
    state: str


@dataclass(frozen=True, slots=True)
class Team:
    texts: Texts
    duty: Duty

    async def list(self, uow: UnitOfWork, staff: Staff, now: datetime) -> list[Member]:
        """Whoever is assigned to somebody in the scope of this officer, or works there, by code."""
        communes: dict[int, set[str]] = {}
        many: dict[int, int] = {}
        for client in await clients.list_in_scope(uow, staff):
            if client.volunteer is not None:
                communes.setdefault(client.volunteer, set()).add(client.commune)
                many[client.volunteer] = many.get(client.volunteer, 0) + 1
        accounts = {each.number: each for each in await uow.staff.list_working({Role.VOLUNTEER})}
        here = [
            each
            for each in await uow.volunteers.list_all()
            if each.number in communes or _works_here(staff, accounts.get(each.staff or 0))
        ]
        states = await self._states(uow, here, many, local_date(now))
        return sorted(
            (
                Member(each, many.get(each.number, 0), frozenset(communes.get(each.number, ())), states[each.number])
                for each in here
            ),
            key=lambda member: member.volunteer.code,
        )

    async def _states(
        self, uow: UnitOfWork, volunteers: Collection[Volunteer], many: dict[int, int], today: date
    ) -> dict[int, str]:
        numbers = [each.number for each in volunteers]
        accounts = await uow.mornings.accounts(numbers)
        away = {each.volunteer: each for each in await uow.volunteering.list_absent(today, numbers)}
        reasons = await uow.unreachable.find([each.contact.id for each in accounts.values()])
        states = {}
        for number in numbers:
            account, texts, count = accounts.get(number), self.texts, many.get(number, 0)
            if account is None:
                states[number] = texts("volunteer.team_no_account")
            elif not account.confident:
                states[number] = texts("volunteer.team_not_confident")
            elif reason := reasons.get(account.contact.id):
                states[number] = texts("volunteer.team_unreachable", why=say_why(texts, reason), count=count)
            elif absence := away.get(number):
                states[number] = texts("volunteer.team_away", last=say_date(absence.until_on, today))
            else:
                states[number] = texts("volunteer.team_working", count=count)
        return states

    async def member(self, uow: UnitOfWork, staff: Staff, number: int, now: datetime) -> Member:
        """Raises VolunteerUnknown, also for somebody of another commune."""
        for member in await self.list(uow, staff, now):
            if member.volunteer.number == number:
                return member
        raise VolunteerUnknown

    async def invite(self, uow: UnitOfWork, staff: Staff, number: int, now: datetime) -> str:
        """A way in for this volunteer; shown once. Raises VolunteerUnknown."""
        member = await self.member(uow, staff, number, now)
        communes = staff.communes or member.communes
        return await staffing.invite_volunteer(uow, member.volunteer.code, communes, now, inviter=staff)

    async def phone_is_lost(self, uow: UnitOfWork, staff: Staff, number: int, now: datetime) -> str:
        """The old account is a stranger from now on; a new way in. Every contact stays where it counts.

        Raises VolunteerUnknown.
        """
        member = await self.member(uow, staff, number, now)
        if member.volunteer.staff is not None:
            await self.duty.shut_out(uow, member.volunteer.staff, now, by=staff.number)
        return await self.invite(uow, staff, number, now)


def _works_here(officer: Staff, account: Staff | None) -> bool:
    """account: None for a volunteer who has none; of those only somebody without a scope is told."""
    if not officer.communes:
        return True
    return account is not None and any(clients.covers(officer, each) for each in account.communes)
