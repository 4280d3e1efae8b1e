"""Puts the Zalo channel together from the settings: webhook, tokens, sender."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx
import structlog
from starlette.routing import Route

from bot.channels.zalo.client import TIMEOUT_SECONDS, Hosts, ZaloClient
from bot.channels.zalo.client import Tokens as TokenSource
from bot.channels.zalo.oauth import OAuth
from bot.channels.zalo.pace import Pace
from bot.channels.zalo.presses import Presses
from bot.channels.zalo.rendering import Rendering
from bot.channels.zalo.sender import Manner, ZaloSender
from bot.channels.zalo.tokens import Seed, Tokens
from bot.inbox import Intake
from db.session import Database
from domain.models import Channel
from hotline.config import ZaloOaConfig
from services.ports import Sender
from texts import Texts
from web.zalo import ZaloWebhook

_WATCH_SECONDS = 60
log = structlog.get_logger()


@dataclass(slots=True)
class Zalo:
    """The channel in one process; `join` gives it the database once that is open."""

    config: ZaloOaConfig
    public_url: str
    texts: Texts
    clock: Callable[[], datetime]
    http: httpx.AsyncClient
    sends: bool
    tokens: Tokens | None = field(default=None, init=False)

    @property
    def used(self) -> bool:
        return bool(self.config.app_id)

    def join(self, database: Database) -> Mapping[Channel, Sender]:
        if not (self.used and self.sends):
            return {}
        self.tokens = open_tokens(self.config, database, self.http, self.clock)
        client = open_client(self.config, self.tokens, self.http, self.clock)
        rendering = Rendering(self.config.buttons, self.config.button_shape == "template")
        manner = Manner(rendering, self.config.templates, self.public_url)
        presses = Presses(database.pseudonyms)
        return {Channel.ZALO: ZaloSender(client, database, presses, self.texts, self.clock, manner)}

    async def watch(self) -> None:
        """Renews the tokens in time, until cancelled, also when nobody writes."""
        while self.tokens is not None:
            try:
                await self.tokens.watch()
            except Exception as error:
                log.error("zalo.watch_failed", exc_info=error)
            await asyncio.sleep(_WATCH_SECONDS)

    def routes(self, intake: Intake) -> list[Route]:
        if not self.used:
            return []
        secret = self.config.oa_secret_key.get_secret_value()
        enforce = self.config.signature == "enforce"
        return ZaloWebhook(intake, self.config.app_id, secret, enforce=enforce, clock=self.clock).routes()


@contextlib.asynccontextmanager
async def open_zalo(
    config: ZaloOaConfig, public_url: str, texts: Texts, clock: Callable[[], datetime], *, sends: bool
) -> AsyncIterator[Zalo]:
    """Without an app id it does nothing."""
    async with open_http() as http:
        yield Zalo(config, public_url, texts, clock, http, sends)


def open_http() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=TIMEOUT_SECONDS)


def open_tokens(
    config: ZaloOaConfig, database: Database, http: httpx.AsyncClient, clock: Callable[[], datetime]
) -> Tokens:
    seed = Seed(config.access_token.get_secret_value(), config.refresh_token.get_secret_value())
    return Tokens(database, config.app_id, open_oauth(config, http), clock, seed)


def open_oauth(config: ZaloOaConfig, http: httpx.AsyncClient) -> OAuth:
    return OAuth(http, config.oauth_base.rstrip("/"), config.app_id, config.app_secret.get_secret_value())


def open_client(
    config: ZaloOaConfig, tokens: TokenSource, http: httpx.AsyncClient, clock: Callable[[], datetime]
) -> ZaloClient:
    hosts = Hosts(*(base.rstrip("/") for base in (config.api_base, config.oauth_base, config.business_base)))
    return ZaloClient(http, hosts, tokens, Pace(config.requests_per_minute, clock))
