"""`hotline check` about Telegram: token, server, webhook, clock."""

from __future__ import annotations

from email.utils import format_datetime
from typing import Any

import pytest

from domain.clock import utc_now
from hotline.check_telegram import telegram_findings
from hotline.config import Config, TelegramConfig, load_config
from hotline.findings import Finding, Verdict
from tests.fakes.steps import blocked_page, lost_before
from tests.fakes.telegram import FakeTelegram
from tests.telegrams import SECRET
from texts import vietnamese

texts = vietnamese()
WEBHOOK = {"mode": "webhook", "webhook_url": "https://hotline.example", "webhook_secret": SECRET}


async def found(fake: FakeTelegram, *, running: bool = False, **settings: Any) -> list[Finding]:
    config = TelegramConfig.model_validate({"token": fake.token, "api_base": fake.url} | settings)
    return [finding async for finding in telegram_findings(config, texts, running=running)]


async def test_a_working_bot_is_named(fake: FakeTelegram) -> None:
    fake.person().says("alo")
    name, waiting = await found(fake)
    assert name == Finding("telegram", Verdict.OK, texts("check.telegram_fine", name="duong_day_bot", mode="polling"))
    assert waiting == Finding("telegram", Verdict.OK, texts("check.telegram_waiting", count=1))


async def test_no_token_is_no_fault(fake: FakeTelegram) -> None:
    assert await found(fake, token="") == [Finding("telegram", Verdict.OK, texts("check.telegram_unused"))]


async def test_a_wrong_token_and_an_unreachable_server_are_explained(fake: FakeTelegram) -> None:
    [finding] = await found(fake, token="110201543:AAAAAAAAAAAAAAAAAAA")
    assert finding == Finding("telegram", Verdict.FAILED, texts("telegram.trouble.token"))
    fake.always("*", lost_before)
    assert [each.words for each in await found(fake)] == [texts("telegram.trouble.network")]
    fake.always("*", blocked_page)
    assert [each.words for each in await found(fake)] == [texts("telegram.trouble.broken")]
    assert [each.words for each in await found(fake, api_base="http://127.0.0.1:1")] == [
        texts("telegram.trouble.network")
    ]


async def test_a_webhook_that_does_not_fit_is_a_warning_before_the_start_and_a_fault_while_it_runs(
    fake: FakeTelegram,
) -> None:
    assert (await found(fake, **WEBHOOK))[1].verdict is Verdict.WARNING
    assert (await found(fake, running=True, **WEBHOOK))[1].verdict is Verdict.FAILED
    fake.webhook.url = "https://hotline.example/telegram/webhook"
    assert (await found(fake, running=True, **WEBHOOK))[1].verdict is Verdict.OK
    [_, left] = await found(fake, running=True)
    assert left == Finding("telegram", Verdict.FAILED, texts("check.telegram_webhook_left"))


async def test_a_webhook_that_telegram_cannot_reach_is_a_warning(fake: FakeTelegram) -> None:
    fake.webhook.url, fake.webhook.last_error = "https://hotline.example/telegram/webhook", "Connection refused"
    fake.arrive("message", {})
    fake.retry_seconds = 60
    [_, failing] = await found(fake, **WEBHOOK)
    assert failing == Finding("telegram", Verdict.WARNING, texts("check.telegram_webhook_failing", count=1))


async def test_a_clock_that_is_off_is_a_fault(fake: FakeTelegram) -> None:
    from datetime import timedelta

    fake.date_header = format_datetime(utc_now() - timedelta(minutes=30), usegmt=True)
    assert Finding("telegram", Verdict.FAILED, texts("telegram.clock_ahead", minutes=30)) in await found(fake)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"HOTLINE_TELEGRAM__TOKEN": "khong-phai-token"}, "telegram.token"),
        ({"HOTLINE_TELEGRAM__MODE": "pull"}, "telegram.mode"),
        ({"HOTLINE_TELEGRAM__MODE": "webhook"}, "webhook_url"),
        (
            {"HOTLINE_TELEGRAM__MODE": "webhook", "HOTLINE_TELEGRAM__WEBHOOK_URL": "https://x.example"},
            "webhook_secret",
        ),
    ],
)
def test_settings_that_cannot_work_stop_the_start_and_are_named(settings: dict[str, str], named: str) -> None:
    from domain.errors import ConfigInvalid

    with pytest.raises(ConfigInvalid) as refused:
        load_config(None, settings)
    assert named in str(refused.value.data["problems"])
    assert "khong-phai-token" not in str(refused.value.data["problems"])


def test_the_token_is_not_shown_when_the_settings_are_printed() -> None:
    config = Config.model_validate({"telegram": {"token": "123456:ABC-secret", "webhook_secret": SECRET}})
    assert "ABC-secret" not in f"{config!r} {config}"
    assert SECRET not in f"{config!r} {config}"
