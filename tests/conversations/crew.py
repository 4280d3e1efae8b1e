"""Clients with a plan, volunteers who work for them, and officers above, as the volunteers' tests need them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count

from db.uow import UnitOfWork
from domain.clients import Client, ClientState, EndsReason, LegalGround, Terms
from domain.clock import VIETNAM, local_date
from domain.contact_records import Sex
from domain.follow_ups import FollowUp, Method, Slot
from domain.ids import new_id
from domain.staff import Role
from hotline.wiring import Product
from services import staffing
from tests.citizen import Citizen, Printed, TerminalCitizen
from texts import vietnamese

THURSDAY = datetime(2026, 12, 3, 7, 30, tzinfo=VIETNAM)
COMMUNE = "Phường Ba Đình"
texts = vietnamese()
_codes = count(1)


def window(first: date, days: int, number: int = 1, method: Method = Method.ANY) -> Slot:
    return Slot(number, first, first + timedelta(days=days // 2), first + timedelta(days=days - 1), method, 9)


async def add_client(
    uow: UnitOfWork,
    code: str,
    volunteer: int | None,
    slots: Sequence[Slot],
    now: datetime,
    *,
    commune: str = COMMUNE,
) -> Client:
    start = local_date(now) - timedelta(days=30)
    terms = Terms(start + timedelta(days=365), None, start + timedelta(days=365), EndsReason.ARTICLE_42_1)
    client = Client(
        new_id(),
        code,
        LegalGround.VOLUNTARY,
        Sex.MALE,
        1990,
        start,
        "12/QD-UBND",
        start,
        terms,
        ClientState.ACTIVE,
        "",
        start,
        commune,
        "00001",
        volunteer,
    )
    await uow.clients.add(client, now)
    await uow.follow_ups.add(client.id, slots, volunteer, commune)
    return client


@dataclass
class Crew:
    """A commune's people. Time is the product's clock; the clockwork is wound by hand: `morning`."""

    product: Product
    printed: Printed
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def today(self) -> date:
        return local_date(self.product.clock())

    async def volunteer(self, code: str = "") -> tuple[str, int]:
        """Somebody who is assigned and has no account yet; code and number."""
        code = code or f"TNV-{next(_codes):02}"
        async with self.product.database.transaction() as uow:
            found = await uow.volunteers.find(code) or await uow.volunteers.add(code, self.product.clock())
        return code, found.number

    async def client(
        self, code: str, volunteer: int | None, *slots: Slot, commune: str = COMMUNE, listed_days_ago: int = 30
    ) -> Client:
        now = self.product.clock() - timedelta(days=listed_days_ago)
        async with self.product.database.transaction() as uow:
            return await add_client(uow, code, volunteer, slots, now, commune=commune)

    async def invitation(self, code: str, *communes: str) -> str:
        async with self.product.database.transaction() as uow:
            invited = await staffing.invite_volunteer(uow, code, communes or (COMMUNE,), self.product.clock())
        return staffing.shown(invited)

    async def joins(self, person: Citizen, code: str, *communes: str) -> None:
        """With the duty of confidence accepted; the practice round left out."""
        await person.says(await self.invitation(code, *communes))
        await person.presses(texts("volunteer.accept_duty"))

    async def officer(self, *communes: str) -> TerminalCitizen:
        return await self.staff(Role.OFFICER, *communes)

    async def staff(self, role: Role, *communes: str) -> TerminalCitizen:
        async with self.product.database.transaction() as uow:
            code = await staffing.invite(uow, role, communes, self.product.clock())
        person = TerminalCitizen(self.product, printed=self.printed)
        await person.says(staffing.shown(code))
        return person

    async def morning(self) -> list[int]:
        """One tick of the clockwork."""
        told = await self.product.mornings.run(self.product.clock())
        self.product.tell(told)
        return told

    async def follow_ups(self, client: Client) -> list[FollowUp]:
        async with self.product.database.reading() as uow:
            return await uow.follow_ups.list_of_client(client.id)
