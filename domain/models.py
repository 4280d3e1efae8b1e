"""What the hotline is made of. Frozen facts; whoever changes one makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

MESSAGE_LIFETIME = timedelta(hours=24)
"""How long an unanswered text, a half-filled form or an undelivered reply is kept (design 2.3, 3.6)."""

TOMBSTONE_LIFETIME = timedelta(hours=48)
"""How long the mark of a handled update is kept, because platforms repeat (design 3.2)."""

LIST_LIFETIME = timedelta(minutes=30)
"""How long a typed number refers to the last list shown (design 3.3)."""


class Channel(StrEnum):
    WEB = "web"
    TERMINAL = "terminal"


class Priority(IntEnum):
    """Smaller leaves and is handled first."""

    DANGER = 0
    REPLY = 1
    NOTICE = 2


@dataclass(frozen=True, slots=True)
class Contact:
    """One person on one channel. `id` is ours, a keyed hash of the channel's id; handlers never see the latter."""

    id: int
    channel: Channel


@dataclass(frozen=True, slots=True)
class Arrival:
    """An update as a channel delivered it, before it is stored.

    update_key: what the platform repeats when it repeats the update; unique within the channel.
    payload: the raw update as JSON, kept encrypted until it is handled.
    text: what the person wrote, looked through for danger before anything else.
    """

    channel: Channel
    external_id: str
    update_key: str
    payload: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """A stored update that waits to be handled."""

    id: int
    contact: Contact
    received_at: datetime
    priority: Priority
    payload: bytes


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, and what pressing it (or typing its number) means."""

    label: str
    press: str


@dataclass(frozen=True, slots=True)
class Letter:
    """What the hotline says in one message, before a channel renders it.

    protect: must not be forwarded or saved, where the channel can prevent it.
    erase_chat: the channel is to delete what was said so far, as far as it can.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    urgent: bool = False
    protect: bool = False
    erase_chat: bool = False


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter on its way to one contact."""

    id: int
    contact: Contact
    priority: Priority
    letter: Letter
    due_at: datetime
    attempts: int = 0


@dataclass(slots=True)
class Conversation:
    """What the bot remembers of a talk for a while: a half-filled form, the last list shown, the last topic.

    shown: the presses of the last list, in the order of their numbers. Not what anybody typed.
    """

    state: str | None = None
    form: dict[str, object] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    shown_at: datetime | None = None
    topic: str | None = None
    topic_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """Who runs this hotline, as the administrator entered it; empty where nothing is entered."""

    name: str = ""
    province: str = ""
    phone: str = ""
    hours: str = ""
    only_approved: bool = False
