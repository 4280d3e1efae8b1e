"""Files on Zalo: PDF, DOC and DOCX up to 5 MB; an uploaded one can be sent for seven days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import PurePath

from bot.channels.zalo.client import ZaloClient
from bot.channels.zalo.faults import Fault, ZaloError
from domain.models import Document

MAX_BYTES = 5 * 1024**2
SUFFIXES = frozenset({".pdf", ".doc", ".docx"})
_TOKEN_LIFETIME = timedelta(days=6)
"""A day less than Zalo's seven."""


def fits(document: Document) -> bool:
    return PurePath(document.name).suffix.lower() in SUFFIXES and len(document.content) <= MAX_BYTES


class Files:
    """Uploads a file once for all who get it: Zalo allows 5000 uploads a month."""

    def __init__(self, client: ZaloClient, clock: Callable[[], datetime]) -> None:
        self._client = client
        self._clock = clock
        self._tokens: dict[bytes, tuple[str, datetime]] = {}

    async def send(self, user_id: str, document: Document) -> None:
        """Raises ZaloError: also for a token that Zalo forgot, once it has been fetched anew."""
        try:
            await self._say(user_id, await self._token(document))
        except ZaloError as error:
            if error.fault is not Fault.ASSET:
                raise
            self._tokens.pop(_name(document), None)
            await self._say(user_id, await self._token(document))

    async def _say(self, user_id: str, token: str) -> None:
        await self._client.say(user_id, {"attachment": {"type": "file", "payload": {"token": token}}})

    async def _token(self, document: Document) -> str:
        now, name = self._clock(), _name(document)
        self._tokens = {key: kept for key, kept in self._tokens.items() if kept[1] > now}
        if name not in self._tokens:
            self._tokens[name] = (await self._client.upload(document.name, document.content), now + _TOKEN_LIFETIME)
        return self._tokens[name][0]


def _name(document: Document) -> bytes:
    return sha256(document.name.encode() + b"\0" + document.content).digest()
