"""Zalo: the grant of the Official Account, who cannot be reached, and what is shown once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "zalo_grants",
        sa.Column("app_id", sa.String(), primary_key=True),
        sa.Column("access_token", sa.LargeBinary(), nullable=False),
        sa.Column("refresh_token", sa.LargeBinary(), nullable=False),
        sa.Column("renewed_at", MOMENT, nullable=False),
        sa.Column("access_ends_at", MOMENT, nullable=False),
        sa.Column("pending_at", MOMENT),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("seed", sa.LargeBinary()),
    )
    op.create_table(
        "unreachable",
        sa.Column("contact_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
    )
    op.create_table(
        "once",
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_index("ix_once_expires", "once", ["expires_at"])
    op.create_index("ix_once_contact", "once", ["contact_id"])


def downgrade() -> None:
    for table in ("once", "unreachable", "zalo_grants"):
        op.drop_table(table)
