"""The tables of volunteers at work: duty of confidence, absences, calls for help."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Base, Numbered, index_where

UNANSWERED = text("taken_by IS NULL")


class VolunteerDutyRow(Base):
    """What an account of a volunteer has accepted and practised; a new account begins anew."""

    __tablename__ = "volunteer_duties"
    staff: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    confident_at: Mapped[datetime | None]
    practised_at: Mapped[datetime | None]


class AbsenceRow(Numbered):
    """A volunteer is away on these days; the deputy counts from the moment of agreeing."""

    __tablename__ = "absences"
    __table_args__ = (
        Index("ix_absences_volunteer", "volunteer", "until_on"),
        Index("ix_absences_deputy", "deputy", "until_on"),
        Index("ix_absences_until", "until_on"),
    )
    volunteer: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[date]
    until_on: Mapped[date]
    deputy: Mapped[int | None] = mapped_column(Integer)
    accepted_at: Mapped[datetime | None]


class SupportCallRow(Numbered):
    """Somebody needed help at once; who answered, and when. Nothing that anybody typed.

    volunteer: None for staff who are none. asked_by: the number of staff who pressed.
    """

    __tablename__ = "support_calls"
    __table_args__ = (
        index_where(UNANSWERED, "ix_support_calls_waiting", "asked_at"),
        Index("ix_support_calls_client", "client_id"),
    )
    client_id: Mapped[int]
    volunteer: Mapped[int | None] = mapped_column(Integer)
    asked_by: Mapped[int | None] = mapped_column(Integer)
    commune: Mapped[str]
    asked_at: Mapped[datetime]
    taken_by: Mapped[int | None] = mapped_column(Integer)
    taken_at: Mapped[datetime | None]
    repeated_at: Mapped[datetime | None]
