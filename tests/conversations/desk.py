"""Counsellors who talk with the bot, and citizens who ask for a call, as the desk's tests need them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.clock import VIETNAM
from domain.models import Letter
from domain.staff import Role
from hotline.wiring import Product
from services import staffing
from tests.citizen import Citizen, Printed, TerminalCitizen
from texts import vietnamese

MONDAY_NINE = datetime(2026, 11, 30, 9, 0, tzinfo=VIETNAM)
PHONE = "0912 345 678"
texts = vietnamese()


@dataclass
class StaffDesk:
    """Invites people and lets them join over the bot, as it happens in an office."""

    product: Product
    printed: Printed

    async def joins(self, role: Role = Role.COUNSELLOR, *communes: str, on_duty: bool = True) -> TerminalCitizen:
        async with self.product.database.transaction() as uow:
            code = await staffing.invite(uow, role, communes, self.product.clock())
        person = TerminalCitizen(self.product, printed=self.printed)
        await person.says(staffing.shown(code))
        if on_duty and role is Role.COUNSELLOR:
            await person.says("/ca")
            await person.presses(texts("desk.begin"))
        return person


async def ask_for_call(citizen: Citizen, phone: str = PHONE, if_other: str = "callback.if_wrong_number") -> None:
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says(phone)
    await citizen.presses("Bây giờ")
    await citizen.presses(texts(if_other))


def numbers_shown(person: Citizen) -> list[Letter]:
    return [letter for letter in person.replies if "Số: 0" in letter.text]
