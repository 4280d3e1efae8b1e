"""Who called for help, also somebody who is no volunteer; and a digest that guards the public copy of a report."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

WAITING = sa.text("taken_by IS NULL")


def upgrade() -> None:
    op.add_column("support_calls", sa.Column("asked_by", sa.Integer()))
    _volunteer_may_be_empty(yes=True)
    op.add_column("reports", sa.Column("public_digest", sa.LargeBinary()))
    when_locked = "WHEN OLD.state = 'locked' BEGIN SELECT RAISE(ABORT, 'a locked report never changes'); END"
    if op.get_bind().dialect.name != "sqlite":
        when_locked = "FOR EACH ROW WHEN (OLD.state = 'locked') EXECUTE FUNCTION reports_stay()"
    op.execute(f"CREATE TRIGGER reports_no_new_copy BEFORE UPDATE OF public_digest ON reports {when_locked}")


def downgrade() -> None:
    on_table = "" if op.get_bind().dialect.name == "sqlite" else " ON reports"
    op.execute(f"DROP TRIGGER reports_no_new_copy{on_table}")
    op.drop_column("reports", "public_digest")
    op.execute("DELETE FROM support_calls WHERE volunteer IS NULL")  # the schema before has no place for them
    _volunteer_may_be_empty(yes=False)
    op.drop_column("support_calls", "asked_by")


def _volunteer_may_be_empty(*, yes: bool) -> None:
    """SQLite makes the table anew; the index over a part of it is made by hand, so that it stays over that part."""
    op.drop_index("ix_support_calls_waiting", "support_calls")
    with op.batch_alter_table("support_calls") as table:
        table.alter_column("volunteer", existing_type=sa.Integer(), nullable=yes)
    op.create_index(
        "ix_support_calls_waiting", "support_calls", ["asked_at"], postgresql_where=WAITING, sqlite_where=WAITING
    )
