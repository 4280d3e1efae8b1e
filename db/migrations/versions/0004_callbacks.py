"""Callback requests, consents, restraints, the erasure ledger, logged contacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
NOT_CLOSED = sa.text("state <> 'closed'")
CALLED = sa.text("state <> 'closed' AND same_as IS NULL")


def upgrade() -> None:
    _callback_requests()
    op.create_table(
        "callback_lines",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("from_citizen", sa.Boolean(), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.Column("line", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_callback_lines_request", "callback_lines", ["request_id", "id"])
    op.create_table(
        "consents",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT),
    )
    op.create_table(
        "restraints",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("happened_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_index("ix_restraints_digest", "restraints", ["kind", "digest", "happened_at"])
    op.create_index("ix_restraints_expires", "restraints", ["expires_at"])
    op.create_table(
        "erasures",
        sa.Column("mark", sa.LargeBinary(), primary_key=True),
        sa.Column("erased_at", MOMENT, nullable=False),
    )
    op.create_index("ix_erasures_erased", "erasures", ["erased_at"])
    _contact_records()


def _callback_requests() -> None:
    table = "callback_requests"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wish", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("contact_id", sa.BigInteger()),
        sa.Column("consent_id", sa.BigInteger()),
        sa.Column("ticket_digest", sa.LargeBinary()),
        sa.Column("phone", sa.LargeBinary()),
        sa.Column("phone_digest", sa.LargeBinary()),
        sa.Column("note", sa.LargeBinary()),
        sa.Column("risk_note", sa.LargeBinary()),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=False),
        sa.Column("safe_first", sa.Date(), nullable=False),
        sa.Column("safe_from", sa.SmallInteger(), nullable=False),
        sa.Column("safe_until", sa.SmallInteger(), nullable=False),
        sa.Column("due_from", MOMENT, nullable=False),
        sa.Column("due_until", MOMENT, nullable=False),
        sa.Column("if_other", sa.String(), nullable=False),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("commune", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("child", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("same_as", sa.BigInteger()),
        sa.Column("claimed_by", sa.BigInteger()),
        sa.Column("claimed_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("outcome", sa.String()),
        sa.Column("check_at", MOMENT),
        sa.Column("warned_at", MOMENT),
        sa.Column("told_level", sa.SmallInteger(), nullable=False),
    )
    op.create_index("uq_callback_requests_ticket", table, ["ticket_digest"], unique=True)
    for name, column, where in (
        ("uq_callback_requests_contact", "contact_id", NOT_CLOSED),
        ("uq_callback_requests_phone", "phone_digest", CALLED),
    ):
        op.create_index(name, table, [column], unique=True, postgresql_where=where, sqlite_where=where)
    by_urgency = sa.text("urgent DESC")  # the queue is read along this index
    op.create_index("ix_callback_requests_queue", table, ["state", by_urgency, "due_from", "opened_at", "id"])
    op.create_index(
        "ix_callback_requests_claimed", table, ["claimed_by"], postgresql_where=NOT_CLOSED, sqlite_where=NOT_CLOSED
    )
    op.create_index("ix_callback_requests_closed", table, ["closed_at"])
    op.create_index("ix_callback_requests_same", table, ["same_as"])


def _contact_records() -> None:
    table = "contact_records"
    words = ("way", "channel", "topic", "who", "commune", "sex", "age_group", "outcome", "referral")
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("identity", sa.String(), unique=True),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        *(sa.Column(word, sa.String(), nullable=False) for word in words),
        sa.Column("staff_id", sa.BigInteger()),
        sa.Column("request_id", sa.BigInteger()),
        sa.Column("minutes", sa.SmallInteger()),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary()),
    )
    op.create_index("ix_contact_records_happened", table, ["happened_on", "commune"])
    op.create_index("ix_contact_records_staff", table, ["staff_id", "happened_on"])
    op.create_index("ix_contact_records_request", table, ["request_id"])


def downgrade() -> None:
    for table in ("contact_records", "erasures", "restraints", "consents", "callback_lines", "callback_requests"):
        op.drop_table(table)
