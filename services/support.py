""" "Cần hỗ trợ ngay": a volunteer, or an officer, needs help now.

At any hour, before every other letter, until somebody answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db.session import Database
from db.uow import UnitOfWork
from domain.clients import Client
from domain.clock import VIETNAM, local_date
from domain.models import Letter, Priority
from domain.staff import Right, Staff
from domain.volunteering import SUPPORT_LIFETIME, SUPPORT_PATIENCE, SupportCall
from services import clients
from services.notices import notice
from texts import Texts

TAKE_PRESS = "vs"


@dataclass(frozen=True, slots=True)
class Called:
    """told: how many were told. waiting: the same call of a moment ago, to which nobody has answered yet."""

    told: int
    waiting: SupportCall | None = None


@dataclass(frozen=True, slots=True)
class Support:
    """The letters name codes only and quote nobody: they may stand on a locked screen."""

    texts: Texts

    async def call(self, uow: UnitOfWork, staff: Staff, client: Client, now: datetime) -> Called:
        """Tells the officers of the commune and the counsellors on duty; when there is none, everybody who could help.

        A second press a moment later tells nobody a second time; whoever has waited in vain is heard again.
        """
        if waiting := await uow.volunteering.find_waiting(client.id, staff.number, now - SUPPORT_PATIENCE):
            return Called(0, waiting)
        volunteer = await uow.volunteers.find_of_staff(staff.number)
        number = volunteer.number if volunteer else None
        call = await uow.volunteering.add_support_call(client.id, staff.number, number, client.commune, now)
        helpers = await self._helpers(uow, staff)
        near = [each for each in helpers if clients.covers(each, client.commune)]
        told = [each for each in near if each.on_duty or not each.may(Right.BE_ON_DUTY)] or near or helpers
        who = volunteer.code if volunteer else self.called(staff)
        text = self.texts("support.called", who=who, code=client.code, commune=client.commune)
        self._post(uow, told, text, f"{call}", call, now)
        uow.counters.add(local_date(now), staff.contact.channel, "support.called", "")
        return Called(len(told))

    async def take(self, uow: UnitOfWork, staff: Staff, call_id: int, now: datetime) -> tuple[SupportCall, str]:
        """The first who answers has it, and whoever called is told at once; returns who that is, in words.

        Raises SupportUnknown.

        Compare `taken_by`: somebody else may have been faster.
        """
        call = await uow.volunteering.take_support_call(call_id, staff.number, now - SUPPORT_LIFETIME, now)
        who, caller = await self._caller(uow, call)
        if call.taken_by == staff.number and call.taken_at == now and caller is not None:
            letter = Letter(self.texts("support.answered", who=self.called(staff)), urgent=True)
            uow.outbox.add(caller.contact, letter, now, priority=Priority.DANGER)
        return call, who

    async def _caller(self, uow: UnitOfWork, call: SupportCall) -> tuple[str, Staff | None]:
        """Who called, and the account that is answered: of a volunteer the one used now; None: nobody any more."""
        if call.volunteer is not None:
            volunteer = await uow.volunteers.get(call.volunteer)
            return volunteer.code, await uow.staff.find_number(volunteer.staff) if volunteer.staff else None
        caller = await uow.staff.find_number(call.asked_by or 0)
        return self.called(caller) if caller else self.texts("staff.number", number=call.asked_by), caller

    def called(self, staff: Staff) -> str:
        """What staff are called among themselves, and what they do."""
        name = " ".join(filter(None, [self.texts("staff.number", number=staff.number), staff.name]))
        return f"{name} ({self.texts(f'staff.role_{staff.role}')})"

    async def tick(self, uow: UnitOfWork, now: datetime) -> list[int]:
        """Nobody has answered for ten minutes: everybody who could is told, once. Returns who was told."""
        told: list[int] = []
        for call in await uow.volunteering.claim_unanswered(now - SUPPORT_PATIENCE, now - SUPPORT_LIFETIME, now):
            (who, _), client = await self._caller(uow, call), await uow.clients.get(call.client_id)
            said = {"who": who, "code": client.code, "commune": call.commune}
            text = self.texts("support.called_again", at=f"{call.asked_at.astimezone(VIETNAM):%H:%M}", **said)
            helpers = await self._helpers(uow)
            self._post(uow, helpers, text, f"{call.id}:again", call.id, now)
            told += [each.contact.id for each in helpers]
        return told

    @staticmethod
    async def _helpers(uow: UnitOfWork, but: Staff | None = None) -> list[Staff]:
        return [each for each in await uow.staff.list_who_may(Right.ANSWER_SUPPORT) if each != but]

    def _post(self, uow: UnitOfWork, told: Sequence[Staff], text: str, identity: str, call: int, now: datetime) -> None:
        """Each once; with an identity a letter outlives its sending, so that a typed number can answer it."""
        letter = notice(text, (self.texts("support.take"), f"{TAKE_PRESS}:{call}"), urgent=True)
        for each in told:
            uow.outbox.add(
                each.contact,
                letter,
                now,
                priority=Priority.DANGER,
                identity=f"support:{identity}:{each.number}",
                lifetime=SUPPORT_LIFETIME,
            )


@dataclass(frozen=True, slots=True)
class SupportWatch:
    database: Database
    support: Support

    async def run(self, now: datetime) -> list[int]:
        """One transaction; a kill before its commit leaves everything due. Returns the contacts who have been told."""
        async with self.database.transaction() as uow:
            return await self.support.tick(uow, now)
