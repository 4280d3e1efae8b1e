"""What the administrator reads when Telegram is not as it should be, and that nobody has to restart anything."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
import structlog

from db.session import Database
from hotline.knowing import Knowing
from hotline.logs import configure_logs
from tests.citizen import Clock
from tests.fakes.steps import (
    Step,
    bad_gateway,
    blocked_page,
    broken_json,
    delayed,
    lost_before,
    server_error,
)
from tests.fakes.telegram import TOKEN, FakeTelegram, Refusal
from tests.patience import eventually
from tests.telegrams import SECRET, citizen_of, hotline_at, texts

NEW_TOKEN = "220201543:AAHnew_token_of_botfather_12345678"
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> Iterator[StringIO]:
    written = StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    configure_logs("info", json_lines=False)
    yield written
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("step", "kind"),
    [
        (lost_before, "network"),
        (bad_gateway, "server"),
        (server_error, "server"),
        (broken_json, "broken"),
        (blocked_page, "broken"),
    ],
)
async def test_an_outage_is_said_once_and_over_without_a_restart(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO, step: Step, kind: str
) -> None:
    fake.always("*", step)
    person = fake.person()
    async with hotline_at(fake, database, knowing, clock):
        person.says("/menu")
        await eventually(lambda: fake.calls["deleteWebhook"] >= 2)
        assert log.getvalue().count(texts(f"telegram.trouble.{kind}")) == 1
        fake.always("*", None)
        await eventually(lambda: person.heard)
    assert texts("telegram.well_again") in log.getvalue()
    assert len(person.heard) == 1


async def test_an_hour_without_a_network_costs_few_calls_and_few_lines(
    fake: FakeTelegram,
    database: Database,
    knowing: Knowing,
    clock: Clock,
    log: StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An hour in a few seconds: the pauses are asked for and not waited for."""
    from bot.channels.telegram import poller

    paused: list[float] = []

    class HourGlass:
        def __getattr__(self, name: str) -> object:
            return getattr(asyncio, name)

        async def sleep(self, seconds: float) -> None:
            paused.append(seconds)
            await asyncio.sleep(0.005)
            if sum(paused) >= 3600:
                fake.always("*", None)

    monkeypatch.setattr(poller, "asyncio", HourGlass())
    person = fake.person()
    fake.always("*", lost_before)
    async with hotline_at(fake, database, knowing, clock):
        person.says("/menu")
        await eventually(lambda: person.heard)
    assert max(paused) == 15
    assert len(paused) < 300
    assert log.getvalue().count(texts("telegram.trouble.network")) == 1


async def test_a_wrong_token_is_explained_and_the_corrected_one_taken_over(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO
) -> None:
    fake.token = NEW_TOKEN
    in_settings = [TOKEN]
    person = fake.person()
    person.says("/menu")
    settings = {"token": TOKEN, "reread": lambda: in_settings[0]}
    async with hotline_at(fake, database, knowing, clock, **settings):
        await eventually(lambda: texts("telegram.trouble.token") in log.getvalue())
        in_settings[0] = NEW_TOKEN
        await eventually(lambda: person.heard)
    assert TOKEN.split(":")[1] not in log.getvalue()
    assert NEW_TOKEN.split(":")[1] not in log.getvalue()


async def test_a_token_that_is_revoked_while_we_run_stops_nothing_for_good(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO
) -> None:
    person = fake.person()
    async with hotline_at(fake, database, knowing, clock):
        person.says("/menu")
        await eventually(lambda: person.heard)
        fake.token = NEW_TOKEN
        person.says("/menu")
        await eventually(lambda: texts("telegram.trouble.token") in log.getvalue())
        fake.token = TOKEN
        await eventually(lambda: len(person.heard) == 2)


async def test_another_program_that_polls_is_named_and_outlived(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO
) -> None:
    person = fake.person()

    async def other_program() -> None:
        while True:
            with suppress(Refusal):
                await fake._do_getupdates({"timeout": 0.2, "offset": 0})

    async with hotline_at(fake, database, knowing, clock):
        intruder = asyncio.create_task(other_program())
        await eventually(lambda: texts("telegram.trouble.conflict") in log.getvalue())
        intruder.cancel()
        person.says("/menu")
        await eventually(lambda: person.heard)
    await asyncio.gather(intruder, return_exceptions=True)
    assert len(person.heard) == 1


async def test_a_webhook_that_somebody_set_is_taken_away_when_we_poll(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO
) -> None:
    person = fake.person()
    async with hotline_at(fake, database, knowing, clock):
        await eventually(lambda: fake.calls["getUpdates"])
        await fake._do_setwebhook({"url": "https://elsewhere.example/hook"})
        person.says("/menu")
        await eventually(lambda: person.heard)
    assert texts("telegram.trouble.webhook_set") in log.getvalue()


async def test_a_webhook_that_telegram_refuses_is_explained(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO
) -> None:
    async def refused(_handle: object) -> tuple[int, object]:
        return 400, {
            "ok": False,
            "error_code": 400,
            "description": "Bad Request: bad webhook: HTTPS url must be provided",
        }

    fake.always("setWebhook", refused)  # type: ignore[arg-type]
    settings = {"mode": "webhook", "webhook_url": "http://hotline.example", "webhook_secret": SECRET}
    async with hotline_at(fake, database, knowing, clock, **settings):
        await eventually(lambda: texts("telegram.trouble.refused") in log.getvalue())
        fake.always("setWebhook", None)
        await eventually(lambda: fake.webhook.url)


async def test_slow_answers_are_waited_for_and_answered_once(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock
) -> None:
    async with hotline_at(fake, database, knowing, clock) as product:
        fake.always("*", delayed(1.5))
        citizen = citizen_of(fake, product)
        await citizen.says("/menu")
        assert len(citizen.replies) == 1


async def test_a_clock_that_is_off_is_said_in_minutes_and_stops_nothing(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO
) -> None:
    clock.forward(timedelta(hours=2))
    async with hotline_at(fake, database, knowing, clock) as product:
        citizen = citizen_of(fake, product)
        await citizen.says("/menu")
        assert len(citizen.replies) == 1
    assert texts("telegram.clock_ahead", minutes=120) in log.getvalue()


async def test_without_telegram_s_own_clock_nothing_is_said(
    fake: FakeTelegram, database: Database, knowing: Knowing, clock: Clock, log: StringIO
) -> None:
    fake.date_header = "tomorrow"
    async with hotline_at(fake, database, knowing, clock) as product:
        await citizen_of(fake, product).says("/menu")
    assert "telegram.clock" not in log.getvalue()


async def test_a_database_that_fails_keeps_the_updates_at_telegram(
    fake: FakeTelegram,
    database: Database,
    knowing: Knowing,
    clock: Clock,
    log: StringIO,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person = fake.person()
    async with hotline_at(fake, database, knowing, clock):
        await eventually(lambda: fake.calls["getUpdates"])

        def full(self: object) -> None:
            raise OSError(28, "No space left on device")

        from db.repositories.inbox import Inbox

        with monkeypatch.context() as broken:
            broken.setattr(Inbox, "add", full)
            person.says("/menu")
            await eventually(lambda: "telegram.not_stored" in log.getvalue())
            assert fake.waiting == 1
        await eventually(lambda: person.heard)
    assert len(person.heard) == 1
