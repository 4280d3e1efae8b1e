"""The real program as a process of its own, to be killed."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.conftest import MODEL_CACHE
from tests.patience import PATIENCE_SECONDS
from tests.servers import plain_client


@dataclass
class RunningHotline:
    """`hotline run` (or another command) in a folder of its own, listening on a port of this machine.

    module: what is run, when it is not the program as it is.
    """

    folder: Path
    command: str = "run"
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    module: str = "hotline"
    process: asyncio.subprocess.Process | None = None

    def __post_init__(self) -> None:
        if not self.port:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / f"log-{self.port}.txt"

    async def start(self, *, wait: bool = True) -> None:
        settings = {"HOTLINE_WEB__PORT": str(self.port), "HOTLINE_KNOWLEDGE__CACHE_DIR": str(MODEL_CACHE)}
        with self.log.open("ab") as log:
            self.process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", self.module, self.command),
                cwd=self.folder,
                env=os.environ | settings | self.environment,
                stdout=log,
                stderr=log,
            )
        if wait:
            await self.wait_until_healthy()

    async def wait_until_healthy(self) -> None:
        async with plain_client() as client:
            for _ in range(PATIENCE_SECONDS * 20):
                assert self.process is not None
                if self.process.returncode is not None:
                    raise AssertionError(f"hotline run ended: {self.log.read_text()}")
                try:
                    if (await client.get(f"{self.url}/healthz")).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                await asyncio.sleep(0.05)
        raise TimeoutError("hotline run did not start")

    async def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        await self.process.wait()

    async def stop(self) -> int:
        """As an administrator stops it; gives the exit code."""
        assert self.process is not None
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        return await self.process.wait()
