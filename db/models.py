"""The tables. Whatever a citizen wrote or is known by on a channel is in an `Encrypted` column or not kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Index, LargeBinary, SmallInteger, String, TextClause, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

KEYS_ATTRIBUTE = "hotline_keys"
"""Where the engine's dialect carries the `Keys`: one engine, one key, no global."""


class Encrypted(TypeDecorator[bytes]):
    """Bytes sealed with the external key; `column` names where they belong and is authenticated."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        return None if value is None else getattr(dialect, KEYS_ATTRIBUTE).seal(value, self.column)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bytes | None:
        return None if value is None else getattr(dialect, KEYS_ATTRIBUTE).open(bytes(value), self.column)


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC datetimes on every database; a naive one is a bug and is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, int: BigInteger, str: String}


class Numbered(Base):
    """Rows whose id the program makes beforehand (`domain.ids.new_id`)."""

    __abstract__ = True
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def index_where(condition: TextClause, name: str, *columns: Any, unique: bool = False) -> Index:
    """An index of the rows for which the condition holds, on both databases."""
    return Index(name, *columns, unique=unique, postgresql_where=condition, sqlite_where=condition)


class SecretRow(Base):
    """Secrets of this database, sealed with the external key; opening one proves that the key fits."""

    __tablename__ = "secrets"
    name: Mapped[str] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(Encrypted("secrets.secret"))


class ContactRow(Base):
    """One person on one channel. `id` is a keyed hash of `external_id`. Erased two days after the last message."""

    __tablename__ = "contacts"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    channel: Mapped[str]
    external_id: Mapped[bytes] = mapped_column(Encrypted("contacts.external_id"))
    seen_at: Mapped[datetime]


WAITING = text("contact_id IS NOT NULL")


class InboxRow(Numbered):
    """An update, until it is handled; then a tombstone without contact and payload, against repeats.

    tries: how often it was begun after a crash, or after a commit that failed.
    """

    __tablename__ = "inbox"
    __table_args__ = (
        Index("uq_inbox_update", "channel", "update_digest", unique=True),
        index_where(WAITING, "ix_inbox_waiting", "priority", "id"),
        index_where(WAITING, "ix_inbox_contact", "contact_id"),
        Index("ix_inbox_received", "received_at"),
    )
    channel: Mapped[str]
    update_digest: Mapped[bytes]
    contact_id: Mapped[int | None]
    priority: Mapped[int] = mapped_column(SmallInteger)
    received_at: Mapped[datetime]
    payload: Mapped[bytes | None] = mapped_column(Encrypted("inbox.payload"))
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")


class OutboxRow(Numbered):
    """Everything that leaves. `identity` makes a planned message unique; replies have none."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_due", "channel", "state", "priority", "due_at", "id"),
        Index("ix_outbox_contact", "contact_id", "id"),
        Index("ix_outbox_claimed", "state", "claimed_at"),
        Index("ix_outbox_expires", "expires_at"),
    )
    identity: Mapped[str | None] = mapped_column(unique=True)
    contact_id: Mapped[int]
    channel: Mapped[str]
    priority: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(SmallInteger)
    due_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    letter: Mapped[bytes] = mapped_column(Encrypted("outbox.letter"))


class ChatMessageRow(Numbered):
    """A message that the bot could delete in a messenger; the number is sealed and gone after 48 hours."""

    __tablename__ = "chat_messages"
    __table_args__ = (
        Index("ix_chat_messages_contact", "contact_id"),
        Index("ix_chat_messages_expires", "expires_at"),
    )
    contact_id: Mapped[int]
    said_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    message_id: Mapped[bytes] = mapped_column(Encrypted("chat_messages.message_id"))


class ConversationRow(Base):
    """What the bot remembers of a talk, for 24 hours."""

    __tablename__ = "conversations"
    __table_args__ = (Index("ix_conversations_updated", "updated_at"),)
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    updated_at: Mapped[datetime]
    memory: Mapped[bytes] = mapped_column(Encrypted("conversations.memory"))


class DailyCounterRow(Base):
    """How often something happened on a day (local date); nothing here belongs to a person."""

    __tablename__ = "daily_counters"
    counted_on: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)
    measure: Mapped[str] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class ZaloGrantRow(Base):
    """The right to speak for one Official Account; one row per app. `seed`: digest of the pair in the settings."""

    __tablename__ = "zalo_grants"
    app_id: Mapped[str] = mapped_column(primary_key=True)
    access_token: Mapped[bytes] = mapped_column(Encrypted("zalo_grants.access_token"))
    refresh_token: Mapped[bytes] = mapped_column(Encrypted("zalo_grants.refresh_token"))
    renewed_at: Mapped[datetime]
    access_ends_at: Mapped[datetime]
    pending_at: Mapped[datetime | None]
    trouble: Mapped[str]
    seed: Mapped[bytes | None]


class UnreachableRow(Base):
    """Why a contact cannot be reached; gone as soon as the contact writes again or is forgotten."""

    __tablename__ = "unreachable"
    contact_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    reason: Mapped[str]
    since: Mapped[datetime]


class OnceRow(Base):
    """A message that is shown once on a page of its own; found by a digest of its address."""

    __tablename__ = "once"
    __table_args__ = (Index("ix_once_expires", "expires_at"), Index("ix_once_contact", "contact_id"))
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    contact_id: Mapped[int]
    expires_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(Encrypted("once.content"))
