"""The tables of people after rehabilitation: who they are (a code), who is assigned, what is planned."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, Index, Integer, SmallInteger, func, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base, Encrypted, Numbered, index_where

IS_OPEN = text("state IN ('planned', 'due')")
IS_MISSED = text("state = 'missed'")
STILL = text("until IS NULL")


class VolunteerRow(Base):
    """Somebody who is assigned by decision; found by a keyed digest of the agency's code."""

    __tablename__ = "volunteers"
    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    code_digest: Mapped[bytes] = mapped_column(unique=True)
    code: Mapped[bytes] = mapped_column(Encrypted("volunteers.code"))
    added_at: Mapped[datetime]


class VolunteerAccountRow(Base):
    """Which numbers of staff a volunteer has had: a new one after a lost phone."""

    __tablename__ = "volunteer_accounts"
    __table_args__ = (Index("ix_volunteer_accounts_volunteer", "volunteer"),)
    staff: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    volunteer: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime]


class ClientRow(Numbered):
    """A person after rehabilitation. The code is sealed; who it is stands in the agency's register alone."""

    __tablename__ = "clients"
    __table_args__ = (
        Index("ix_clients_commune", "commune", "state"),
        Index("ix_clients_volunteer", "volunteer", "state"),
        Index("ix_clients_ends", "ends_on"),
    )
    code_digest: Mapped[bytes] = mapped_column(unique=True)
    code: Mapped[bytes] = mapped_column(Encrypted("clients.code"))
    ground: Mapped[str]
    sex: Mapped[str]
    birth_year: Mapped[int | None] = mapped_column(SmallInteger)
    start_on: Mapped[date]
    decision: Mapped[bytes | None] = mapped_column(Encrypted("clients.decision"))
    decided_on: Mapped[date | None]
    computed_on: Mapped[date | None]
    given_on: Mapped[date | None]
    ends_on: Mapped[date]
    ends_reason: Mapped[str]
    state: Mapped[str]
    state_reason: Mapped[str]
    state_on: Mapped[date]
    commune: Mapped[str]
    commune_code: Mapped[str]
    volunteer: Mapped[int | None] = mapped_column(Integer)
    added_at: Mapped[datetime]


class StayRow(Numbered):
    """In which commune a client was managed from when until when."""

    __tablename__ = "stays"
    __table_args__ = (
        index_where(STILL, "uq_stays_current", "client_id", unique=True),
        Index("ix_stays_client", "client_id"),
    )
    client_id: Mapped[int]
    commune: Mapped[str]
    from_on: Mapped[date]
    until: Mapped[date | None]
    reason: Mapped[str]


class AssignmentRow(Numbered):
    """Which volunteer had a client from when until when."""

    __tablename__ = "assignments"
    __table_args__ = (
        index_where(STILL, "uq_assignments_current", "client_id", unique=True),
        Index("ix_assignments_client", "client_id"),
        Index("ix_assignments_volunteer", "volunteer"),
    )
    client_id: Mapped[int]
    volunteer: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[date]
    until: Mapped[date | None]


class InterruptionRow(Numbered):
    """When a client was in prison, away, or wished not to be contacted."""

    __tablename__ = "interruptions"
    __table_args__ = (
        index_where(STILL, "uq_interruptions_current", "client_id", unique=True),
        Index("ix_interruptions_client", "client_id"),
    )
    client_id: Mapped[int]
    reason: Mapped[str]
    from_on: Mapped[date]
    until: Mapped[date | None]


class ClientChangeRow(Numbered):
    """The trail of a client: what was done when by whom; never changed."""

    __tablename__ = "client_changes"
    __table_args__ = (Index("ix_client_changes_client", "client_id", "id"),)
    client_id: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(Integer)
    change: Mapped[str]
    effective_on: Mapped[date]
    detail: Mapped[str]


class FollowUpRow(Numbered):
    """A planned contact. Volunteer and commune stand still once it is closed: that is what counts are made of."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        Index("uq_follow_ups_number", "client_id", "number", unique=True),
        index_where(IS_OPEN, "ix_follow_ups_earliest", "earliest_on"),
        index_where(IS_OPEN, "ix_follow_ups_latest", "latest_on"),
        index_where(IS_MISSED, "ix_follow_ups_missed", "latest_on"),
        index_where(IS_OPEN, "ix_follow_ups_volunteer", "volunteer", "earliest_on"),
        Index("ix_follow_ups_counts", "due_on", "commune", "volunteer"),
        Index("ix_follow_ups_record", "record_id"),
    )
    client_id: Mapped[int]
    number: Mapped[int] = mapped_column(SmallInteger)
    earliest_on: Mapped[date]
    due_on: Mapped[date]
    latest_on: Mapped[date]
    method: Mapped[str]
    hour: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[str]
    reason: Mapped[str]
    volunteer: Mapped[int | None] = mapped_column(Integer)
    commune: Mapped[str]
    record_id: Mapped[int | None]
    done_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]


def follow_up_is_open() -> ColumnElement[bool]:
    """In the words of the indexes: SQLite takes a partial index only when its condition stands in the statement."""
    return FollowUpRow.state.in_([literal_column("'planned'"), literal_column("'due'")])


def follow_up_is_missed() -> ColumnElement[bool]:
    return FollowUpRow.state == literal_column("'missed'")


def follow_up_lasts(day: date) -> ColumnElement[bool]:
    """Its window is not over on that day. Nearly all plans lie ahead, so this must not choose the index: by
    `earliest_on` only what has begun is looked at."""
    return func.coalesce(FollowUpRow.latest_on, FollowUpRow.latest_on) >= day


class FollowUpChangeRow(Numbered):
    """The trail of a follow-up; never changed."""

    __tablename__ = "follow_up_changes"
    __table_args__ = (Index("ix_follow_up_changes_follow_up", "follow_up_id", "id"),)
    follow_up_id: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[int | None] = mapped_column(Integer)
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str]


class LegalDateRow(Numbered):
    """A date that the law sets the officers of a commune."""

    __tablename__ = "legal_dates"
    __table_args__ = (
        Index("uq_legal_dates", "client_id", "kind", "occasion", unique=True),
        Index("ix_legal_dates_due", "state", "due_on"),
        Index("ix_legal_dates_commune", "commune", "due_on"),
    )
    client_id: Mapped[int]
    kind: Mapped[str]
    occasion: Mapped[str]
    from_on: Mapped[date]
    due_on: Mapped[date]
    commune: Mapped[str]
    state: Mapped[str]
    done_on: Mapped[date | None]
    done_by: Mapped[int | None] = mapped_column(Integer)
    closed_at: Mapped[datetime | None]


class ReminderRow(Numbered):
    """What has been put out about a follow-up: one of a kind, whatever the process did meanwhile.

    client_id 0: about no single client; then `follow_up_id` is the number of the member of staff who was told.
    """

    __tablename__ = "reminders"
    __table_args__ = (
        Index("uq_reminders", "client_id", "follow_up_id", "kind", unique=True),
        Index("ix_reminders_follow_up", "follow_up_id"),
        Index("ix_reminders_letter", "letter_id"),
    )
    client_id: Mapped[int]
    follow_up_id: Mapped[int]
    kind: Mapped[str]
    volunteer: Mapped[int | None] = mapped_column(Integer)
    letter_id: Mapped[int | None]
    put_out_at: Mapped[datetime]
