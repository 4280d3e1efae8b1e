"""Whether the program is well, for the machine that watches it. No figure here belongs to a person."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.channels.web import Streams
from db.session import Database


@dataclass(frozen=True, slots=True)
class Health:
    database: Database
    streams: Streams
    public_metrics: bool

    async def healthz(self, request: Request) -> Response:
        """200 while the database can be written, else 503."""
        try:
            async with self.database.transaction():
                pass
        except Exception:
            return JSONResponse({"status": "database"}, 503)
        return JSONResponse({"status": "ok"})

    async def metrics(self, request: Request) -> Response:
        """Prometheus text; to this machine only, unless configured otherwise."""
        if not self.public_metrics and not _from_here(request):
            return Response(status_code=403)
        registry = CollectorRegistry()
        async with self.database.reading() as uow:
            waiting = await uow.inbox.count_waiting()
        Gauge("hotline_inbox_waiting", "Messages that wait for an answer", registry=registry).set(waiting)
        Gauge("hotline_chat_pages", "Open web chat pages", registry=registry).set(self.streams.count)
        return Response(generate_latest(registry), media_type="text/plain; version=0.0.4")


def _from_here(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
