"""`hotline run`, `hotline web`, `hotline worker`: a product at work, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Sequence
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from domain.errors import PortTaken
from hotline.config import Config
from hotline.wiring import Product, open_product
from web.app import WebSettings, create_app
from web.chat import Chat
from web.health import Health

_GRACE_SECONDS = 3
"""How long open pages may take to go when the program stops; they come back by themselves."""

OnListening = Callable[[tuple[Any, ...] | None], None]


def web_app(product: Product, settings: WebSettings) -> ASGIApp:
    chat = Chat(
        product.database,
        product.intake,
        product.streams,
        product.clock,
        product.several_processes,
        product.callbacks,
    )
    health = Health(product.database, product.streams, settings.public_metrics)
    return create_app(chat, health, product.knowing.questions.texts, settings)


async def serve(config: Config, *, web: bool, work: bool, on_listening: OnListening) -> None:
    """`hotline run` (both), `hotline web`, `hotline worker`: runs until told to stop."""
    stopping = asyncio.Event()
    if os.name == "posix":  # the server hands the signal on when it has finished; then everything else closes too
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    listener = _listen(config.web.host, config.web.port) if web else None
    async with open_product(config, several_processes=web != work) as product, contextlib.AsyncExitStack() as stack:
        if work:
            await stack.enter_async_context(product.at_work())
        if listener is None:
            on_listening(None)
            await stopping.wait()
        else:
            await stack.enter_async_context(product.taking_in())
            settings = WebSettings(config.web.embed_origins, config.web.public_metrics)
            await _serve_web(web_app(product, settings), listener, config.web.trusted_proxies, on_listening)


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
