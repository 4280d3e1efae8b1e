"""What every messenger's webhook does: a body of a bounded size, stored within the time that the platform waits."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import Response

STORED_WITHIN_SECONDS = 1.5
"""Zalo waits two seconds; the rest is for the way there and back."""

_SAY_AGAIN_SECONDS = 60.0
log = structlog.get_logger()


class Strangers:
    """Somebody who guesses must not fill the log: one line a minute, with how many came."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._count = 0
        self._said_at = -_SAY_AGAIN_SECONDS

    def came(self, **said: object) -> None:
        self._count += 1
        if time.monotonic() - self._said_at >= _SAY_AGAIN_SECONDS:
            log.warning(self._event, count=self._count, **said)
            self._count, self._said_at = 0, time.monotonic()


async def read_body(request: Request, limit: int) -> bytes | None:
    """None when it has more than `limit` bytes."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > limit:
            return None
    return bytes(body)


async def answer_when_stored(storing: Coroutine[Any, Any, None], platform: str) -> Response:
    """200 once it is stored; 503 when that fails or takes too long: the platform brings it again."""

    def look_at_error(late: asyncio.Future[None]) -> None:
        if not late.cancelled() and (error := late.exception()):
            log.error(f"{platform}.not_stored", exc_info=error)

    stored = asyncio.ensure_future(storing)
    try:
        async with asyncio.timeout(STORED_WITHIN_SECONDS):
            await asyncio.shield(stored)
    except TimeoutError:  # it may still be stored; the repeat is then recognised
        log.warning(f"{platform}.webhook_slow")
        stored.add_done_callback(look_at_error)
        return Response(status_code=503)
    except Exception as error:
        log.error(f"{platform}.not_stored", exc_info=error)
        return Response(status_code=503)
    return Response(status_code=200)
