"""The tables of staff, invitations and the audit trail."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base, Encrypted, index_where

WORKS = text("left_at IS NULL")


class StaffRow(Base):
    """Somebody who works here, or did: the number stays in the records, name and address go when they leave.

    card: sealed JSON with the name that colleagues use and the channel's own id.
    communes: names separated by line breaks; empty is the whole province.
    """

    __tablename__ = "staff"
    __table_args__ = (
        index_where(WORKS, "uq_staff_contact", "contact_id", unique=True),
        Index("ix_staff_role", "role", "on_duty"),
    )
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    contact_id: Mapped[int | None]
    channel: Mapped[str]
    role: Mapped[str]
    communes: Mapped[str]
    on_duty: Mapped[bool]
    joined_at: Mapped[datetime]
    left_at: Mapped[datetime | None]
    card: Mapped[bytes | None] = mapped_column(Encrypted("staff.card"))


class InvitationRow(Base):
    """A way in, for one person and 72 hours. The code itself is nowhere.

    volunteer: whose account it makes, for volunteers.
    """

    __tablename__ = "invitations"
    __table_args__ = (Index("ix_invitations_expires", "expires_at"),)
    digest: Mapped[bytes] = mapped_column(primary_key=True)
    role: Mapped[str]
    communes: Mapped[str]
    expires_at: Mapped[datetime]
    invited_by: Mapped[int | None]
    used_by: Mapped[int | None]
    volunteer: Mapped[int | None] = mapped_column(Integer)


class AuditRow(Base):
    """One entry of the trail; triggers refuse to change or delete it."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    staff: Mapped[int | None]
    action: Mapped[str]
    subject: Mapped[int | None]
    details: Mapped[str]
    hash: Mapped[bytes]


class AuditHeadRow(Base):
    """The number and hash of the last entry, sealed: whoever cuts off the end cannot write this."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    head: Mapped[bytes] = mapped_column(Encrypted("audit_head.head"))


class RevealRow(Base):
    """Whose chat holds a number since when, so that it is taken back before the messenger no longer lets us."""

    __tablename__ = "reveals"
    __table_args__ = (Index("ix_reveals_shown", "shown_at"),)
    request_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff: Mapped[int] = mapped_column(Integer)
    shown_at: Mapped[datetime]
