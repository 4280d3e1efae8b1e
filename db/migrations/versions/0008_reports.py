"""Reports as objects, what is asked for in a chat, and how long people waited."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
LOCKED = (
    *("id", "version", "state", "kind", "year", "number", "first", "last", "communes", "made_by", "made_at"),
    *("completed_by", "completed_at", "locked_by", "locked_at", "due_on", "digest"),
)
"""What stands still once a report is locked. Sealed columns are sealed anew with a new key; `digest` guards them."""

COUNTED = [
    *("happened_on", "outcome", "way", "commune", "topic", "who", "sex", "age_group", "referral"),
    *("attempts", "waited_minutes", "client_id", "recorded_at"),
]


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("communes", sa.String(), nullable=False),
        sa.Column("made_by", sa.Integer()),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("completed_by", sa.Integer()),
        sa.Column("completed_at", MOMENT),
        sa.Column("locked_by", sa.Integer()),
        sa.Column("locked_at", MOMENT),
        sa.Column("due_on", sa.Date()),
        sa.Column("reminded_at", MOMENT),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("public_document", sa.LargeBinary()),
        sa.Column("remarks", sa.LargeBinary(), nullable=False),
    )
    op.create_index("uq_reports_version", "reports", ["first", "last", "kind", "communes", "version"], unique=True)
    op.create_index("ix_reports_due", "reports", ["state", "due_on"])
    op.create_table(
        "report_orders",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("contact_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("wanted", sa.String(), nullable=False),
        sa.Column("ordered_at", MOMENT, nullable=False),
        sa.Column("claimed_at", MOMENT),
    )
    op.create_index("ix_report_orders_ordered", "report_orders", ["ordered_at"])
    op.add_column("contact_records", sa.Column("waited_minutes", sa.Integer()))
    op.create_index("ix_contact_records_commune", "contact_records", ["commune", "happened_on"])
    op.create_index("ix_contact_records_counts", "contact_records", COUNTED)
    _locked_stay_as_they_are()


def _locked_stay_as_they_are() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"CREATE TRIGGER reports_no_update BEFORE UPDATE OF {', '.join(LOCKED)} ON reports "
            "WHEN OLD.state = 'locked' BEGIN SELECT RAISE(ABORT, 'a locked report never changes'); END"
        )
        op.execute(
            "CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports "
            "WHEN OLD.state = 'locked' BEGIN SELECT RAISE(ABORT, 'a locked report never changes'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION reports_stay() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'a locked report never changes'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER reports_no_update BEFORE UPDATE OF {', '.join(LOCKED)} ON reports "
        "FOR EACH ROW WHEN (OLD.state = 'locked') EXECUTE FUNCTION reports_stay()"
    )
    op.execute(
        "CREATE TRIGGER reports_no_delete BEFORE DELETE ON reports "
        "FOR EACH ROW WHEN (OLD.state = 'locked') EXECUTE FUNCTION reports_stay()"
    )


def downgrade() -> None:
    op.drop_index("ix_contact_records_counts", "contact_records")
    op.drop_index("ix_contact_records_commune", "contact_records")
    op.drop_column("contact_records", "waited_minutes")
    op.drop_table("report_orders")
    op.drop_table("reports")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION reports_stay()")
