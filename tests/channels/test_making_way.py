"""A worker in the middle of a large group makes way: for danger, and for whoever waits to be stored."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot.channels import terminal
from db.repositories.inbox import Inbox
from db.session import Database
from domain.models import Arrival, Priority
from hotline.knowing import Knowing
from hotline.wiring import Product

PEOPLE = 50
CALM, DANGER = "đăng ký cai nghiện tại nhà ở đâu", "con em nằm im re, môi tím ngắt, gọi không dậy"


def said(who: str, text: str) -> Arrival:
    return terminal.arrival(who, text)


async def full_inbox(database: Database, knowing: Knowing) -> Product:
    product = Product(database, knowing)
    async with product.taking_in():
        await asyncio.gather(*(product.intake.receive(said(f"{n}", CALM)) for n in range(PEOPLE)))
    return product


async def test_danger_cuts_a_group_short_and_is_answered_next(database: Database, knowing: Knowing) -> None:
    product = await full_inbox(database, knowing)
    async with product.taking_in():
        working = asyncio.create_task(product.worker.work_once())
        storing = asyncio.create_task(product.intake.receive(said("scared", DANGER)))
        assert await working < PEOPLE
        await storing
        async with database.reading() as uow:
            [first, *_] = await uow.inbox.claim_waiting(PEOPLE)
        assert first.priority is Priority.DANGER
        assert await product.worker.work_once() == 1


@pytest.mark.parametrize("backend", ["sqlite"])  # on PostgreSQL the intake does not wait for the worker
async def test_who_arrives_is_stored_before_a_large_group_is_done(
    database: Database, knowing: Knowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker._OTHERS_WAIT", timedelta(0))
    product = await full_inbox(database, knowing)
    async with product.taking_in():
        working = asyncio.create_task(product.worker.work_once())
        storing = asyncio.create_task(product.intake.receive(said("newcomer", CALM)))
        assert await working < PEOPLE
        await storing


async def test_danger_that_could_not_be_stored_slows_nobody_down(
    database: Database, knowing: Knowing, monkeypatch: pytest.MonkeyPatch
) -> None:
    product = await full_inbox(database, knowing)

    async def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    async with product.taking_in():
        with monkeypatch.context() as broken, pytest.raises(OSError):
            broken.setattr(Inbox, "add", full)
            await product.intake.receive(said("scared", DANGER))
    assert await product.worker.work_once() == PEOPLE
