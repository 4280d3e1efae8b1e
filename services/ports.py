"""What more than one implementation exists of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol, runtime_checkable

from domain.errors import HotlineError
from domain.models import FileWanted, Outgoing


class Unreachable(HotlineError):
    """The person blocked the bot or has gone: never to be tried again."""


class Postponed(HotlineError):
    """Not now, and nobody's fault: the night, or a quota. Other letters to this person do not wait for it."""

    def __init__(self, until: datetime) -> None:
        super().__init__()
        self.until = until


class Refused(HotlineError):
    """The platform will never take this letter: our mistake, and no reason to try again."""


class TryLater(HotlineError):
    """The platform asks to wait, or did not answer. `after` is how long; None: the longer the more often it failed."""

    def __init__(self, after: timedelta | None = None) -> None:
        super().__init__()
        self.after = after


class ChannelDown(TryLater):
    """The platform cannot be reached, or wants nothing from us: not this letter's fault, nobody's letters leave now."""


class FileGone(HotlineError):
    """The platform has this file no longer, or never had it."""


class FileTooLarge(HotlineError):
    """Larger than what is wanted, or than what the platform gives."""


class Sender(Protocol):
    """Renders a letter for its platform and delivers it.

    at_once: how many letters may be on their way to different people at the same time.
    rest: how long one person gets nothing after a letter; danger does not wait for it.
    """

    at_once: int
    rest: timedelta

    async def send(self, outgoing: Outgoing, external_id: str) -> Sequence[str]:
        """The platform's numbers of the messages, where it lets us delete them later.

        Raises Unreachable, Postponed, Refused, TryLater, ChannelDown.
        """


@runtime_checkable
class FileSource(Protocol):
    """A sender whose platform also gives us files that people sent there."""

    async def fetch(self, wanted: FileWanted) -> bytes:
        """The content, at most `wanted.most_bytes`. Raises FileGone, FileTooLarge, TryLater, ChannelDown."""
