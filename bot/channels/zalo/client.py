"""Zalo's HTTP: the token in a header of its own, errors inside answers that say 200."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from bot.channels.zalo.faults import Endpoint, Fault, ZaloError
from bot.channels.zalo.pace import Pace
from services.ports import ChannelDown, FileGone, FileTooLarge, TryLater

TIMEOUT_SECONDS = 20.0
"""Shorter than what an unfinished refresh is believed (domain.zalo.REFRESH_IN_FLIGHT)."""


_FILE_HOMES = ("zalo.me", "zaloapp.com", "zdn.vn", "zadn.vn", "dlfl.vn")
"""Domains of Zalo and of VNG's network for its files."""

_MOST_HOPS = 4


@dataclass(frozen=True, slots=True)
class Hosts:
    """Without a slash at the end. business: where templates go by phone number."""

    api: str = "https://openapi.zalo.me"
    oauth: str = "https://oauth.zaloapp.com"
    business: str = "https://business.openapi.zalo.me"


class Tokens(Protocol):
    """Where access tokens come from: `tokens.Tokens`, or a check that must not refresh anything."""

    async def access(self) -> str: ...
    async def instead_of(self, refused: str) -> str: ...


class ZaloClient:
    def __init__(self, http: httpx.AsyncClient, hosts: Hosts, tokens: Tokens, pace: Pace) -> None:
        self._http = http
        self._hosts = hosts
        self._tokens = tokens
        self._pace = pace

    async def say(self, user_id: str, message: dict[str, Any]) -> None:
        """A consultation message. Every method raises ZaloError, ChannelDown."""
        body = {"recipient": {"user_id": user_id}, "message": message}
        await self._ask(Endpoint.OA, f"{self._hosts.api}/v3.0/oa/message/cs", json=body)

    async def say_to_visitor(self, anonymous_id: str, conversation_id: str, text: str) -> None:
        recipient = {"anonymous_id": anonymous_id, "conversation_id": conversation_id}
        body = {"recipient": recipient, "message": {"text": text}}
        await self._ask(Endpoint.OA, f"{self._hosts.api}/v2.0/oa/message", json=body)

    async def template(self, user_id: str, template_id: str, fields: dict[str, str]) -> None:
        body = {"user_id": user_id, "template_id": template_id, "template_data": fields}
        await self._ask(Endpoint.TEMPLATE, f"{self._hosts.api}/v3.0/oa/message/template", json=body)

    async def template_by_phone(self, phone: str, template_id: str, fields: dict[str, str], tracking_id: str) -> None:
        """`phone`: 84912345678. `tracking_id`: at most 48 characters; the same one is delivered once."""
        body = {"phone": phone, "template_id": template_id, "template_data": fields, "tracking_id": tracking_id}
        await self._ask(Endpoint.TEMPLATE, f"{self._hosts.business}/message/template", json=body)

    async def upload(self, name: str, content: bytes) -> str:
        """The token of a file, good for seven days."""
        files = {"file": (name, content)}
        data = await self._ask(Endpoint.OA, f"{self._hosts.api}/v2.0/oa/upload/file", files=files)
        token = data.get("token") or data.get("attachment_id")
        if not token:  # Zalo says "success" with nothing in it for a kind of file that it does not take
            raise ZaloError(Endpoint.OA, -201)
        return str(token)

    async def download(self, url: str, most_bytes: int) -> bytes:
        """A file that a person sent, from where Zalo keeps such files. The token does not go there.

        Raises FileGone (also for an address that is not Zalo's), FileTooLarge, TryLater.
        """
        content = bytearray()
        try:
            for _ in range(_MOST_HOPS):
                self._only_at_zalo(url)
                async with self._http.stream("GET", url, follow_redirects=False) as response:
                    if response.has_redirect_location:
                        url = str(response.url.join(response.headers["location"]))
                        continue
                    if response.status_code >= 500:
                        raise TryLater
                    if response.status_code != 200:
                        raise FileGone
                    async for piece in response.aiter_bytes():
                        content += piece
                        if len(content) > most_bytes:
                            raise FileTooLarge
                    return bytes(content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TryLater from error
        raise FileGone

    def _only_at_zalo(self, url: str) -> None:
        """A webhook that was forged must not make us ask for anything of the agency's own network."""
        asked, ours = httpx.URL(url), httpx.URL(self._hosts.api)
        at_zalo = asked.scheme == "https" and any(f".{asked.host}".endswith(f".{home}") for home in _FILE_HOMES)
        if not (at_zalo or (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)):
            raise FileGone

    async def account(self) -> dict[str, Any]:
        """Name, `is_verified`, `package_name`, `linked_ZCA` of the Official Account."""
        return await self._ask(Endpoint.OA, f"{self._hosts.api}/v2.0/oa/getoa")

    async def quota(self) -> dict[str, Any]:
        """What the package has left; it shows whether the app may use the messages at all."""
        asked = {"quota_owner": "OA", "product_type": "cs", "quota_type": "sub_quota"}
        return await self._ask(Endpoint.OA, f"{self._hosts.api}/v3.0/oa/quota/message", json=asked)

    async def _ask(self, endpoint: Endpoint, url: str, **content: Any) -> dict[str, Any]:
        token = await self._tokens.access()
        try:
            return await self._once(endpoint, url, token, content)
        except ZaloError as error:
            if error.fault is not Fault.TOKEN:
                raise
        return await self._once(endpoint, url, await self._tokens.instead_of(token), content)

    async def _once(self, endpoint: Endpoint, url: str, token: str, content: dict[str, Any]) -> dict[str, Any]:
        self._pace.step()
        try:
            method = "POST" if content else "GET"
            response = await self._http.request(method, url, headers={"access_token": token}, **content)
            answer = response.json()
            code = int(answer.get("error", 0))
        except (httpx.HTTPError, ValueError, AttributeError) as error:  # no answer, or none of Zalo's
            raise ChannelDown from error
        if response.headers.get("X-RateLimit-Remain") == "0":
            self._pace.nothing_left()
        if not code:
            data = answer.get("data")
            return data if isinstance(data, dict) else {}
        refusal = ZaloError(endpoint, code)
        if refusal.fault is Fault.RATE:
            raise ChannelDown(self._pace.nothing_left()) from refusal
        raise refusal
