"""The sealed numbers of messages that a messenger still lets the bot delete."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "chat_messages",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("said_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("message_id", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_chat_messages_contact", "chat_messages", ["contact_id"])
    op.create_index("ix_chat_messages_expires", "chat_messages", ["expires_at"])


def downgrade() -> None:
    op.drop_table("chat_messages")
