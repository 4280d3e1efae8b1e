"""A message that kills the process each time is given up; its writer is told, and everybody else is answered."""

from __future__ import annotations

import asyncio
from pathlib import Path

from bot.doubts import MOST_TRIES
from tests.hotline.dying import DEADLY
from tests.hotline.running import RunningHotline
from tests.hotline.test_kill import Page

_QUESTION = "cai tai nha co duoc ho tro tien khong"


async def answers(page: Page, expected: int) -> list[str]:
    for _ in range(1200):
        if len(found := await page.answers()) >= expected:
            break
        await asyncio.sleep(0.05)
    return found


async def test_a_deadly_message_is_given_up_after_some_restarts_and_nobody_else_is(
    tmp_path: Path, database_url: str
) -> None:
    environment = {
        "HOTLINE_DATABASE__URL": database_url,
        "PYTHONPATH": str(Path(__file__).parent.parent.parent),
    }
    hotline = RunningHotline(tmp_path, environment=environment, module="tests.hotline.dying")
    await hotline.start()
    assert hotline.process is not None
    unlucky, neighbour = Page(hotline.url), Page(hotline.url)
    await unlucky.say(DEADLY)
    crashes = 0
    talking = asyncio.create_task(neighbour.say_all())
    later = asyncio.create_task(unlucky.say(_QUESTION))
    while not (talking.done() and later.done() and len(await found(unlucky)) >= 2):
        if hotline.process.returncode is not None:
            crashes += 1
            assert crashes <= MOST_TRIES + 1
            await hotline.start(wait=False)
        await asyncio.sleep(0.05)
    sorry, answer = await answers(unlucky, 2)
    assert "đã bị xóa" in sorry
    assert "115" in sorry
    assert "đã bị xóa" not in answer
    assert len(set(await answers(neighbour, 5))) == 5
    assert await hotline.stop() == 0
    log = hotline.log.read_text()
    assert log.count("update.given_up") == 1
    assert DEADLY not in log


async def found(page: Page) -> list[str]:
    """What is there, as far as the hotline runs at all."""
    try:
        return await page.answers()
    except OSError:
        return []
