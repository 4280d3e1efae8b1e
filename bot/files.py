"""Files that people send: asked for as an errand of the outbox, fetched by the channel, brought in like a message."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import PurePath
from typing import Any

from aiogram.types import Message

from bot.turn import Turn
from domain.models import ArrivedFile, FileProblem, FileWanted, Letter, SentFile

MOST_BYTES = 5 * 1024**2
"""A sheet of 5000 rows has less than one; Telegram gives a bot at most 20 (Bot API: getFile)."""

SHEETS = frozenset({".xlsx", ".csv"})
_MARK = b"FILE\n"
"""What a channel stores is JSON, so no message begins like this."""


async def has_document(message: Message, turn: Turn) -> bool:
    """Somebody sent a file; what it holds is not here yet. Its name and where it lies: `turn.sent_file()`."""
    return message.document is not None and turn.arrived is None


def arrived_for(use: str) -> Callable[[Message, Turn], Awaitable[bool | dict[str, Any]]]:
    """A filter: the file that was wanted for this use has come, or the reason why not."""

    async def has_come(message: Message, turn: Turn) -> bool | dict[str, Any]:
        return {"arrived": turn.arrived} if turn.arrived is not None and turn.arrived.use == use else False

    return has_come


def is_sheet(file: SentFile) -> bool:
    """By its name: what it really is shows when it is read."""
    return PurePath(file.name).suffix.lower() in SHEETS


def want(turn: Turn, file: SentFile, use: str) -> None:
    """The file is fetched once this turn is committed; then the handlers with `arrived_for(use)` are called."""
    wanted = FileWanted(file, use, MOST_BYTES)
    turn.uow.outbox.add(turn.contact, Letter("", wanted=wanted), turn.now)


def pack(arrived: ArrivedFile) -> bytes:
    """As the inbox keeps it until it is handled."""
    head = {"name": arrived.name, "use": arrived.use, "problem": arrived.problem}
    return _MARK + json.dumps(head, ensure_ascii=False).encode() + b"\n" + arrived.content


def unpack(payload: bytes) -> ArrivedFile | None:
    """None for everything that is no file."""
    if not payload.startswith(_MARK):
        return None
    head, _, content = payload.removeprefix(_MARK).partition(b"\n")
    said = json.loads(head)
    return ArrivedFile(said["name"], said["use"], content, FileProblem(said["problem"]) if said["problem"] else None)
