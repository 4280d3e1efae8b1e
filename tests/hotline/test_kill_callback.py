"""Killed after every step on the way to a request: it goes on where it was, and there is one request in the end."""

from __future__ import annotations

import asyncio
import re
import secrets
from pathlib import Path

import httpx

from db.opening import KeySource, open_database
from domain.callbacks import CallbackRequest
from domain.clock import utc_now
from domain.models import Channel, Contact
from domain.staff import Role
from tests.hotline.running import RunningHotline
from tests.servers import plain_client

_STEPS = [
    {"text": "/goilai"},
    {"press": "cc:1"},
    {"text": "0912 345 678"},
    {"press": "ct:next_day"},
    {"press": "co:nothing"},
]
_ALWAYS_OPEN = {"HOTLINE_CALLBACKS__OPENING_HOURS": "T2-CN 00:00-24:00", "HOTLINE_CALLBACKS__HOLIDAYS": "false"}


async def waiting(folder: Path, *, counsellor: bool = False) -> list[CallbackRequest]:
    """What waits in the database of this folder; optionally after somebody has begun to work there."""
    url = f"sqlite+aiosqlite:///{folder / 'data' / 'hotline.db'}"
    database = await open_database(url, KeySource(folder / "secret" / "hotline.key"))
    async with database.transaction() as uow:
        if counsellor:
            await uow.staff.add(Contact(1, Channel.TERMINAL), Role.COUNSELLOR, (), "one", utc_now())
        found = await uow.callbacks.list_waiting(10)
    await database.close()
    return found


async def post(client: httpx.AsyncClient, message: dict[str, str], headers: dict[str, str]) -> None:
    """As the page does: until it is told that the message is stored."""
    for _ in range(600):
        try:
            if (await client.post("/chat/messages", json=message, headers=headers)).status_code == 202:
                return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.05)
    raise TimeoutError


async def test_a_request_survives_a_kill_after_every_step_and_a_repeat_of_each(tmp_path: Path) -> None:
    await waiting(tmp_path, counsellor=True)
    hotline = RunningHotline(tmp_path, environment=_ALWAYS_OPEN)
    headers = {"Authorization": f"Bearer {secrets.token_hex(32)}", "Accept": "application/json"}
    await hotline.start()
    async with plain_client(hotline.url) as client:
        for number, step in enumerate(_STEPS, start=1):
            message = {"id": secrets.token_urlsafe(9)} | step
            await post(client, message, headers)
            await asyncio.sleep(0.01 * (number % 3))  # before, while or after it is handled
            await hotline.kill()
            await hotline.start()
            await post(client, message, headers)  # the page did not hear the answer and sends it again
            for _ in range(200):
                if len(answers := await answered(client, headers)) >= number:
                    break
                await asyncio.sleep(0.05)
            assert len(answers) == number
    assert await hotline.stop() == 0
    assert len(re.findall(r"\d{4} \d{4} \d{4} \d{4}", "\n".join(answers))) == 1
    [request] = await waiting(tmp_path)
    assert request.attempts == 0


async def answered(client: httpx.AsyncClient, headers: dict[str, str]) -> list[str]:
    events = (await client.get("/chat/events", headers=headers)).json()["events"]
    return [event["data"]["text"] for event in events]
