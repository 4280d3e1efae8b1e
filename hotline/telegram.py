"""Puts the Telegram channel together from the settings: polling or webhook, and the sender."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx
from starlette.routing import Route

from bot.channels.telegram.api import Account, Api
from bot.channels.telegram.poller import Poller
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.setup import Setup, Webhook, WebhookKeeper
from bot.channels.telegram.trouble import Trouble
from bot.inbox import Intake
from db.session import Database
from hotline.config import TelegramConfig
from texts import Texts
from web.telegram import webhook_route

if TYPE_CHECKING:
    from bot.channels.telegram.sender import TelegramSender

_POLLING = "telegram polling"


@dataclass(frozen=True, slots=True)
class Telegram:
    """The channel in one process. `webhook` is None when updates are polled."""

    api: Api
    sender: TelegramSender
    texts: Texts
    webhook: Webhook | None

    async def poll(self, intake: Intake, database: Database) -> None:
        """Fetches updates until cancelled, in one process of this database at a time."""
        async with database.alone(_POLLING) as alone:
            reception, setup = Reception(intake, self.api), Setup(self.api, self.texts)
            await Poller(self.api, reception, setup, Trouble("polling", self.texts), alone.mine).run()

    async def keep_webhook(self) -> None:
        """Sees to it that Telegram delivers here, until cancelled."""
        if self.webhook is not None:
            setup = Setup(self.api, self.texts)
            await WebhookKeeper(self.api, setup, Trouble("webhook", self.texts), self.webhook).run()

    def routes(self, intake: Intake) -> list[Route]:
        return [webhook_route(Reception(intake, self.api), self.webhook.secret)] if self.webhook else []


@contextlib.asynccontextmanager
async def open_telegram(
    config: TelegramConfig,
    texts: Texts,
    clock: Callable[[], datetime],
    reread: Callable[[], str] | None = None,
    *,
    chat_rests: timedelta = timedelta(seconds=1),
) -> AsyncIterator[Telegram | None]:
    """None without a token: then there is no Telegram."""
    token = config.token.get_secret_value()
    if not token:
        yield None
        return
    from bot.channels.telegram.sender import TelegramSender  # half a second that only Telegram needs

    account = Account(token, config.api_base.rstrip("/"), reread)
    trouble = Trouble("sending", texts)
    sender = TelegramSender(account, texts, trouble, per_second=config.messages_per_second, rest=chat_rests)
    secret = config.webhook_secret.get_secret_value()
    webhook = Webhook(config.webhook_url, secret) if config.mode == "webhook" else None
    async with httpx.AsyncClient() as client, sender.open():
        yield Telegram(Api(account, client, clock), sender, texts, webhook)
