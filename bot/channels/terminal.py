"""The terminal: what is typed comes in, what the bot says is printed, buttons as numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import count
from typing import Any

from bot.channels.updates import text_update
from domain.models import Arrival, Channel, Incoming, Letter, Outgoing

_typed = count(1)


def arrival(person: str, text: str) -> Arrival:
    return Arrival(Channel.TERMINAL, person, f"{person}/{next(_typed)}", json.dumps({"text": text}).encode(), text)


def to_update(incoming: Incoming) -> dict[str, Any]:
    return text_update(incoming, json.loads(incoming.payload)["text"])


def as_plain_text(letter: Letter) -> str:
    return "\n".join([letter.text, *(f"  {choice.label}" for choice in letter.choices)])


class TerminalSender:
    """Prints a letter; `write` is print or what a test gives."""

    at_once = 1
    rest = timedelta(0)

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write

    async def send(self, outgoing: Outgoing, external_id: str) -> Sequence[str]:
        self._write(as_plain_text(outgoing.letter))
        return ()
