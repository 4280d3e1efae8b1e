"""Zalo's webhook: verified, stored, then answered, within the two seconds that Zalo waits."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.zalo.receiving import Event
from bot.channels.zalo.signature import signed_by
from bot.inbox import Intake
from web.webhook import Strangers, answer_when_stored, read_body

PATH = "/zalo/oa/webhook"
GREETING = "hotline zalo webhook"
"""What a GET answers: `hotline check` recognises by it that the public address leads here."""

REPLAY_WINDOW = timedelta(hours=24)
"""How old a signed event may be. Zalo repeats for about two hours (one source says twelve); the marks against repeats
are kept for 48."""

_SIGNATURE_HEADER = "x-zevent-signature"
_MAX_BODY = 256 * 1024
_FOR_ADMINISTRATORS = frozenset({"change_template_status", "change_oa_daily_quota", "change_template_quota"})
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class ZaloWebhook:
    """`enforce`: False takes an event with a wrong signature too, and says so in the log."""

    intake: Intake
    app_id: str
    secret: str
    enforce: bool
    clock: Callable[[], datetime]
    strangers: Strangers = field(default_factory=lambda: Strangers("zalo.signature_wrong"), init=False)

    def routes(self) -> list[Route]:
        return [Route(PATH, self.look, methods=["GET"]), Route(PATH, self.receive, methods=["POST"])]

    async def look(self, request: Request) -> Response:
        """The console's check of the address."""
        return PlainTextResponse(GREETING)

    async def receive(self, request: Request) -> Response:
        """200 once the event is stored or is not for us; 403 unsigned by Zalo; 503: Zalo brings it again."""
        body = await read_body(request, _MAX_BODY)
        if body is None:
            return Response(status_code=413)
        signature = request.headers.get(_SIGNATURE_HEADER)
        if signature is None:  # the console's check may be an unsigned POST; nothing in it is believed
            return PlainTextResponse(GREETING)
        try:
            event = Event.parse(body)
        except (ValueError, RecursionError):
            return Response(status_code=400)
        if not signed_by(signature, body, event.timestamp, self.secret, (self.app_id, event.oa_id)):
            self.strangers.came(name=_name(event), taken=not self.enforce)
            if self.enforce:
                return Response(status_code=403)
        if event.sent_at is None or abs(self.clock() - event.sent_at) > REPLAY_WINDOW:
            log.warning("zalo.event_too_old", name=_name(event))
            return Response(status_code=200)
        if event.name in _FOR_ADMINISTRATORS:
            log.warning("zalo.news", name=event.name)
        arrival = event.to_arrival()
        if arrival is None:
            return Response(status_code=200)
        return await answer_when_stored(self.intake.receive(arrival), "zalo")


def _name(event: Event) -> str:
    """Never what somebody else wrote there."""
    return event.name if re.fullmatch(r"[a-z_]{1,40}", event.name) else "-"
