"""The real program, killed in the middle of a morning: nobody is forgotten, at most what was in flight comes twice."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

from db.opening import KEY_VARIABLE, KeySource, open_database
from domain.clock import local_date, utc_now
from tests.conftest import new_postgresql_database
from tests.fakes.telegram import FakeTelegram, Person
from tests.hotline.running import RunningHotline
from tests.many_volunteers import fill
from tests.patience import eventually
from tests.telegrams import environment

_PEOPLE = 150
_IN_FLIGHT = 16


def settings(fake: FakeTelegram, **more: str) -> dict[str, str]:
    """Morning all day long, so that the test does not depend on the hour at which it runs."""
    return environment(
        fake,
        HOTLINE_TELEGRAM__MESSAGES_PER_SECOND="30",
        HOTLINE_VOLUNTEERS__DIGEST_AT="00:00",
        HOTLINE_VOLUNTEERS__QUIET="00:00-00:00",
        **more,
    )


async def fill_for(fake: FakeTelegram, url: str, source: KeySource) -> list[Person]:
    people = [fake.person() for _ in range(_PEOPLE)]
    for person in people:
        fake.messages[person.chat_id] = []
    today = local_date(utc_now())
    database = await open_database(url, source)
    windows = [(today, today + timedelta(days=6))]
    await fill(database, [str(each.chat_id) for each in people], windows, utc_now() - timedelta(days=9))
    await database.close()
    return people


def heard(people: list[Person]) -> list[int]:
    return [len(person.heard) for person in people]


async def test_kill_in_the_middle_of_a_morning(fake: FakeTelegram, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    source = KeySource(tmp_path / "secret" / "hotline.key")
    people = await fill_for(fake, f"sqlite+aiosqlite:///{tmp_path / 'data' / 'hotline.db'}", source)
    hotline = RunningHotline(tmp_path, environment=settings(fake))
    kills = 0
    for share in (0.1, 0.6):
        await hotline.start(wait=False)
        await eventually(lambda: sum(heard(people)) > share * _PEOPLE)  # noqa: B023
        await hotline.kill()
        kills += 1
    await hotline.start()
    await eventually(lambda: min(heard(people)) >= 1)
    await asyncio.sleep(2)  # what comes twice would come now
    assert await hotline.stop() == 0
    assert max(heard(people)) <= 2
    assert sum(heard(people)) - _PEOPLE <= kills * _IN_FLIGHT


async def test_two_workers_of_whom_one_is_killed(fake: FakeTelegram, tmp_path: Path, postgresql: Path) -> None:
    source = KeySource(tmp_path / "shared.key")
    source.create()
    url = new_postgresql_database(postgresql)
    people = await fill_for(fake, url, source)
    shared = settings(fake, HOTLINE_DATABASE__URL=url, **{KEY_VARIABLE: source.file.read_text().strip()})
    workers = [RunningHotline(tmp_path, "worker", shared) for _ in range(2)]
    for worker in workers:
        await worker.start(wait=False)
    await eventually(lambda: sum(heard(people)) > 0.3 * _PEOPLE)
    await workers[0].kill()
    await eventually(lambda: min(heard(people)) >= 1)
    await asyncio.sleep(2)
    assert await workers[1].stop() == 0
    assert max(heard(people)) <= 2
    assert sum(heard(people)) - _PEOPLE <= _IN_FLIGHT
