"""What the hotline is made of. Frozen facts; whoever changes one makes a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

MESSAGE_LIFETIME = timedelta(hours=24)
"""How long an unanswered text, a half-filled form or an undelivered reply is kept (design 2.3, 3.6)."""

TOMBSTONE_LIFETIME = timedelta(hours=48)
"""How long the mark of a handled update is kept, because platforms repeat (design 3.2)."""

CHAT_MESSAGE_LIFETIME = timedelta(hours=48)
"""How long a messenger lets a bot delete a message; so long its number is kept, sealed."""

LIST_LIFETIME = timedelta(minutes=30)
"""How long a typed number refers to the last list shown (design 3.3)."""


class Channel(StrEnum):
    WEB = "web"
    TELEGRAM = "telegram"
    ZALO = "zalo"
    TERMINAL = "terminal"


class Priority(IntEnum):
    """Smaller leaves and is handled first."""

    DANGER = 0
    REPLY = 1
    NOTICE = 2
    OVER_LIMIT = 3
    """Incoming only: the first message over the polite limit, answered by a request to slow down."""

    DANGER_AGAIN = 4
    """Incoming only: danger from somebody over the polite limit: answered, but no longer before everybody else."""


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
    message_id: the channel's number of the message, where the channel lets us delete it later; else empty.
    only_if_danger: not addressed to us (a group) or answered before (an edit): stored only when it is about danger.
    """

    channel: Channel
    external_id: str
    update_key: str
    payload: bytes
    text: str
    message_id: str = ""
    only_if_danger: bool = False


@dataclass(frozen=True, slots=True)
class Incoming:
    """A stored update that waits to be handled.

    tries: how often it was begun in doubt: whatever it was that ended the process or the commit before, it may be this.
    """

    id: int
    contact: Contact
    received_at: datetime
    priority: Priority
    payload: bytes
    tries: int = 0

    @property
    def danger(self) -> bool:
        """Whether the intake found danger in it; it has looked at the whole text."""
        return self.priority in {Priority.DANGER, Priority.DANGER_AGAIN}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button: what it says, and what pressing it (or typing its number) means."""

    label: str
    press: str


@dataclass(frozen=True, slots=True)
class Document:
    """A file under a letter: a report."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file that somebody sent in a chat. reference: where it is, in the channel's own words."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class FileWanted:
    """One that we want: the channel fetches it, then it comes in like a message.

    use: what it is for, for the handler that will get it.
    """

    file: SentFile
    use: str
    most_bytes: int


class FileProblem(StrEnum):
    """Why a file that was wanted did not come."""

    TOO_LARGE = "too_large"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class ArrivedFile:
    """A file that was wanted, now at hand; with a problem there is no content."""

    name: str
    use: str
    content: bytes = b""
    problem: FileProblem | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """A planned message in words that a platform has approved beforehand.

    kind: names the template in the settings (`zalo_oa.templates`). fields: what fills it.
    """

    kind: str
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What the hotline says in one message, before a channel renders it.

    protect: must not be forwarded or saved, where the channel can prevent it.
    cover: neutral words to be shown first where others may look at the screen; empty for what was just asked for.
    erase_chat: the channel is to delete what was said so far, as far as it can; then the letter is said.
    farewell: the person wished it deleted: the channel says how far it could; `text` is for channels that cannot.
    notice: how to say it where only approved templates arrive; None: it cannot be said there.
    wanted: nothing is said; the channel is to fetch this file.
    """

    text: str
    choices: tuple[Choice, ...] = ()
    urgent: bool = False
    protect: bool = False
    cover: str = ""
    erase_chat: bool = False
    farewell: bool = False
    document: Document | None = None
    notice: Notice | None = None
    wanted: FileWanted | None = None


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message in a messenger's chat, said by the bot or by the person, that the bot may still delete."""

    message_id: str
    said_at: datetime


class OutboxState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A letter on its way to one contact; `said` is what a letter that erases the chat is to delete."""

    id: int
    contact: Contact
    priority: Priority
    letter: Letter
    due_at: datetime
    attempts: int = 0
    said: tuple[ChatMessage, ...] = ()


@dataclass(slots=True)
class Conversation:
    """What the bot remembers of a talk for a while: a half-filled form, the last list shown, the last topic.

    shown: the presses of the last list, in the order of their numbers. Not what anybody typed.
    danger_at, child_at: when danger was last met, or a child last seemed to write; no menu and no form that is begun or
        left makes it forgotten.
    """

    state: str | None = None
    form: dict[str, object] = field(default_factory=dict)
    shown: tuple[str, ...] = ()
    shown_at: datetime | None = None
    topic: str | None = None
    topic_at: datetime | None = None
    danger_at: datetime | None = None
    child_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Agency:
    """Who runs this hotline, as the administrator entered it; empty where nothing is entered.

    campaigns: what a leaflet's link puts behind /start, and is counted.
    """

    name: str = ""
    province: str = ""
    phone: str = ""
    hours: str = ""
    only_approved: bool = False
    campaigns: frozenset[str] = frozenset()
