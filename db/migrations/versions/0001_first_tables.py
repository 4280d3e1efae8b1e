"""The spine: contacts, inbox, outbox, conversations, daily counters, secrets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WAITING = sa.text("contact_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "secrets",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "contacts",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("external_id", sa.LargeBinary(), nullable=False),
        sa.Column("seen_at", MOMENT, nullable=False),
    )
    op.create_table(
        "inbox",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("update_digest", sa.LargeBinary(), nullable=False),
        sa.Column("contact_id", sa.BigInteger()),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("payload", sa.LargeBinary()),
    )
    op.create_index("uq_inbox_update", "inbox", ["channel", "update_digest"], unique=True)
    op.create_index("ix_inbox_waiting", "inbox", ["priority", "id"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_index("ix_inbox_contact", "inbox", ["contact_id"], postgresql_where=WAITING, sqlite_where=WAITING)
    op.create_index("ix_inbox_received", "inbox", ["received_at"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("identity", sa.String(), unique=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("priority", sa.SmallInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT),
        sa.Column("letter", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_outbox_due", "outbox", ["channel", "state", "priority", "due_at"])
    op.create_index("ix_outbox_contact", "outbox", ["contact_id", "id"])
    op.create_index("ix_outbox_claimed", "outbox", ["state", "claimed_at"])
    op.create_index("ix_outbox_expires", "outbox", ["expires_at"])
    op.create_table(
        "conversations",
        sa.Column("contact_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("updated_at", MOMENT, nullable=False),
        sa.Column("memory", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_conversations_updated", "conversations", ["updated_at"])
    op.create_table(
        "daily_counters",
        sa.Column("counted_on", sa.Date(), primary_key=True),
        sa.Column("channel", sa.String(), primary_key=True),
        sa.Column("measure", sa.String(), primary_key=True),
        sa.Column("topic", sa.String(), primary_key=True),
        sa.Column("value", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    for table in ("daily_counters", "conversations", "outbox", "inbox", "contacts", "secrets"):
        op.drop_table(table)
