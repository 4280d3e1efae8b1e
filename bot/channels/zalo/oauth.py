"""The two calls that give tokens. Neither is ever repeated by itself: a refresh token may be used once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx

from bot.channels.zalo.faults import Endpoint, ZaloError
from domain.zalo import ASSUMED_ACCESS_LIFETIME

_VERIFIER_BYTES = 32  # gives the 43 characters that Zalo's console wants


class NotAsked(Exception):
    """The request did not reach Zalo: the token is still unused."""


class OutcomeUnknown(Exception):
    """The request went out and no answer came: the token may be used up."""


@dataclass(frozen=True, slots=True)
class Pair:
    access_token: str
    refresh_token: str
    lifetime: timedelta


def new_verifier() -> str:
    return secrets.token_urlsafe(_VERIFIER_BYTES)


def challenge(verifier: str) -> str:
    """PKCE, S256: what the console wants to know of the verifier."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


class OAuth:
    def __init__(self, http: httpx.AsyncClient, base: str, app_id: str, app_secret: str) -> None:
        self._http = http
        self._url = f"{base}/v4/oa/access_token"
        self._app_id = app_id
        self._headers = {"secret_key": app_secret}

    async def exchange(self, code: str, verifier: str) -> Pair:
        """A code of the consent page (lives 10 minutes, works once) for the first pair."""
        return await self._ask({"grant_type": "authorization_code", "code": code, "code_verifier": verifier})

    async def refresh(self, refresh_token: str) -> Pair:
        """Raises NotAsked, OutcomeUnknown, ZaloError."""
        return await self._ask({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def _ask(self, form: dict[str, str]) -> Pair:
        try:
            response = await self._http.post(self._url, data=form | {"app_id": self._app_id}, headers=self._headers)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotAsked from error
        except httpx.HTTPError as error:
            raise OutcomeUnknown from error
        try:
            answer: dict[str, Any] = response.json()
            if code := int(answer.get("error", 0)):
                raise ZaloError(Endpoint.OAUTH, code)
            return Pair(answer["access_token"], answer["refresh_token"], _lifetime(answer.get("expires_in")))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise OutcomeUnknown from error


def _lifetime(told: object) -> timedelta:
    """Seconds, as a string or a number; whatever Zalo says is believed."""
    try:
        return timedelta(seconds=int(str(told)))
    except ValueError:
        return ASSUMED_ACCESS_LIFETIME
