"""The real program on Telegram, killed at exact moments: nobody is forgotten, and a person's one letter in flight at
most comes twice."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from db.opening import KEY_VARIABLE, KeySource
from tests.conftest import new_postgresql_database
from tests.fakes.steps import Handle, Kill
from tests.fakes.telegram import FakeTelegram, Person
from tests.hotline.running import RunningHotline
from tests.patience import eventually
from tests.telegrams import SECRET, environment

QUESTIONS = ["/menu", "đăng ký cai nghiện tại nhà ở đâu", "methadone là gì", "giá vàng hôm nay bao nhiêu"]
_PEOPLE = 200
_ON_THEIR_WAY = 16  # decision 0011: so many people at most get the letter twice that a kill cut off


def pid_of(hotline: RunningHotline) -> Callable[[], int]:
    def pid() -> int:
        assert hotline.process is not None
        return hotline.process.pid

    return pid


def twice(person: Person) -> int:
    """How many messages somebody got a second time."""
    return sum(times - 1 for times in Counter(message.text for message in person.heard).values())


@pytest.mark.parametrize(
    ("method", "moment", "most_twice"),
    [
        ("getUpdates", "while_answering", 0),  # between poll and commit
        ("sendMessage", "before", 0),  # between commit and send
        ("sendMessage", "after", 1),  # between send and mark
    ],
)
async def test_a_kill_at_this_very_moment_loses_nothing(
    fake: FakeTelegram, tmp_path: Path, method: str, moment: str, most_twice: int
) -> None:
    hotline, person, kill = RunningHotline(tmp_path, environment=environment(fake)), fake.person(), Kill()
    await hotline.start()
    await eventually(lambda: fake.calls["getUpdates"])
    step = getattr(kill, moment)(pid_of(hotline))

    async def at_news(handle: Handle) -> tuple[int, object]:
        """Polls that bring nothing pass; the one that brings the messages is the last thing the process sees."""
        if method == "getUpdates" and not fake.waiting:
            return await handle()
        fake.always(method, None)
        return await step(handle)

    fake.always(method, at_news)
    person.says("/menu")
    await eventually(lambda: kill.done)
    assert hotline.process is not None
    await hotline.process.wait()
    await hotline.start()
    await eventually(lambda: len(person.heard) == 1 + most_twice)
    await asyncio.sleep(1)
    assert await hotline.stop() == 0
    assert len(person.heard) == 1 + most_twice
    assert len({message.text for message in person.heard}) == 1


async def test_two_hundred_people_talk_while_the_program_is_killed_again_and_again(
    fake: FakeTelegram, tmp_path: Path
) -> None:
    hotline = RunningHotline(tmp_path, environment=environment(fake))
    people = [fake.person() for _ in range(_PEOPLE)]
    kills = 3
    await hotline.start()

    async def talk(person: Person) -> None:
        for question in QUESTIONS:
            await asyncio.sleep(random.uniform(0, 2))
            person.says(question)
            heard = len({message.text for message in person.heard})
            await eventually(lambda: len({message.text for message in person.heard}) > heard)  # noqa: B023

    talking = [asyncio.create_task(talk(person)) for person in people]
    for _ in range(kills):
        reached = fake.calls["sendMessage"] + _PEOPLE // 2
        await eventually(lambda: fake.calls["sendMessage"] >= reached)  # noqa: B023
        await hotline.kill()
        await hotline.start()
    await asyncio.gather(*talking)
    assert await hotline.stop() == 0
    assert all(len({message.text for message in person.heard}) == len(QUESTIONS) for person in people)
    assert max(twice(person) for person in people) <= kills
    assert sum(twice(person) for person in people) <= kills * _ON_THEIR_WAY


async def test_a_second_program_by_mistake_does_not_answer_a_second_time(fake: FakeTelegram, tmp_path: Path) -> None:
    """Another folder, another database, the same token: Telegram serves one poller at a time."""
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = RunningHotline(tmp_path / "a", environment=environment(fake))
    second = RunningHotline(tmp_path / "b", environment=environment(fake))
    await asyncio.gather(first.start(), second.start())
    people = [fake.person() for _ in range(20)]
    for person in people:
        person.says("/menu")
    await eventually(lambda: all(person.heard for person in people))
    await asyncio.sleep(1)
    assert [len(person.heard) for person in people] == [1] * 20
    assert "Một chương trình khác" in first.log.read_text() + second.log.read_text()
    assert await first.stop() == await second.stop() == 0


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_two_webhook_processes_and_two_workers_answer_once_and_outlive_a_kill(
    fake: FakeTelegram, tmp_path: Path, postgresql: Path, mode: str
) -> None:
    source = KeySource(tmp_path / "shared.key")
    source.create()
    shared = environment(
        fake,
        HOTLINE_DATABASE__URL=new_postgresql_database(postgresql),
        HOTLINE_TELEGRAM__MODE=mode,
        HOTLINE_TELEGRAM__WEBHOOK_URL="https://hotline.example",
        HOTLINE_TELEGRAM__WEBHOOK_SECRET=SECRET,
        **{KEY_VARIABLE: source.file.read_text().strip()},
    )
    webs = [RunningHotline(tmp_path, "web", shared) for _ in range(2 if mode == "webhook" else 0)]
    workers = [RunningHotline(tmp_path, "worker", shared) for _ in range(2)]
    fake.deliver_to = [f"{web.url}/telegram/webhook" for web in webs]
    fake.deliveries_each = 2
    await asyncio.gather(*(web.start() for web in webs), *(worker.start(wait=False) for worker in workers))
    people = [fake.person() for _ in range(60)]
    for question in QUESTIONS:
        heard = [len(person.heard) for person in people]
        for person in people:
            person.says(question)
        if question == QUESTIONS[1]:
            await workers[0].kill()
        await eventually(lambda: all(len(p.heard) > n for p, n in zip(people, heard, strict=True)))  # noqa: B023
        if question == QUESTIONS[1]:
            await workers[0].start(wait=False)
    await asyncio.sleep(1.5)  # a second answer would come now
    assert all(len({message.text for message in person.heard}) == len(QUESTIONS) for person in people)
    assert sum(twice(person) for person in people) <= _ON_THEIR_WAY
    assert max(twice(person) for person in people) <= 1
    codes = [await each.stop() for each in (*webs, *workers)]
    assert set(codes) <= {0, -15}  # -15: a worker that was still starting again
