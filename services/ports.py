"""What more than one implementation exists of."""

from __future__ import annotations

from datetime import timedelta
from typing import Protocol

from domain.errors import HotlineError
from domain.models import Outgoing


class Unreachable(HotlineError):
    """The person blocked the bot or has gone: never to be tried again."""


class TryLater(HotlineError):
    """The platform asks to wait, or did not answer. `after` is how long."""

    def __init__(self, after: timedelta) -> None:
        super().__init__()
        self.after = after


class Sender(Protocol):
    """Renders a letter for its platform and delivers it."""

    async def send(self, outgoing: Outgoing, external_id: str) -> None:
        """Raises Unreachable, TryLater."""
