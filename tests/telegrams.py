"""The Telegram channel against our server, in the test's own process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from db.session import Database
from domain.models import Channel
from hotline.config import TelegramConfig
from hotline.knowing import Knowing
from hotline.serving import web_app
from hotline.telegram import Telegram, open_telegram
from hotline.wiring import Product, running
from tests.citizen import TelegramCitizen
from tests.fakes.telegram import FakeTelegram
from tests.servers import running_server
from texts import vietnamese
from web.app import WebSettings

SECRET = "bi-mat-cua-webhook-2026"
texts = vietnamese()


def environment(fake: FakeTelegram, **more: str) -> dict[str, str]:
    """Of a program that talks with this server."""
    return {"HOTLINE_TELEGRAM__TOKEN": fake.token, "HOTLINE_TELEGRAM__API_BASE": fake.url} | more


@asynccontextmanager
async def telegram_at(
    fake: FakeTelegram,
    clock: Callable[[], datetime],
    *,
    chat_rests: timedelta = timedelta(0),
    reread: Callable[[], str] | None = None,
    **settings: Any,
) -> AsyncIterator[Telegram]:
    """As fast as the server lets it, unless `chat_rests` says otherwise."""
    given = {"token": fake.token, "api_base": fake.url, "messages_per_second": 1000} | settings
    config = TelegramConfig.model_validate(given)
    async with open_telegram(config, texts, clock, reread, chat_rests=chat_rests) as channel:
        assert channel is not None
        yield channel


@asynccontextmanager
async def hotline_at(
    fake: FakeTelegram,
    database: Database,
    knowing: Knowing,
    clock: Callable[[], datetime],
    *,
    messages_per_minute: int = 0,
    receiving: bool = True,
    several_processes: bool = False,
    **settings: Any,
) -> AsyncIterator[Product]:
    """The whole hotline with Telegram beside the web chat, as `hotline run` puts it together."""
    async with AsyncExitStack() as stack:
        channel = await stack.enter_async_context(telegram_at(fake, clock, **settings))
        product = Product(
            database,
            knowing,
            {Channel.TELEGRAM: channel.sender},
            clock,
            several_processes=several_processes,
            messages_per_minute=messages_per_minute,
        )
        await stack.enter_async_context(product.at_work())
        await stack.enter_async_context(product.taking_in())
        if receiving and channel.webhook is None:
            await stack.enter_async_context(running(channel.poll(product.intake, product.database)))
        if receiving and channel.webhook:
            app = web_app(product, WebSettings(), channel.routes(product.intake))
            fake.deliver_to = [await stack.enter_async_context(running_server(app)) + "/telegram/webhook"]
            await stack.enter_async_context(running(channel.keep_webhook()))
        yield product


def citizen_of(fake: FakeTelegram, product: Product) -> TelegramCitizen:
    return TelegramCitizen(product, person=fake.person())
