"""Telegram's webhook: stored, then answered. Who does not know the secret is not Telegram."""

from __future__ import annotations

import hmac
import json

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.channels.telegram.reception import Reception
from bot.channels.telegram.setup import WEBHOOK_PATH
from web.webhook import Strangers, answer_when_stored, read_body

_SECRET_HEADER = "x-telegram-bot-api-secret-token"  # noqa: S105 - the name of a header
_MAX_BODY = 1024 * 1024
log = structlog.get_logger()


def webhook_route(reception: Reception, secret: str) -> Route:
    strangers = Strangers("telegram.webhook_secret_wrong")

    async def receive(request: Request) -> Response:
        """200 once the update is stored; 503 when that fails or takes too long: Telegram brings it again."""
        given = request.headers.get(_SECRET_HEADER, "").encode("latin-1")
        if not hmac.compare_digest(given, secret.encode("latin-1")):
            strangers.came()
            return Response(status_code=403)
        body = await read_body(request, _MAX_BODY)
        if body is None:
            return Response(status_code=413)
        try:
            update = json.loads(body)
        except ValueError:  # broken on the way: Telegram has it whole
            log.warning("telegram.webhook_broken")
            return Response(status_code=400)
        return await answer_when_stored(reception.take(update), "telegram")

    return Route(WEBHOOK_PATH, receive, methods=["POST"])
