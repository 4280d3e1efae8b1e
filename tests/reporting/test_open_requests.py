"""Requests that are open, once by adding up counters and once by looking: whatever happened to them."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from db.session import Database
from db.uow import UnitOfWork
from domain.callbacks import NUMBER_LIFETIME, Outcome
from domain.clock import local_date
from domain.contact_records import Who
from domain.errors import HotlineError
from domain.models import Channel, Contact
from domain.staff import Role, Staff
from services.callbacks import Callbacks
from services.desk import Desk, Reason
from tests.services.test_callbacks import HOURS, NOW, Noted, wanted
from texts import vietnamese

PEOPLE = range(1, 9)
COUNSELLOR = Staff(7, Contact(70, Channel.TELEGRAM), Role.COUNSELLOR, frozenset(), "", True, NOW)
TEXTS = vietnamese()


async def live(uow: UnitOfWork, callbacks: Callbacks, chance: random.Random) -> None:
    """One thing that may happen to a request."""
    desk = Desk(TEXTS, HOURS, callbacks)
    person = Contact(chance.choice(PEOPLE), Channel.WEB)
    what = chance.choice(["open", "open", "open", "cancel", "close", "close", "reopen", "erase", "try"])
    mine = await uow.callbacks.find_open_by_contact(person.id)
    if what == "open" and mine is None:
        phone = chance.choice(["+84912345678", "+84912345678", f"+8491234560{person.id}"])  # two share a phone
        await callbacks.open_request(uow, person, wanted(phone), NOW)
    elif what == "cancel" and mine is not None:
        await callbacks.cancel(uow, mine, NOW)
    elif what == "erase":
        await callbacks.erase_of(uow, person, NOW)
    elif what in {"close", "try"} and (waiting := await uow.callbacks.list_waiting(9)):
        request = await desk.take(uow, COUNSELLOR, chance.choice(waiting).id, NOW)
        if what == "try":
            await desk.not_reached(uow, COUNSELLOR, request.id, Outcome.NO_ANSWER, NOW)
        else:
            await desk.close(uow, COUNSELLOR, request.id, Outcome.MET, Who.FAMILY, NOW)
    elif what == "reopen" and (closed := await uow.callbacks.list_closed(9)):
        await desk.reopen(uow, COUNSELLOR, chance.choice(closed).id, chance.choice([*Reason]), NOW)


@pytest.mark.parametrize("seed", range(3))
async def test_counters_know_how_many_requests_are_open(database: Database, seed: int) -> None:
    callbacks, chance = Callbacks(TEXTS, HOURS, Noted()), random.Random(seed)
    happened = 0
    for _ in range(40):
        try:
            async with database.transaction() as uow:
                await uow.restraints.delete_expired(NOW + timedelta(days=60))  # people here never reach a limit
                await live(uow, callbacks, chance)
        except HotlineError:
            continue
        async with database.reading() as uow:
            [counted] = await uow.statistics.requests_open_after([local_date(NOW)])
            assert counted == await uow.statistics.count_open_requests(None)
            happened += counted > 0
    assert happened > 5
    later = NOW + NUMBER_LIFETIME + timedelta(days=1)
    async with database.transaction() as uow:
        await callbacks.tick(uow, later)
    async with database.reading() as uow:
        assert await uow.statistics.requests_open_after([local_date(NOW), local_date(later)]) == (counted, 0)
