"""Messages that may be why a process died: noted before they are handled, then handled alone, and given up in the end.

What is handled and commits the first time costs nothing here. Doubt falls on whatever waited when this process started,
and on whatever waits when a commit fails.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

from db.uow import UnitOfWork
from domain.models import Incoming, Priority

MOST_TRIES = 3
"""How often a message in doubt is begun. Once with others, then alone: who only stood beside it is soon cleared."""


class Doubts:
    def __init__(self, since: datetime) -> None:
        self._since = since
        self._noted: set[int] = set()

    def rise(self, now: datetime) -> None:
        """A commit failed: any message that waits may be the reason."""
        self._since = now
        self._noted.clear()

    def together(self, messages: Sequence[Incoming]) -> list[Incoming]:
        """Those in front that may share a transaction. Danger is committed before anything else is begun."""
        _, alike = next(groupby(messages, lambda message: (message.priority is Priority.DANGER, self._kind(message))))
        return list(alike)

    async def note(self, uow: UnitOfWork, messages: Sequence[Incoming]) -> bool:
        """Whether these are in doubt and nothing was noted yet: now it is, to be committed before they are handled."""
        if self._kind(messages[0]) in {_FREE, _NOTED}:
            return False
        noted = [message.id for message in messages]
        await uow.inbox.count_try(noted)
        self._noted.update(noted)
        return True

    def _kind(self, message: Incoming) -> int | str:
        if message.received_at >= self._since:
            return _FREE
        if message.id in self._noted:
            return _NOTED
        return message.id if message.tries else _UNTRIED


_FREE, _NOTED, _UNTRIED = "free", "noted", "untried"


def is_hopeless(message: Incoming) -> bool:
    return message.tries > MOST_TRIES
