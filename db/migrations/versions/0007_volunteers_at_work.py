"""Volunteers at work: duty of confidence, absences, calls for help; what waits to be put out."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
MISSED = sa.text("state = 'missed'")
UNANSWERED = sa.text("taken_by IS NULL")


def upgrade() -> None:
    op.create_table(
        "volunteer_duties",
        sa.Column("staff", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("confident_at", MOMENT),
        sa.Column("practised_at", MOMENT),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("volunteer", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("deputy", sa.Integer()),
        sa.Column("accepted_at", MOMENT),
    )
    op.create_index("ix_absences_volunteer", "absences", ["volunteer", "until_on"])
    op.create_index("ix_absences_deputy", "absences", ["deputy", "until_on"])
    op.create_index("ix_absences_until", "absences", ["until_on"])
    op.create_table(
        "support_calls",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("volunteer", sa.Integer(), nullable=False),
        sa.Column("commune", sa.String(), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("taken_by", sa.Integer()),
        sa.Column("taken_at", MOMENT),
        sa.Column("repeated_at", MOMENT),
    )
    op.create_index(
        "ix_support_calls_waiting", "support_calls", ["asked_at"], postgresql_where=UNANSWERED, sqlite_where=UNANSWERED
    )
    op.create_index("ix_support_calls_client", "support_calls", ["client_id"])
    op.create_index("ix_follow_ups_missed", "follow_ups", ["latest_on"], postgresql_where=MISSED, sqlite_where=MISSED)
    _due_index("channel", "state", "priority", "due_at", "id")  # letters of one morning are due at the same moment


def _due_index(*columns: str) -> None:
    op.drop_index("ix_outbox_due", "outbox")
    op.create_index("ix_outbox_due", "outbox", list(columns))


def downgrade() -> None:
    op.drop_index("ix_follow_ups_missed", "follow_ups")
    _due_index("channel", "state", "priority", "due_at")
    for table in ("support_calls", "absences", "volunteer_duties"):
        op.drop_table(table)
