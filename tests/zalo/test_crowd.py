"""Two hundred people at once, with Zalo's limits on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.citizen import Clock
from tests.fakes.zalo import FakeZalo
from tests.patience import eventually
from tests.zalo.conftest import Serve

PEOPLE = 200
QUESTIONS: Sequence[str] = (
    "đăng ký cai nghiện tại nhà ở đâu",
    "cai tai nha co duoc ho tro tien khong",
    "methadone là gì",
)


async def test_two_hundred_people_at_once_are_all_answered_once_and_in_order(serve: Serve, fake: FakeZalo) -> None:
    fake.per_minute = 4000
    async with serve():
        started = time.perf_counter()

        async def talk(person: int) -> None:
            for question in QUESTIONS:
                await fake.write(f"{person}", question)

        await asyncio.gather(*(talk(person) for person in range(PEOPLE)))
        await eventually(lambda: heard(fake) >= PEOPLE * len(QUESTIONS))
        taken = time.perf_counter() - started
    answers = {tuple(message["text"] for message in fake.person(f"{person}").chat) for person in range(PEOPLE)}
    assert len(answers) == 1  # everybody got the same three, in the order of the questions
    assert len(next(iter(answers))) == len(QUESTIONS)
    assert fake.errors == []
    print(f"{PEOPLE} people, {PEOPLE * len(QUESTIONS)} messages answered in {taken:.1f} s")


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_limit_of_zalo_delays_but_loses_and_doubles_nothing(serve: Serve, fake: FakeZalo, clock: Clock) -> None:
    """The minute's limit is met in the middle; what is left goes when the next minute begins."""
    fake.per_minute = 50
    async with serve():
        clock.forward(timedelta(seconds=(30 - clock().second) % 60))
        await asyncio.gather(*(fake.write(f"{person}", "xin chào") for person in range(80)))
        await eventually(lambda: heard(fake) == 50)
        await asyncio.sleep(1)
        assert heard(fake) == 50 or clock().second < 30  # not one more in this minute
        await eventually(lambda: heard(fake) == 80)
        assert [len(person.chat) for person in fake.people.values()] == [1] * 80
        assert fake.errors.count(-32) <= 20  # at most what was on its way when the limit was met


def heard(fake: FakeZalo) -> int:
    return sum(len(person.chat) for person in fake.people.values())
