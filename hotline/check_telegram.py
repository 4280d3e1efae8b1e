"""What `hotline check` says about Telegram: token, server, webhook, clock. It changes nothing there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import httpx

from bot.channels.telegram.api import Account, Api, TelegramTrouble
from bot.channels.telegram.setup import Webhook
from bot.channels.telegram.trouble import clock_is_off, clock_words
from domain.clock import utc_now
from hotline.config import TelegramConfig
from hotline.findings import Finding, Verdict
from texts import Texts


async def telegram_findings(config: TelegramConfig, texts: Texts, *, running: bool) -> AsyncIterator[Finding]:
    token = config.token.get_secret_value()
    if not token:
        yield _finding(Verdict.OK, texts("check.telegram_unused"))
        return
    async with httpx.AsyncClient() as client:
        api = Api(Account(token, config.api_base.rstrip("/")), client, utc_now)
        try:
            me = await api.call("getMe")
            state = await api.call("getWebhookInfo")
        except TelegramTrouble as trouble:
            yield _finding(Verdict.FAILED, texts(f"telegram.trouble.{trouble.kind}"))
            return
    yield _finding(Verdict.OK, texts("check.telegram_fine", name=me.get("username", "-"), mode=config.mode))
    yield _webhook(config, state, texts, running=running)
    if clock_is_off(api.skew):
        yield _finding(Verdict.FAILED, clock_words(texts, api.skew))


def _webhook(config: TelegramConfig, state: dict[str, Any], texts: Texts, *, running: bool) -> Finding:
    """Before the first start the webhook may be anything; while the hotline runs it must be what was configured."""
    there, waiting = state.get("url", ""), state.get("pending_update_count", 0)
    wanted = Webhook(config.webhook_url, "").url if config.mode == "webhook" else ""
    if there != wanted:
        key = "check.telegram_webhook_left" if config.mode == "polling" else "check.telegram_webhook_other"
        return _finding(Verdict.FAILED if running else Verdict.WARNING, texts(key))
    if state.get("last_error_date") and waiting:
        return _finding(Verdict.WARNING, texts("check.telegram_webhook_failing", count=waiting))
    return _finding(Verdict.OK, texts("check.telegram_waiting", count=waiting))


def _finding(verdict: Verdict, words: str) -> Finding:
    return Finding("telegram", verdict, words)
