"""Several processes over one PostgreSQL: each message is answered once, whoever takes it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from db.opening import KEY_VARIABLE, KeySource
from tests.conftest import new_postgresql_database
from tests.hotline.running import RunningHotline
from tests.hotline.test_kill import Page

_PEOPLE = 60


async def test_two_pages_and_two_workers_answer_everybody_once(tmp_path: Path, postgresql: Path) -> None:
    source = KeySource(tmp_path / "shared.key")
    source.create()
    shared = {
        "HOTLINE_DATABASE__URL": new_postgresql_database(postgresql),
        KEY_VARIABLE: source.file.read_text().strip(),
    }
    webs = [RunningHotline(tmp_path, "web", shared) for _ in range(2)]
    workers = [RunningHotline(tmp_path, "worker", shared) for _ in range(2)]
    started = [*(web.start() for web in webs), *(worker.start(wait=False) for worker in workers)]
    await asyncio.gather(*started)  # all at once on an empty database
    pages = [Page(webs[number % 2].url) for number in range(_PEOPLE)]
    await asyncio.gather(*(page.say_all() for page in pages))
    for page in pages:
        for _ in range(1200):
            if len(answers := await page.answers()) >= page.stored:
                break
            await asyncio.sleep(0.05)
        assert len(answers) == page.stored == len(set(answers))
    await asyncio.sleep(1.5)  # a second answer would come now
    for page in pages:
        assert len(await page.answers()) == page.stored
    assert [await web.stop() for web in webs] == [0, 0]
    assert {await worker.stop() for worker in workers} <= {0, -15}  # -15: one that was still starting


@pytest.mark.parametrize("command", ["web", "worker"])
async def test_several_processes_on_sqlite_are_refused_with_a_reason(tmp_path: Path, command: str) -> None:
    hotline = RunningHotline(tmp_path, command)
    await hotline.start(wait=False)
    assert hotline.process is not None
    assert await asyncio.wait_for(hotline.process.wait(), 30) == 1
    assert "PostgreSQL" in hotline.log.read_text()


async def test_a_second_process_on_the_same_sqlite_file_is_refused_and_the_first_goes_on(tmp_path: Path) -> None:
    first, second = RunningHotline(tmp_path), RunningHotline(tmp_path)
    await first.start()
    await second.start(wait=False)
    assert second.process is not None
    assert await asyncio.wait_for(second.process.wait(), 30) == 1
    assert "Tắt tiến trình đó trước" in second.log.read_text()
    await first.wait_until_healthy()
    assert await first.stop() == 0
