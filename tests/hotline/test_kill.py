"""Killed in the middle and again while it starts: every message is answered, and none twice."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

import httpx

from tests.hotline.running import RunningHotline
from tests.servers import plain_client

_PEOPLE = 40
_MESSAGES_EACH = 5
_QUESTIONS = [
    "đăng ký cai nghiện tại nhà ở đâu",
    "cai tai nha co duoc ho tro tien khong",
    "methadone là gì",
    "su dung ma tuy bi phat bao nhieu",
    "sau cai bi quan ly bao lau",
]


class Page:
    """A page that keeps a message until it is told that it is stored, and sends it again with the same id."""

    def __init__(self, url: str) -> None:
        self.client = plain_client(url)
        self.headers = {"Authorization": f"Bearer {secrets.token_hex(32)}"}
        self.stored = 0

    async def say(self, text: str) -> None:
        message = {"id": secrets.token_urlsafe(9), "text": text}
        while True:
            try:
                response = await self.client.post("/chat/messages", json=message, headers=self.headers)
                if response.status_code == 202:
                    self.stored += 1
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.05)

    async def say_all(self) -> None:
        for question in _QUESTIONS[:_MESSAGES_EACH]:
            await self.say(question)

    async def answers(self) -> list[str]:
        headers = self.headers | {"Accept": "application/json"}
        events = (await self.client.get("/chat/events", headers=headers)).json()["events"]
        return [event["data"]["text"] for event in events]


async def test_two_hundred_messages_survive_a_kill_in_the_middle_and_one_during_the_restart(tmp_path: Path) -> None:
    hotline = RunningHotline(tmp_path)
    await hotline.start()
    pages = [Page(hotline.url) for _ in range(_PEOPLE)]
    talking = [asyncio.create_task(page.say_all()) for page in pages]
    while sum(page.stored for page in pages) < _PEOPLE * _MESSAGES_EACH // 3:  # noqa: ASYNC110 - no event tells
        await asyncio.sleep(0.001)
    await hotline.kill()
    await hotline.start(wait=False)
    await asyncio.sleep(1.5)  # while it loads, or just after
    await hotline.kill()
    await hotline.start()
    await asyncio.wait_for(asyncio.gather(*talking), 60)
    for page in pages:
        for _ in range(1200):
            if len(answers := await page.answers()) >= _MESSAGES_EACH:
                break
            await asyncio.sleep(0.05)
        assert len(answers) == _MESSAGES_EACH
        assert len(set(answers)) == _MESSAGES_EACH  # five questions, five different answers, in their order
    assert await hotline.stop() == 0
