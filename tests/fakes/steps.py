"""What can go wrong with one request: each step stands around the server's own handling of it."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

Answer = tuple[int, Any]
"""HTTP status and body: a dict becomes JSON, a text is sent as it is."""

Handle = Callable[[], Awaitable[Answer]]
Step = Callable[[Handle], Awaitable[Answer]]


class LineCut(Exception):
    """The connection ends without an answer."""


async def lost_before(_handle: Handle) -> Answer:
    """The request never arrives."""
    raise LineCut


async def lost_after(handle: Handle) -> Answer:
    """It is done, but the answer never arrives."""
    await handle()
    raise LineCut


async def broken_json(_handle: Handle) -> Answer:
    return 200, '{"ok": true, "result": [{"update_'


async def blocked_page(_handle: Handle) -> Answer:
    """What a provider answers in Telegram's place."""
    return 200, "<html>Trang này đã bị chặn</html>"


async def bad_gateway(_handle: Handle) -> Answer:
    return 502, "<html>502 Bad Gateway</html>"


async def server_error(_handle: Handle) -> Answer:
    return 500, {"ok": False, "error_code": 500, "description": "Internal Server Error"}


def delayed(seconds: float) -> Step:
    async def step(handle: Handle) -> Answer:
        await asyncio.sleep(seconds)
        return await handle()

    return step


def too_many(retry_after: int) -> Step:
    async def step(_handle: Handle) -> Answer:
        described = f"Too Many Requests: retry after {retry_after}"
        return 429, {
            "ok": False,
            "error_code": 429,
            "description": described,
            "parameters": {"retry_after": retry_after},
        }

    return step


@dataclass(slots=True)
class Kill:
    """Ends a process, as a power cut would, at an exact moment of a request."""

    done: list[str] = field(default_factory=list)

    def before(self, pid: Callable[[], int]) -> Step:
        async def step(_handle: Handle) -> Answer:
            self._now(pid(), "before")
            raise LineCut

        return step

    def after(self, pid: Callable[[], int]) -> Step:
        async def step(handle: Handle) -> Answer:
            await handle()
            self._now(pid(), "after")
            raise LineCut

        return step

    def while_answering(self, pid: Callable[[], int]) -> Step:
        """The answer is on its way: it is read, but there is no time to do anything with it."""

        async def step(handle: Handle) -> Answer:
            answer = await handle()
            asyncio.get_running_loop().call_soon(self._now, pid(), "while_answering")
            return answer

        return step

    def _now(self, pid: int, when: str) -> None:
        os.kill(pid, signal.SIGKILL)
        self.done.append(when)
