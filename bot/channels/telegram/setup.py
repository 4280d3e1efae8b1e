"""What Telegram is told when the program starts: how updates come, and what the menu offers."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from bot.channels.telegram.api import Api, Kind, TelegramTrouble
from bot.channels.telegram.trouble import Trouble
from bot.channels.telegram.updates import ALLOWED_UPDATES
from texts import Texts

WEBHOOK_PATH = "/telegram/webhook"
_LOOK_SECONDS = 300.0
_SET_AGAIN_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram delivers, and the secret by which we know that it is Telegram."""

    site: str
    secret: str

    @property
    def url(self) -> str:
        site = self.site.rstrip("/")
        return site if site.endswith(WEBHOOK_PATH) else site + WEBHOOK_PATH


@dataclass(frozen=True, slots=True)
class Setup:
    """Each call raises TelegramTrouble. What waits for us at Telegram is never dropped."""

    api: Api
    texts: Texts

    async def for_polling(self) -> None:
        await self.api.call("deleteWebhook", drop_pending_updates=False)
        await self._offer_menu()

    async def for_webhook(self, webhook: Webhook) -> None:
        await self.api.call(
            "setWebhook",
            url=webhook.url,
            secret_token=webhook.secret,
            allowed_updates=ALLOWED_UPDATES,
            drop_pending_updates=False,
        )
        await self._offer_menu()

    async def _offer_menu(self) -> None:
        """Nothing rests on the menu: a server that does not take it is no reason not to talk."""
        try:
            await self.api.call("setMyCommands", commands=commands(self.texts))
            await self.api.call("setChatMenuButton", menu_button={"type": "commands"})
        except TelegramTrouble as trouble:
            if trouble.kind is not Kind.REFUSED:
                raise


def commands(texts: Texts) -> list[dict[str, str]]:
    return [{"command": name, "description": words} for name, words in texts.under("telegram.commands").items()]


class WebhookKeeper:
    """Sets the webhook and looks now and then whether it is still set; webhook mode only."""

    def __init__(self, api: Api, setup: Setup, trouble: Trouble, webhook: Webhook) -> None:
        self._api = api
        self._setup = setup
        self._trouble = trouble
        self._webhook = webhook

    async def run(self) -> None:
        ready = False
        while True:
            try:
                if not ready:
                    await self._setup.for_webhook(self._webhook)
                    ready = True
                state: dict[str, Any] = await self._api.call("getWebhookInfo")
                ready = state.get("url") == self._webhook.url
                self._trouble.over()
                self._trouble.clock(self._api.skew)
                await asyncio.sleep(_LOOK_SECONDS if ready else _SET_AGAIN_SECONDS)
            except TelegramTrouble as trouble:
                if trouble.kind is Kind.TOKEN:
                    self._api.account.look_again()
                    ready = False
                await asyncio.sleep(self._trouble.met(trouble.kind, trouble.after))
