"""Calls of the Bot API whose answers we want as they come: getUpdates, webhook, commands, presses."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any

import httpx

_SECONDS = 15.0
"""How long an answer may take, beside the time that getUpdates waits for news."""


class Kind(StrEnum):
    """Why Telegram does not do what we ask; each has its text under `telegram.trouble`."""

    TOKEN = "token"  # noqa: S105 - a kind of trouble
    CONFLICT = "conflict"
    WEBHOOK_SET = "webhook_set"
    RATE = "rate"
    REFUSED = "refused"
    SERVER = "server"
    SLOW = "slow"
    NETWORK = "network"
    CERTIFICATE = "certificate"
    BROKEN = "broken"


class TelegramTrouble(Exception):
    """`after`: how long Telegram asks to wait. The description is Telegram's and may quote what was sent."""

    def __init__(self, kind: Kind, description: str = "", after: timedelta | None = None) -> None:
        super().__init__(kind)
        self.kind, self.description, self.after = kind, description, after


@dataclass(slots=True)
class Account:
    """The bot that we are, and the server that knows it. `reread` looks up the token in the settings again."""

    token: str
    api_base: str
    reread: Callable[[], str] | None = None

    @property
    def bot(self) -> str:
        """The bot's id: the part of the token that is no secret."""
        return self.token.split(":")[0]

    def look_again(self) -> bool:
        """Takes over a token that was corrected in the settings meanwhile; whether there was one."""
        token = self.reread() if self.reread is not None else ""
        if not token or token == self.token:
            return False
        self.token = token
        return True


@dataclass(slots=True)
class Api:
    """`skew`: how far this machine's clock is ahead of Telegram's, as of the last answer."""

    account: Account
    client: httpx.AsyncClient
    clock: Callable[[], datetime]
    skew: timedelta = field(default=timedelta(0))

    async def call(self, method: str, *, wait: float = 0.0, **parameters: Any) -> Any:
        """`wait`: seconds that the server may take on purpose. Raises TelegramTrouble, nothing else."""
        url = f"{self.account.api_base}/bot{self.account.token}/{method}"
        try:
            response = await self.client.post(
                url, json=parameters, timeout=httpx.Timeout(_SECONDS, read=_SECONDS + wait)
            )
        except httpx.TimeoutException:
            raise TelegramTrouble(Kind.SLOW) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TelegramTrouble(Kind.CERTIFICATE if _bad_certificate(error) else Kind.NETWORK) from None
        self._compare_clocks(response)
        return _result(response)

    def _compare_clocks(self, response: httpx.Response) -> None:
        try:
            there = parsedate_to_datetime(response.headers["date"])
        except (KeyError, ValueError):
            return
        self.skew = self.clock() - (there if there.tzinfo else there.replace(tzinfo=UTC))


def _result(response: httpx.Response) -> Any:
    """What the server answered. Raises TelegramTrouble for every other answer."""
    try:
        body = response.json()
        if body["ok"]:
            return body["result"]
        description = str(body.get("description", ""))
        after = (body.get("parameters") or {}).get("retry_after")
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError):
        raise TelegramTrouble(Kind.SERVER if response.status_code >= 500 else Kind.BROKEN) from None
    match response.status_code:
        case 401 | 404:
            kind = Kind.TOKEN
        case 409:
            kind = Kind.WEBHOOK_SET if "webhook" in description.lower() else Kind.CONFLICT
        case 429:
            kind = Kind.RATE
        case status if status >= 500:
            kind = Kind.SERVER
        case _:
            kind = Kind.REFUSED
    raise TelegramTrouble(kind, description, timedelta(seconds=after) if after else None)


def _bad_certificate(error: BaseException) -> bool:
    """A machine whose clock is wrong takes every certificate for expired."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        cause = cause.__cause__ or cause.__context__
    return "CERTIFICATE_VERIFY_FAILED" in str(error)
