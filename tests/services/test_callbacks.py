"""The desk where requests are left, where several do the same thing at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime

from db.session import Database
from db.uow import UnitOfWork
from domain.callbacks import NUMBER_LIFETIME, CallbackRequest, Event, Outcome, Wish
from domain.models import Channel, Contact
from domain.opening import OpeningHours, SafeTime, parse_hours
from domain.tickets import Ticket
from services.callbacks import Callbacks, Wanted
from services.safe_times import WHOLE_DAY
from texts import vietnamese

NOW = datetime(2026, 11, 30, 2, 0, tzinfo=UTC)
HOURS = OpeningHours(parse_hours("T2-CN 07:00-21:00"))


@dataclass
class Noted:
    """A bell that remembers what was rung."""

    rung: list[tuple[int, Event]] = field(default_factory=list)

    async def ring(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> None:
        self.rung.append((request.id, event))

    async def can_serve(self, uow: UnitOfWork) -> bool:
        return True


def wanted(phone: str | None = "+84912345678") -> Wanted:
    safe = SafeTime(NOW.date(), WHOLE_DAY)
    due = HOURS.next_window(safe, NOW)
    assert due is not None
    return Wanted(Wish.PHONE if phone else Wish.HERE, safe, due, "v1", NOW, phone)


async def test_of_several_requests_for_one_number_at_once_one_is_called_and_all_have_a_code(database: Database) -> None:
    bell = Noted()
    desk = Callbacks(vietnamese(), HOURS, bell)

    async def leave(contact_id: int) -> Ticket:
        async with database.transaction() as uow:
            return (await desk.open_request(uow, Contact(contact_id, Channel.WEB), wanted(), NOW))[0]

    tickets = await asyncio.gather(*(leave(contact_id) for contact_id in range(1, 6)))
    async with database.transaction() as uow:
        [called] = await uow.callbacks.list_waiting(10)
        assert len(await uow.callbacks.list_same_as(called.id)) == 4
        for ticket in tickets:
            assert await uow.callbacks.find_by_digest(uow.pseudonyms.ticket_digest(ticket.code))
    assert bell.rung == [(called.id, Event.OPENED)]  # staff hears of one


async def test_when_the_called_one_withdraws_the_oldest_other_is_called_and_the_rest_stand_behind_it(
    database: Database,
) -> None:
    bell = Noted()
    desk = Callbacks(vietnamese(), HOURS, bell)
    async with database.transaction() as uow:
        made = [(await desk.open_request(uow, Contact(each, Channel.WEB), wanted(), NOW))[1] for each in (1, 2, 3)]
        await desk.cancel(uow, made[0], NOW)
        [called] = await uow.callbacks.list_waiting(10)
        assert called.id == made[1].id
        assert [each.id for each in await uow.callbacks.list_same_as(called.id)] == [made[2].id]
        await uow.callbacks.claim(called.id, 7, NOW)
        assert await desk.close_request(uow, called, Outcome.MET, NOW, staff_id=7)
        assert await uow.callbacks.list_same_as(called.id) == []
        assert await uow.callbacks.find_open_by_contact(3) is None


async def test_a_request_that_another_counsellor_has_is_not_closed(database: Database) -> None:
    desk = Callbacks(vietnamese(), HOURS, Noted())
    async with database.transaction() as uow:
        _, request = await desk.open_request(uow, Contact(1, Channel.WEB), wanted(), NOW)
        await uow.callbacks.claim(request.id, 7, NOW)
        assert not await desk.close_request(uow, request, Outcome.MET, NOW, staff_id=8)
        assert await desk.close_request(uow, request, Outcome.MET, NOW, staff_id=7)
        assert not await desk.close_request(uow, request, Outcome.MET, NOW, staff_id=7)


async def test_when_two_requests_for_one_number_lapse_together_nobody_is_asked_to_call_the_second(
    database: Database,
) -> None:
    bell = Noted()
    desk = Callbacks(vietnamese(), HOURS, bell)
    async with database.transaction() as uow:
        first, second = [
            (await desk.open_request(uow, Contact(each, Channel.WEB), wanted(), NOW))[1] for each in (1, 2)
        ]
        await desk.tick(uow, NOW + NUMBER_LIFETIME)
        assert [await uow.callbacks.find_open_by_contact(each) for each in (1, 2)] == [None, None]
    assert (first.id, Event.LAPSED) in bell.rung
    assert second.id not in {request_id for request_id, _ in bell.rung}
