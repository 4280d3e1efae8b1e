"""The web chat's endpoints: take a message, stream what the bot says, erase."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from bot.channels.web import MAX_TEXT, Streams, arrival
from bot.inbox import Intake
from db.session import Database
from domain.models import Channel, Contact, Outgoing
from services import privacy
from services.callbacks import Callbacks
from web.webhook import read_body

_TOKEN = re.compile(r"Bearer ([0-9a-f]{64})")
_MESSAGE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")
_MAX_BODY = 8 * MAX_TEXT
_MAX_PRESS = 64
_HEARTBEAT_SECONDS = 15
_LOOK_AGAIN_SECONDS = 1.0
"""Another process may have answered; our own worker wakes the stream at once."""

log = structlog.get_logger()


class BadMessage(Exception):
    """What the page sent cannot become a message; it says why and is not worth sending again."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason, self.status = reason, status


@dataclass(frozen=True, slots=True)
class Chat:
    database: Database
    intake: Intake
    streams: Streams
    clock: Callable[[], datetime]
    several_processes: bool
    callbacks: Callbacks

    def routes(self) -> list[Route]:
        return [
            Route("/chat/messages", self.receive, methods=["POST"]),
            Route("/chat/events", self.events, methods=["GET"]),
            Route("/chat/erase", self.erase, methods=["POST"]),
        ]

    async def receive(self, request: Request) -> Response:
        """202 once the message is committed; 503 when it could not be: the page keeps it and sends it again."""
        try:
            token = _token(request)
            message = _message(await read_body(request, _MAX_BODY))
        except BadMessage as bad:
            return JSONResponse({"error": bad.reason}, bad.status)
        try:
            await self.intake.receive(
                arrival(token, message["id"], text=message.get("text", ""), press=message.get("press", ""))
            )
        except Exception as error:
            log.error("web.not_stored", exc_info=error)
            return JSONResponse({"error": "not_stored"}, 503, headers={"Retry-After": "2"})
        return JSONResponse({}, 202)

    async def events(self, request: Request) -> Response:
        """What the bot said after `Last-Event-ID`: as a stream, or at once as JSON where streams do not work."""
        try:
            contact = self._contact(_token(request))
            after = _last_event_id(request)
        except BadMessage as bad:
            return JSONResponse({"error": bad.reason}, bad.status)
        if "text/event-stream" not in request.headers.get("accept", ""):
            letters = await self._letters(contact, after)
            return JSONResponse({"events": [{"id": str(each.id), "data": _data(each)} for each in letters]})
        return StreamingResponse(
            self._stream(contact, after),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )

    async def erase(self, request: Request) -> Response:
        try:
            contact = self._contact(_token(request))
        except BadMessage as bad:
            return JSONResponse({"error": bad.reason}, bad.status)
        async with self.database.transaction() as uow:
            await privacy.erase(uow, contact, self.clock(), self.callbacks)
        return Response(status_code=204)

    def _contact(self, token: str) -> Contact:
        return Contact(self.database.pseudonyms.contact_id(Channel.WEB, token), Channel.WEB)

    async def _letters(self, contact: Contact, after: int) -> list[Outgoing]:
        async with self.database.reading() as uow:
            return await uow.outbox.list_for(contact.id, after)

    async def _stream(self, contact: Contact, after: int) -> AsyncIterator[bytes]:
        yield b": ready\n\n"
        look_again = _LOOK_AGAIN_SECONDS if self.several_processes else _HEARTBEAT_SECONDS
        silent = 0.0
        with self.streams.listen(contact.id) as news:
            while True:
                news.clear()
                for letter in await self._letters(contact, after):
                    after, silent = letter.id, 0.0
                    yield f"id: {letter.id}\ndata: {json.dumps(_data(letter), ensure_ascii=False)}\n\n".encode()
                try:
                    async with asyncio.timeout(look_again):
                        await news.wait()
                except TimeoutError:
                    silent += look_again
                if silent >= _HEARTBEAT_SECONDS:
                    silent = 0.0
                    yield b": still here\n\n"


def _token(request: Request) -> str:
    found = _TOKEN.fullmatch(request.headers.get("authorization", ""))
    if found is None:
        raise BadMessage("token", 401)
    return found[1]


def _last_event_id(request: Request) -> int:
    text = request.headers.get("last-event-id", "0")
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise BadMessage("last_event_id")
    return int(text)


def _message(body: bytes | None) -> dict[str, str]:
    if body is None:
        raise BadMessage("too_long", 413)
    try:
        raw: Any = json.loads(body)
        message = {key: raw[key] for key in ("id", "text", "press") if key in raw}
    except (ValueError, TypeError):
        raise BadMessage("json") from None
    if not all(isinstance(value, str) for value in message.values()):
        raise BadMessage("json")
    if not _MESSAGE_ID.fullmatch(message.get("id", "")):
        raise BadMessage("id")
    if ("text" in message) == ("press" in message):
        raise BadMessage("text_or_press")
    if len(message.get("text", "")) > MAX_TEXT:
        raise BadMessage("too_long", 413)
    if "press" in message and not 1 <= len(message["press"].encode("utf-8", "surrogatepass")) <= _MAX_PRESS:
        raise BadMessage("press")
    # Half a surrogate pair is valid JSON and no valid text; nothing further on could store it.
    return {key: value.encode("utf-8", "replace").decode() for key, value in message.items()}


def _data(letter: Outgoing) -> dict[str, Any]:
    return {
        "text": letter.letter.text,
        "choices": [{"label": choice.label, "press": choice.press} for choice in letter.letter.choices],
        "urgent": letter.letter.urgent,
    }
