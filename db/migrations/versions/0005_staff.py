"""Staff, invitations, the audit trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
WORKS = sa.text("left_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("contact_id", sa.BigInteger()),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("communes", sa.String(), nullable=False),
        sa.Column("on_duty", sa.Boolean(), nullable=False),
        sa.Column("joined_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT),
        sa.Column("card", sa.LargeBinary()),
        sqlite_autoincrement=True,  # a number is never given twice
    )
    op.create_index(
        "uq_staff_contact", "staff", ["contact_id"], unique=True, postgresql_where=WORKS, sqlite_where=WORKS
    )
    op.create_index("ix_staff_role", "staff", ["role", "on_duty"])
    op.create_table(
        "invitations",
        sa.Column("digest", sa.LargeBinary(), primary_key=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("communes", sa.String(), nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("invited_by", sa.BigInteger()),
        sa.Column("used_by", sa.BigInteger()),
    )
    op.create_index("ix_invitations_expires", "invitations", ["expires_at"])
    op.create_table(
        "audit",
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("staff", sa.BigInteger()),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("subject", sa.BigInteger()),
        sa.Column("details", sa.String(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "reveals",
        sa.Column("request_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("shown_at", MOMENT, nullable=False),
    )
    op.create_index("ix_reveals_shown", "reveals", ["shown_at"])
    _append_only()


def _append_only() -> None:
    """Refused by the database itself, so that no statement of ours changes the trail by mistake."""
    if op.get_bind().dialect.name == "sqlite":
        for what in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{what.lower()} BEFORE {what} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit trail is append only'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is append only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()"
    )


def downgrade() -> None:
    for table in ("reveals", "audit_head", "audit", "invitations", "staff"):
        op.drop_table(table)
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_append_only()")
