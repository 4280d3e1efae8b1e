"""Counsellors who talk with the bot, and citizens who ask for a call, as the desk's tests need them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from domain.callbacks import CallbackRequest
from domain.clock import VIETNAM
from domain.models import Channel, Letter
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

    async def takes_call_of(self, citizen: Citizen) -> TerminalCitizen:
        """Somebody on duty, with this citizen's number on the screen."""
        person = await self.joins()
        await ask_for_call(citizen)
        await take(person)
        return person


async def ask_for_call(
    citizen: Citizen, phone: str = PHONE, if_other: str = "callback.if_wrong_number", time: str = "Bây giờ"
) -> None:
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says(phone)
    await citizen.presses(time)
    await citizen.presses(texts(if_other))


def code_of(citizen: Citizen) -> str:
    return next(iter(re.findall(r"\d{4} \d{4} \d{4} \d{4}", citizen.last_reply)))


async def take(counsellor: Citizen) -> None:
    await counsellor.says("/hangcho")
    await counsellor.presses(texts("desk.take", place=1))


async def look_again(counsellor: Citizen) -> None:
    """At the first request of one's own work."""
    await counsellor.says("/viec")
    await counsellor.presses(texts("desk.show", place=1))


async def close_as_met(counsellor: Citizen, who: str = "person") -> None:
    await counsellor.presses(texts("outcome.met"))
    await counsellor.presses(texts(f"record.who_{who}"))


async def only_request(product: Product) -> CallbackRequest:
    """Wherever it is in its life."""
    async with product.database.reading() as uow:
        found = [*await uow.callbacks.list_waiting(10), *await uow.callbacks.list_closed(10)]
        for each in await uow.staff.list_working():
            found += await uow.callbacks.list_claimed_by(each.number)
    [request] = {request.id: request for request in found}.values()
    return request


async def show(product: Product, person: TerminalCitizen, *presses: str) -> None:
    """As if this person had been shown these buttons, whoever they are for."""
    async with product.database.transaction() as uow:
        contact = uow.contacts.known_as(Channel.TERMINAL, person.name)
        talk = await uow.conversations.get(contact.id)
        talk.shown, talk.shown_at = presses, product.clock()
        uow.conversations.changed(contact.id, product.clock())


def numbers_shown(person: Citizen) -> list[Letter]:
    return [letter for letter in person.replies if "Số: 0" in letter.text]
