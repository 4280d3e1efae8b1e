"""A server that keeps Telegram's rules, and a clock."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from db.session import Database
from hotline.knowing import Knowing
from hotline.wiring import Product
from tests.citizen import Clock, TelegramCitizen
from tests.fakes.telegram import FakeTelegram
from tests.telegrams import citizen_of, hotline_at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram().running() as server:
        yield server


@pytest.fixture
async def product(fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock) -> AsyncIterator[Product]:
    async with hotline_at(fake, database, knowing, clock) as made:
        yield made


@pytest.fixture
def citizen(fake: FakeTelegram, product: Product) -> TelegramCitizen:
    return citizen_of(fake, product)
