"""One person's flood: a polite word, then silence, but never about danger, and never at the cost of others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.flood import Flood, Passage
from db.session import Database
from hotline.knowing import Knowing
from hotline.wiring import Product
from tests.citizen import Clock, TelegramCitizen
from tests.conversations.test_questions import counters
from tests.fakes.telegram import FakeTelegram
from tests.patience import eventually
from tests.telegrams import hotline_at, texts

DANGER = "con em nằm im re, môi tím ngắt, gọi không dậy"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ME, YOU = ("telegram", "1"), ("telegram", "2")


@pytest.fixture
async def product(fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock) -> AsyncIterator[Product]:
    async with hotline_at(fake, database, knowing, clock, messages_per_minute=30) as made:
        yield made


async def test_of_a_thousand_messages_of_one_person_all_but_a_few_are_dropped_and_everybody_else_is_answered(
    fake: FakeTelegram, product: Product
) -> None:
    flooding, others = fake.person(), [fake.person() for _ in range(20)]
    for number in range(1000):
        flooding.says(f"cai nghiện có mất tiền không {number}")
        if number % 50 == 0:
            others[number // 50].says("/menu")
    await eventually(lambda: all(other.heard for other in others))
    await eventually(lambda: not fake.waiting and len(flooding.heard) >= 31)
    await asyncio.sleep(0.5)  # a thirty-second answer would come now
    assert len(flooding.heard) == 31
    assert flooding.heard[-1].text == texts("flood.slow_down")
    assert (await counters(product))["message.received", ""] == 30 + len(others)  # what dropping cost nobody


async def test_danger_is_answered_however_much_came_before(citizen: TelegramCitizen, fake: FakeTelegram) -> None:
    for _ in range(40):
        citizen.person.says("alo")
    citizen.person.says(DANGER)
    await eventually(lambda: any(message.text.startswith("Gọi 115") for message in citizen.person.heard))
    for _ in range(40):
        citizen.person.says(DANGER)
    await eventually(lambda: sum(m.text.startswith("Gọi 115") for m in citizen.person.heard) == 41)


async def test_after_a_minute_one_is_heard_again(citizen: TelegramCitizen, clock: Clock, product: Product) -> None:
    for _ in range(35):
        citizen.person.says("alo")
    await citizen.says("alo")
    assert len(citizen.replies) == 31
    clock.forward(timedelta(seconds=61))
    await citizen.says("alo")
    assert len(citizen.replies) == 32
    assert citizen.last_reply != texts("flood.slow_down")


def test_the_first_message_over_the_limit_is_told_once_and_a_minute_later_all_is_free() -> None:
    flood = Flood(3)
    assert [flood.passes(ME, NOW) for _ in range(6)] == [
        *[Passage.FREE] * 3,
        Passage.FIRST_OVER,
        *[Passage.OVER] * 2,
    ]
    assert flood.passes(YOU, NOW) is Passage.FREE
    assert flood.passes(ME, NOW + timedelta(seconds=59)) is Passage.OVER
    assert flood.passes(ME, NOW + timedelta(seconds=60)) is Passage.FREE


def test_a_clock_that_is_set_back_silences_nobody() -> None:
    flood = Flood(1)
    assert [flood.passes(ME, NOW) for _ in range(3)] == [Passage.FREE, Passage.FIRST_OVER, Passage.OVER]
    assert flood.passes(ME, NOW - timedelta(hours=3)) is Passage.FREE


def test_no_limit_means_no_limit() -> None:
    assert {Flood(0).passes(ME, NOW) for _ in range(1000)} == {Passage.FREE}
