"""How requests reach Telegram: aiohttp under python-telegram-bot, a third of the processor time of its own httpx."""

from __future__ import annotations

from typing import Any

import aiohttp
import httpx
from telegram._utils.defaultvalue import DefaultValue
from telegram._utils.types import ODVInput
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData


class AiohttpRequest(BaseRequest):
    """`answer_seconds` without a file, `file_seconds` with one; certificates and proxies as httpx takes them."""

    def __init__(self, *, connections: int, connect_seconds: float, answer_seconds: float, file_seconds: float) -> None:
        self._connections = connections
        self._connect_seconds = connect_seconds
        self._answer_seconds = answer_seconds
        self._file_seconds = file_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._answer_seconds

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections, ssl=httpx.create_ssl_context())
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, headers=headers, trust_env=True)

    async def shutdown(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        write_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        connect_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
        pool_timeout: ODVInput[float] = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Raises TimedOut, NetworkError (whose cause is what the network did)."""
        if self._session is None:
            raise RuntimeError("not initialized")
        files = request_data.multipart_data if request_data else {}
        seconds = self._file_seconds if files else self._answer_seconds
        timeout = aiohttp.ClientTimeout(
            total=seconds + self._connect_seconds,
            sock_connect=_given(connect_timeout, self._connect_seconds),
            sock_read=_given(read_timeout, seconds),
        )
        try:
            body = _body(request_data.json_parameters if request_data else {}, files)
            async with self._session.request(method, url, data=body, timeout=timeout) as response:
                return response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error


def _given(timeout: ODVInput[float], usual: float) -> float | None:
    return usual if isinstance(timeout, DefaultValue) else timeout


def _body(fields: dict[str, str], files: dict[str, Any]) -> dict[str, str] | aiohttp.FormData:
    if not files:
        return fields
    form = aiohttp.FormData(fields)
    for name, (filename, content, kind) in files.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form
