"""Updates that Telegram delivers: only with the secret, stored before 200, whatever is repeated."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.dispatcher import commands
from db.session import Database
from hotline.knowing import Knowing
from hotline.wiring import Product
from tests.citizen import Clock, TelegramCitizen
from tests.fakes.telegram import FakeTelegram
from tests.patience import PATIENCE_SECONDS, eventually
from tests.servers import plain_client
from tests.telegrams import SECRET, citizen_of, hotline_at, texts
from web import webhook

WEBHOOK = {"mode": "webhook", "webhook_url": "https://hotline.example", "webhook_secret": SECRET}


@pytest.fixture
async def product(fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock) -> AsyncIterator[Product]:
    async with hotline_at(fake, database, knowing, clock, **WEBHOOK) as made:
        await eventually(lambda: fake.webhook.url)
        yield made


async def test_a_whole_talk_by_webhook(citizen: TelegramCitizen, fake: FakeTelegram) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu")
    assert "Công an cấp xã" in citizen.last_reply
    await citizen.presses(texts("buttons.details"))
    assert len(citizen.replies) == 2
    assert fake.webhook.url == "https://hotline.example/telegram/webhook"
    assert [command["command"] for command in fake.commands] == ["menu", "goilai", "tracuu", "xoachat", "xoadulieu"]
    assert {command["command"] for command in fake.commands} <= commands()


async def test_every_update_delivered_three_times_is_answered_once(
    citizen: TelegramCitizen, fake: FakeTelegram, product: Product
) -> None:
    fake.deliveries_each = 3
    others = [citizen_of(fake, product) for _ in range(20)]
    for other in others:
        other.person.says("/menu")
    await citizen.says("/menu")
    await eventually(lambda: not fake.waiting)
    await asyncio.gather(*(other._listen() for other in others))
    assert [len(each.replies) for each in (citizen, *others)] == [1] * 21


async def test_who_does_not_know_the_secret_is_turned_away(fake: FakeTelegram, product: Product) -> None:
    body = {"update_id": 1, "message": fake.person()._as_message(1) | {"text": "/menu"}}
    async with plain_client() as stranger:
        for secret in ("", "wrong", SECRET + "x", "mật"):
            headers = {b"X-Telegram-Bot-Api-Secret-Token": secret.encode()} if secret else {}
            assert (await stranger.post(fake.deliver_to[0], json=body, headers=headers)).status_code == 403
        headers = {b"X-Telegram-Bot-Api-Secret-Token": SECRET.encode()}
        assert (await stranger.post(fake.deliver_to[0], json=body, headers=headers)).status_code == 200
        assert (await stranger.post(fake.deliver_to[0], content=b"{", headers=headers)).status_code == 400
        assert (await stranger.post(fake.deliver_to[0], content=b" " * 2**21, headers=headers)).status_code == 413
        assert (await stranger.post(fake.deliver_to[0], json=[1], headers=headers)).status_code == 200


@pytest.mark.parametrize("backend", ["sqlite"])  # PostgreSQL has no lock that holds up every writer
async def test_a_database_that_is_busy_means_503_while_it_is_and_nothing_is_lost(
    citizen: TelegramCitizen, fake: FakeTelegram, product: Product, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert webhook.STORED_WITHIN_SECONDS <= 1.5  # of the two that a platform waits: the rest is for the way
    monkeypatch.setattr(webhook, "STORED_WITHIN_SECONDS", 0.1)
    body = {"update_id": 800_000_000, "message": citizen.person._as_message(77) | {"text": "/menu"}}
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with plain_client() as client:
        async with database.transaction():
            answer = await client.post(fake.deliver_to[0], json=body, headers=headers, timeout=PATIENCE_SECONDS)
            assert answer.status_code == 503
        monkeypatch.undo()
        again = await client.post(fake.deliver_to[0], json=body, headers=headers, timeout=PATIENCE_SECONDS)
        assert again.status_code == 200
    await citizen._listen()
    assert len(citizen.replies) == 1


async def test_changing_between_polling_and_webhook_loses_nothing_that_waits(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock
) -> None:
    person = fake.person()
    for settings in (WEBHOOK, {}, WEBHOOK):
        person.says("/menu")
        heard = len(person.heard)
        async with hotline_at(fake, database, knowing, clock, **settings):
            await eventually(lambda: len(person.heard) == heard + 1)  # noqa: B023
    assert len(person.heard) == 3
