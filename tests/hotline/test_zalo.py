"""Zalo and the real program: killed in a refresh, logged in again, a number shown once, checked."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from db.opening import KeySource, open_database
from domain.clock import utc_now
from domain.models import Channel, Letter
from hotline.check import check_installation
from tests.citizen import Clock
from tests.fakes.zalo import FakeZalo
from tests.hotline.running import RunningHotline
from tests.patience import eventually
from tests.servers import plain_client
from tests.zalos import fake_zalo_running, settings
from texts import vietnamese

texts = vietnamese()


@pytest.fixture
async def fake() -> AsyncIterator[FakeZalo]:
    async with fake_zalo_running(Clock()) as running:
        yield running


def environment(fake: FakeZalo, **also: str) -> dict[str, str]:
    given = {key: str(value) for key, value in settings(fake).items()} | also
    return {f"HOTLINE_ZALO_OA__{key.upper()}": value for key, value in given.items()}


@pytest.fixture
async def hotline(fake: FakeZalo, tmp_path: Path) -> AsyncIterator[RunningHotline]:
    made = RunningHotline(tmp_path, environment=environment(fake))
    made.environment["HOTLINE_WEB__PUBLIC_URL"] = made.url
    fake.webhook_url = f"{made.url}/zalo/oa/webhook"
    yield made
    if made.process is not None and made.process.returncode is None:
        await made.kill()


async def command(hotline: RunningHotline, *arguments: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hotline", *arguments),
        cwd=hotline.folder,
        env=os.environ | hotline.environment | {"PYTHONUNBUFFERED": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_killed_between_a_refresh_and_its_commit_it_waits_for_a_login_and_never_uses_the_token_twice(
    hotline: RunningHotline, fake: FakeZalo
) -> None:
    hotline.environment["HOTLINE_ZALO_OA__ACCESS_TOKEN"] = ""  # so that the first thing is a refresh
    fake.hang_after_refresh = True
    await hotline.start()
    await eventually(lambda: fake.refreshes)
    await hotline.kill()
    fake.hang_after_refresh = False
    await hotline.start()
    await fake.write("77", "/menu")
    await asyncio.sleep(3)
    assert len(fake.refreshes) == 1
    assert fake.person("77").chat == []
    await still_marked(hotline)
    status = await command(hotline, "zalo", "status")
    said, _ = await status.communicate()
    assert texts("zalo.grant.unfinished") in said.decode()
    await log_in(hotline, fake)
    await eventually(lambda: fake.person("77").chat)
    assert len(fake.refreshes) == 1
    assert await hotline.stop() == 0


async def still_marked(hotline: RunningHotline) -> None:
    database = await open_database(f"sqlite+aiosqlite:///{hotline.folder}/data/hotline.db", key_of(hotline))
    async with database.transaction() as uow:
        grant = await uow.zalo.find(hotline.environment["HOTLINE_ZALO_OA__APP_ID"])
        assert grant is not None and grant.pending_at is not None
        long_ago = utc_now() - timedelta(minutes=2)  # as if the other process had had its minute
        await uow.zalo.set_pending(hotline.environment["HOTLINE_ZALO_OA__APP_ID"], long_ago)
    await database.close()


def key_of(hotline: RunningHotline) -> KeySource:
    return KeySource(hotline.folder / "secret" / "hotline.key")


async def log_in(hotline: RunningHotline, fake: FakeZalo) -> None:
    login = await command(hotline, "zalo", "login")
    assert login.stdin is not None and login.stdout is not None
    said = ""
    while "10 phút" not in said:
        said += (await login.stdout.readline()).decode()
    code = fake.consent(re.search(r"Code Challenge: (\S{43})", said)[1])  # type: ignore[index]
    out, error = await login.communicate(f"https://example.gov.vn/zalo?oa_id=1&code={code}\n".encode())
    assert login.returncode == 0, error
    assert texts("zalo.login_done") in out.decode()


async def test_a_number_is_shown_once_by_the_running_program(hotline: RunningHotline, fake: FakeZalo) -> None:
    await hotline.start()
    await fake.write("77", "/menu")
    await eventually(lambda: fake.person("77").chat)
    database = await open_database(f"sqlite+aiosqlite:///{hotline.folder}/data/hotline.db", key_of(hotline))
    async with database.transaction() as uow:
        contact = uow.contacts.known_as(Channel.ZALO, "77")
        uow.outbox.add(contact, Letter("Số cần gọi: 0912 345 678", protect=True), utc_now())
    await database.close()
    await eventually(lambda: len(fake.person("77").chat) == 2)
    link = re.search(r"http\S+/once/\S+", fake.person("77").chat[-1]["text"])[0]  # type: ignore[index]
    async with plain_client() as client:
        assert "0912" not in (await client.get(link)).text
        assert "0912 345 678" in (await client.post(link)).text
        assert (await client.post(link)).status_code == 410
    assert await hotline.stop() == 0
    assert "0912" not in hotline.log.read_text() and link not in hotline.log.read_text()


async def test_check_names_what_is_wrong_with_zalo(
    hotline: RunningHotline, fake: FakeZalo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(hotline.folder)
    for name, value in hotline.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("HOTLINE_WEB__PORT", str(hotline.port))

    async def said() -> str:
        lines: list[str] = []
        await check_installation(None, lines.append)
        return "\n".join(line for line in lines if "Zalo" in line)

    url = f"{hotline.url}/zalo/oa/webhook"
    assert texts("check.zalo_webhook_dead", url=url) in await said()
    await hotline.start()
    assert texts("check.zalo_webhook_silent", path="/zalo/oa/webhook") in await said()
    await fake.write("77", "/menu")
    await eventually(lambda: fake.person("77").chat)
    words = await said()
    assert texts("check.zalo_webhook_fine") in words
    assert texts("check.zalo_verified", name="Đường dây thử", package="Gói Nâng cao") in words
    assert texts("check.zalo_no_templates") in words
    fake.may_send = False
    assert texts("check.zalo_no_permission", code=-223) in await said()
    fake.may_send, fake.linked_zca = True, False
    monkeypatch.setenv("HOTLINE_ZALO_OA__TEMPLATES", "digest=555")
    words = await said()
    assert texts("check.zalo_no_zca") in words
    assert "-223" not in words
    fake.verified = False
    assert texts("check.zalo_unverified", name="Đường dây thử") in await said()
    fake.access_token = "another"
    assert texts("check.zalo_token_refused", code=-216) in await said()
    assert len(fake.refreshes) == 0  # a check spends nothing


async def test_an_account_without_its_secrets_stops_the_start_and_names_them(
    hotline: RunningHotline, fake: FakeZalo
) -> None:
    hotline.environment["HOTLINE_ZALO_OA__OA_SECRET_KEY"] = ""
    started = await command(hotline, "run")
    _, error = await started.communicate()
    assert started.returncode == 1
    assert "oa_secret_key" in error.decode()


async def test_zalo_commands_without_an_account_say_what_to_do(tmp_path: Path) -> None:
    status = await command(RunningHotline(tmp_path), "zalo", "status")
    _, error = await status.communicate()
    assert status.returncode == 1
    assert texts("errors.zalo_unused") in error.decode()
