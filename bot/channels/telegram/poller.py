"""Fetches updates without a public address. It asks for more only when what it has is committed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from bot.channels.telegram.api import Api, Kind, TelegramTrouble
from bot.channels.telegram.reception import Reception
from bot.channels.telegram.setup import Setup
from bot.channels.telegram.trouble import Trouble
from bot.channels.telegram.updates import ALLOWED_UPDATES

_WAIT_SECONDS = 25
_AT_ONCE = 100
_NOT_MINE_SECONDS = 5.0
_NOT_STORED_SECONDS = 1.0
log = structlog.get_logger()


class Poller:
    """`mine`: whether this process is the one that polls; the others ask again now and then."""

    def __init__(
        self, api: Api, reception: Reception, setup: Setup, trouble: Trouble, mine: Callable[[], Awaitable[bool]]
    ) -> None:
        self._api = api
        self._reception = reception
        self._setup = setup
        self._trouble = trouble
        self._mine = mine
        self._offset = 0

    async def run(self) -> None:
        """Polls until cancelled; whatever goes wrong is said and tried again."""
        ready = False
        while True:
            try:
                if not await self._mine():
                    await asyncio.sleep(_NOT_MINE_SECONDS)
                    continue
                if not ready:
                    await self._setup.for_polling()
                    ready = True
                await self._fetch()
            except TelegramTrouble as trouble:
                if trouble.kind is Kind.TOKEN and self._api.account.look_again():
                    self._offset = 0  # another bot counts its updates from elsewhere
                ready = ready and trouble.kind not in {Kind.TOKEN, Kind.WEBHOOK_SET}
                await asyncio.sleep(self._trouble.met(trouble.kind, trouble.after))
            except Exception as error:  # not stored: the offset stays, Telegram keeps them
                log.error("telegram.not_stored", exc_info=error)
                await asyncio.sleep(_NOT_STORED_SECONDS)

    async def _fetch(self) -> None:
        updates = await self._api.call(
            "getUpdates",
            wait=_WAIT_SECONDS,
            offset=self._offset,
            limit=_AT_ONCE,
            timeout=_WAIT_SECONDS,
            allowed_updates=ALLOWED_UPDATES,
        )
        if not isinstance(updates, list):
            raise TelegramTrouble(Kind.BROKEN)
        self._trouble.over()
        self._trouble.clock(self._api.skew)
        known = [update for update in updates if isinstance(update, dict) and isinstance(update.get("update_id"), int)]
        await self._store(known)
        if known:
            self._offset = max(update["update_id"] for update in known) + 1

    async def _store(self, updates: list[dict[str, Any]]) -> None:
        """All of them or an error: tasks start in this order, so the inbox has them in this order."""
        results = await asyncio.gather(*(self._reception.take(update) for update in updates), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
