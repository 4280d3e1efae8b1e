"""The web chat: receives JSON from the page, and tells open pages that something waits for them.

Its letters are not pushed by a Sender: the page fetches them, from the last one that it has seen.
"""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bot.channels.updates import press_update, text_update
from domain.models import Arrival, Channel, Incoming

MAX_TEXT = 10_000
"""Characters of one message; the page does not let more be typed."""


def arrival(token: str, message_id: str, *, text: str = "", press: str = "") -> Arrival:
    """A message of the page. `message_id` is the page's own: sent again after a broken line, it is known."""
    payload = json.dumps({"press": press} if press else {"text": text}, ensure_ascii=False)
    return Arrival(Channel.WEB, token, f"{token}/{message_id}", payload.encode(), text)


def to_update(incoming: Incoming) -> dict[str, Any]:
    raw = json.loads(incoming.payload)
    if "press" in raw:
        return press_update(incoming, raw["press"])
    return text_update(incoming, raw["text"])


class Streams:
    """Wakes the open pages of a contact. Holds no letters: the outbox does."""

    def __init__(self) -> None:
        self._open: defaultdict[int, set[asyncio.Event]] = defaultdict(set)

    @contextmanager
    def listen(self, contact_id: int) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        self._open[contact_id].add(event)
        try:
            yield event
        finally:
            self._open[contact_id].discard(event)
            if not self._open[contact_id]:
                del self._open[contact_id]

    def wake(self, contact_ids: Iterable[int]) -> None:
        for contact_id in contact_ids:
            for event in self._open.get(contact_id, ()):
                event.set()

    @property
    def count(self) -> int:
        return sum(len(events) for events in self._open.values())
