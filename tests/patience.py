"""Waiting for what comes about beside the test."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable

PATIENCE_SECONDS = 90
"""Spent only by a test that fails: a machine may be busy with other things for long."""

_LOOK_AGAIN_SECONDS = 0.01


async def eventually(is_so: Callable[[], object | Awaitable[object]]) -> None:
    """Waits until something is so. Raises TimeoutError."""
    for _ in range(int(PATIENCE_SECONDS / _LOOK_AGAIN_SECONDS)):
        found = is_so()
        if await found if inspect.isawaitable(found) else found:
            return
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    raise TimeoutError
