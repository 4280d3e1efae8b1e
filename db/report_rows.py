"""The tables of reports, and of what is asked for in a chat."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from db.models import Encrypted, Numbered


class ReportRow(Numbered):
    """A version of a report. Once locked it never changes: triggers refuse it, and `digest` proves the document.

    communes: names separated by line breaks; empty is the whole province.
    digest: of the document as it was sealed. public_document: made when it is locked, where there may be one.
    public_digest: of that; None where there is none, or in a report that was locked by an older version.
    """

    __tablename__ = "reports"
    __table_args__ = (
        Index("uq_reports_version", "first", "last", "kind", "communes", "version", unique=True),
        Index("ix_reports_due", "state", "due_on"),
    )
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[str]
    kind: Mapped[str]
    year: Mapped[int] = mapped_column(Integer)
    number: Mapped[int] = mapped_column(Integer)
    first: Mapped[date]
    last: Mapped[date]
    communes: Mapped[str]
    made_by: Mapped[int | None] = mapped_column(Integer)
    made_at: Mapped[datetime]
    completed_by: Mapped[int | None] = mapped_column(Integer)
    completed_at: Mapped[datetime | None]
    locked_by: Mapped[int | None] = mapped_column(Integer)
    locked_at: Mapped[datetime | None]
    due_on: Mapped[date | None]
    reminded_at: Mapped[datetime | None]
    digest: Mapped[bytes]
    public_digest: Mapped[bytes | None]
    document: Mapped[bytes] = mapped_column(Encrypted("reports.document"))
    public_document: Mapped[bytes | None] = mapped_column(Encrypted("reports.public_document"))
    remarks: Mapped[bytes] = mapped_column(Encrypted("reports.remarks"))


class ReportOrderRow(Numbered):
    """A file that somebody of the staff waits for in a chat; gone when it has been put out.

    wanted: words of the program: report, form, audience.
    """

    __tablename__ = "report_orders"
    __table_args__ = (Index("ix_report_orders_ordered", "ordered_at"),)
    contact_id: Mapped[int]
    channel: Mapped[str]
    staff: Mapped[int] = mapped_column(Integer)
    wanted: Mapped[str]
    ordered_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
