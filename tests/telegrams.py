"""The Telegram channel against our server, in the test's own process."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from hotline.config import TelegramConfig
from hotline.telegram import Telegram, open_telegram
from tests.fakes.telegram import FakeTelegram
from texts import vietnamese


@asynccontextmanager
async def telegram_at(
    fake: FakeTelegram, clock: Callable[[], datetime], *, chat_rests: timedelta = timedelta(0), **settings: Any
) -> AsyncIterator[Telegram]:
    """As fast as the server lets it, unless `chat_rests` says otherwise."""
    given = {"token": fake.token, "api_base": fake.url, "messages_per_second": 1000} | settings
    config = TelegramConfig.model_validate(given)
    async with open_telegram(config, vietnamese(), clock, chat_rests=chat_rests) as channel:
        assert channel is not None
        yield channel
