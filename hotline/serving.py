"""`hotline run`, `hotline web`, `hotline worker`: a product at work, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import uvicorn
from starlette.routing import Route
from starlette.types import ASGIApp

from domain.clock import utc_now
from domain.errors import HotlineError, PortTaken
from domain.models import Channel
from hotline.config import Config
from hotline.telegram import open_telegram
from hotline.wiring import Product, open_product, running
from hotline.zalo import open_zalo
from texts import vietnamese
from web.app import WebSettings, create_app
from web.chat import Chat
from web.health import Health
from web.once import OncePages

_GRACE_SECONDS = 3
"""How long open pages may take to go when the program stops; they come back by themselves."""

OnListening = Callable[[tuple[Any, ...] | None], None]


def web_app(product: Product, settings: WebSettings, webhooks: Sequence[Route] = ()) -> ASGIApp:
    chat = Chat(
        product.database,
        product.intake,
        product.streams,
        product.clock,
        product.several_processes,
        product.callbacks,
    )
    health = Health(product.database, product.streams, settings.public_metrics)
    texts = product.knowing.questions.texts
    once = OncePages(product.database, product.clock, texts)
    return create_app(chat, health, texts, settings, [*webhooks, *once.routes()])


async def serve(
    config: Config, *, web: bool, work: bool, on_listening: OnListening, reread: Callable[[], Config] | None = None
) -> None:
    """`hotline run` (both), `hotline web`, `hotline worker`: runs until told to stop.

    reread: reads the settings again, for a token that was corrected meanwhile.
    """
    stopping = asyncio.Event()
    if os.name == "posix":  # the server hands the signal on when it has finished; then everything else closes too
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    listener = _listen(config.web.host, config.web.port) if web else None
    async with contextlib.AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(
            open_telegram(config.telegram, vietnamese(), utc_now, partial(_token, reread or (lambda: config)))
        )
        senders = {Channel.TELEGRAM: telegram.sender} if telegram and work else {}
        zalo = await stack.enter_async_context(
            open_zalo(config.zalo_oa, config.web.public_url, vietnamese(), utc_now, sends=work)
        )
        product = await stack.enter_async_context(
            open_product(config, senders, senders_with=zalo.join, several_processes=web != work)
        )
        if work:
            await stack.enter_async_context(product.at_work())
        await stack.enter_async_context(product.taking_in())
        await stack.enter_async_context(running(zalo.watch()))
        if telegram and telegram.webhook is None and work:
            await stack.enter_async_context(running(telegram.poll(product.intake, product.database)))
        if listener is None:
            on_listening(None)
            await stopping.wait()
            return
        if telegram and telegram.webhook:
            await stack.enter_async_context(running(telegram.keep_webhook()))
        settings = WebSettings(config.web.embed_origins, config.web.public_metrics)
        webhooks = [*(telegram.routes(product.intake) if telegram else ()), *zalo.routes(product.intake)]
        app = web_app(product, settings, webhooks)
        if not stopping.is_set():  # told to stop while everything was still being loaded
            await _serve_web(app, listener, config.web.trusted_proxies, on_listening)


def _token(reread: Callable[[], Config]) -> str:
    """Empty while somebody is still editing the settings."""
    try:
        return reread().telegram.token.get_secret_value()
    except HotlineError:
        return ""


async def _serve_web(app: ASGIApp, listener: socket.socket, proxies: Sequence[str], on_listening: OnListening) -> None:
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_config=None,
            server_header=False,
            lifespan="off",
            proxy_headers=bool(proxies),
            forwarded_allow_ips=list(proxies),
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
    )
    on_listening(listener.getsockname())
    await server.serve([listener])


def _listen(host: str, port: int) -> socket.socket:
    """Takes the port before anything slow is done, so that a taken one is said at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise PortTaken(host=host, port=port) from None
    return listener
