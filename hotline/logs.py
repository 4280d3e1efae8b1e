"""Logs without a citizen's words: an exception is written as its kind and where it happened, never with its message."""

from __future__ import annotations

import asyncio
import logging
import sys
import traceback
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict

_CHATTY = ("aiogram", "apscheduler", "alembic", "sqlalchemy", "aiosqlite", "httpx", "httpcore", "uvicorn")
_SAID_BY_US = ("telegram.ext.AIORateLimiter", "telegram.request.BaseRequest")
"""What these log at every refusal of Telegram is said once, in Vietnamese, by the channel."""


def configure_logs(level: str, *, json_lines: bool) -> None:
    number = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            where_it_happened,
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if json_lines
            else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, handlers=[OtherLibraries()], force=True)
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True
    for name in _SAID_BY_US:
        logging.getLogger(name).disabled = True


def where_it_happened(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replaces an exception by its kind and the lines that it went through."""
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = frames(error.__traceback__)
        if error.__cause__ is not None:
            event["cause"] = type(error.__cause__).__name__
    return event


def frames(tb: TracebackType | None) -> str:
    """Files and line numbers only: source lines and values stay out."""
    return " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}" for frame in traceback.extract_tb(tb)[::-1][:8]
    )


class OtherLibraries(logging.Handler):
    """What libraries log: their name and level, and where; not their words, which may quote what was sent to them."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        structlog.get_logger().log(
            record.levelno, "library", library=record.name, line=f"{record.filename}:{record.lineno}", exc_info=error
        )


def quiet_loop(loop: asyncio.AbstractEventLoop) -> None:
    """asyncio prints forgotten exceptions with their words; ours only says where."""

    def forgotten(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        structlog.get_logger().error("loop.forgotten", exc_info=context.get("exception"))

    loop.set_exception_handler(forgotten)
