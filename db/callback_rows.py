"""The tables of callback requests and of logged contacts."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Integer, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base, Encrypted, Numbered, index_where

NOT_CLOSED = text("state <> 'closed'")
CALLED = text("state <> 'closed' AND same_as IS NULL")


class CallbackRequestRow(Numbered):
    """A wish to be called or answered. Deleted, not marked, when its time is up.

    phone_digest, ticket_digest: keyed; nothing comes back out of them without the external key.
    left_at: when the number was left; typed again, it counts anew.
    safe_from, safe_until: minutes of the local day.
    check_at: when somebody in danger is asked whether help was reached.
    """

    __tablename__ = "callback_requests"
    __table_args__ = (
        Index("uq_callback_requests_ticket", "ticket_digest", unique=True),
        index_where(NOT_CLOSED, "uq_callback_requests_contact", "contact_id", unique=True),
        index_where(CALLED, "uq_callback_requests_phone", "phone_digest", unique=True),
        Index("ix_callback_requests_queue", "state", text("urgent DESC"), "due_from", "opened_at", "id"),
        index_where(NOT_CLOSED, "ix_callback_requests_claimed", "claimed_by"),
        Index("ix_callback_requests_closed", "closed_at"),
        Index("ix_callback_requests_same", "same_as"),
    )
    state: Mapped[str]
    wish: Mapped[str]
    channel: Mapped[str]
    contact_id: Mapped[int | None]
    consent_id: Mapped[int | None]
    ticket_digest: Mapped[bytes | None]
    phone: Mapped[bytes | None] = mapped_column(Encrypted("callback_requests.phone"))
    phone_digest: Mapped[bytes | None]
    note: Mapped[bytes | None] = mapped_column(Encrypted("callback_requests.note"))
    risk_note: Mapped[bytes | None] = mapped_column(Encrypted("callback_requests.risk_note"))
    opened_at: Mapped[datetime]
    left_at: Mapped[datetime]
    safe_first: Mapped[date]
    safe_from: Mapped[int] = mapped_column(SmallInteger)
    safe_until: Mapped[int] = mapped_column(SmallInteger)
    due_from: Mapped[datetime]
    due_until: Mapped[datetime]
    if_other: Mapped[str]
    topic: Mapped[str]
    commune: Mapped[str]
    urgent: Mapped[bool]
    child: Mapped[bool]
    attempts: Mapped[int] = mapped_column(SmallInteger)
    same_as: Mapped[int | None]
    claimed_by: Mapped[int | None]
    claimed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    check_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    told_level: Mapped[int] = mapped_column(SmallInteger)


class CallbackLineRow(Numbered):
    """A message between a citizen and a counsellor, under a request; gone with it."""

    __tablename__ = "callback_lines"
    __table_args__ = (Index("ix_callback_lines_request", "request_id", "id"),)
    request_id: Mapped[int]
    from_citizen: Mapped[bool]
    written_at: Mapped[datetime]
    line: Mapped[bytes] = mapped_column(Encrypted("callback_lines.line"))


class ConsentRow(Numbered):
    """Proof that somebody agreed (Luật 91/2025/QH15, Điều 9): which text, when. Not who: nothing leads there."""

    __tablename__ = "consents"
    text_version: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class RestraintRow(Numbered):
    """What slows down misuse: wrong codes, requests one after the other, blocked numbers and contacts. All expire."""

    __tablename__ = "restraints"
    __table_args__ = (
        Index("ix_restraints_digest", "kind", "digest", "happened_at"),
        Index("ix_restraints_expires", "expires_at"),
    )
    kind: Mapped[str]
    digest: Mapped[bytes]
    happened_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ErasureRow(Base):
    """The ledger: keyed marks of what was erased, so that no restored backup brings it back."""

    __tablename__ = "erasures"
    __table_args__ = (Index("ix_erasures_erased", "erased_at"),)
    mark: Mapped[bytes] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime]


COUNTED = (
    *("happened_on", "outcome", "way", "commune", "topic", "who", "sex", "age_group", "referral"),
    *("attempts", "waited_minutes", "client_id", "recorded_at"),
)
"""Everything that reports count: they read this index and never the rows."""


class ContactRecordRow(Numbered):
    """A logged contact. Stays and counts for good; its note is sealed and can be blanked.

    client_id to work: only of contacts with people after rehabilitation.
    waited_minutes: how long somebody waited for the call that met them.
    """

    __tablename__ = "contact_records"
    __table_args__ = (
        Index("ix_contact_records_happened", "happened_on", "commune"),
        Index("ix_contact_records_commune", "commune", "happened_on"),
        Index("ix_contact_records_counts", *COUNTED),
        Index("ix_contact_records_staff", "staff_id", "happened_on"),
        Index("ix_contact_records_request", "request_id"),
        Index("ix_contact_records_client", "client_id", "happened_on"),
        Index("ix_contact_records_volunteer", "volunteer", "happened_on"),
    )
    identity: Mapped[str | None] = mapped_column(unique=True)
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    way: Mapped[str]
    channel: Mapped[str]
    staff_id: Mapped[int | None]
    request_id: Mapped[int | None]
    topic: Mapped[str]
    who: Mapped[str]
    commune: Mapped[str]
    sex: Mapped[str]
    age_group: Mapped[str]
    outcome: Mapped[str]
    referral: Mapped[str]
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    attempts: Mapped[int] = mapped_column(SmallInteger)
    note: Mapped[bytes | None] = mapped_column(Encrypted("contact_records.note"))
    client_id: Mapped[int | None]
    follow_up_id: Mapped[int | None]
    volunteer: Mapped[int | None] = mapped_column(Integer)
    condition: Mapped[str] = mapped_column(server_default="")
    work: Mapped[str] = mapped_column(server_default="")
    waited_minutes: Mapped[int | None] = mapped_column(Integer)
