"""Real servers on free ports of this machine."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp


@asynccontextmanager
async def running_server(app: ASGIApp) -> AsyncIterator[str]:
    """Serves an application for the block; gives its address."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve([listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task


def plain_client(url: str = "", timeout_seconds: float = 5) -> httpx.AsyncClient:
    """Talks to a server of this machine: past any proxy, and without reading the authorities of TLS."""
    return httpx.AsyncClient(base_url=url, trust_env=False, verify=False, timeout=timeout_seconds)
