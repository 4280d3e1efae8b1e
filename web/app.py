"""The web application: the chat page, its endpoints, health and metrics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from starlette.applications import Starlette
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from texts import Texts
from web import page
from web.chat import Chat
from web.health import Health

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class WebSettings:
    embed_origins: Sequence[str] = ()
    public_metrics: bool = False


def create_app(
    chat: Chat, health: Health, texts: Texts, settings: WebSettings, webhooks: Sequence[Route] = ()
) -> ASGIApp:
    """`webhooks`: where messengers deliver, and other pages of a channel."""
    home, headers = page.page(texts), page.headers(settings.embed_origins)

    async def show_page(request: Request) -> Response:
        return Response(home, media_type="text/html; charset=utf-8", headers=headers)

    app = Starlette(
        routes=[
            Route("/", show_page),
            *(_asset(path, content, media_type) for path, (content, media_type) in page.assets().items()),
            *chat.routes(),
            *webhooks,
            Route("/healthz", health.healthz),
            Route("/metrics", health.metrics),
        ]
    )
    return NoContentInLogs(GZipMiddleware(app))  # a slow line; streams of events are left as they are


def _asset(path: str, content: bytes, media_type: str) -> Route:
    forever = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}

    async def serve(request: Request) -> Response:
        return Response(content, media_type=media_type, headers=forever)

    return Route(path, serve)


class NoContentInLogs:
    """Catches what nobody caught: the server's own log would print the exception's words."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def watch(message: dict) -> None:  # type: ignore[type-arg]
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)  # type: ignore[arg-type]
        except Exception as error:
            log.error("web.failed", path=scope.get("path"), exc_info=error)
            if scope["type"] == "http" and not started:
                await PlainTextResponse("", 500)(scope, receive, send)
