"""People after rehabilitation: clients, volunteers, follow-ups, legal dates."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
IS_OPEN = sa.text("state IN ('planned', 'due')")
STILL = sa.text("until IS NULL")


def upgrade() -> None:
    _volunteers()
    _clients()
    _histories()
    _follow_ups()
    _legal_dates()
    op.add_column("invitations", sa.Column("volunteer", sa.Integer()))
    for name, of in (("client_id", sa.BigInteger()), ("follow_up_id", sa.BigInteger()), ("volunteer", sa.Integer())):
        op.add_column("contact_records", sa.Column(name, of))
    for word in ("condition", "work"):
        op.add_column("contact_records", sa.Column(word, sa.String(), nullable=False, server_default=""))
    op.create_index("ix_contact_records_client", "contact_records", ["client_id", "happened_on"])
    op.create_index("ix_contact_records_volunteer", "contact_records", ["volunteer", "happened_on"])


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False)


def _words(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _volunteers() -> None:
    op.create_table(
        "volunteers",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", MOMENT, nullable=False),
        sqlite_autoincrement=True,  # a number is never given twice
    )
    op.create_table(
        "volunteer_accounts",
        sa.Column("staff", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("volunteer", sa.Integer(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
    )
    op.create_index("ix_volunteer_accounts_volunteer", "volunteer_accounts", ["volunteer"])


def _clients() -> None:
    op.create_table(
        "clients",
        _id(),
        sa.Column("code_digest", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        *_words("ground", "sex"),
        sa.Column("birth_year", sa.SmallInteger()),
        sa.Column("start_on", sa.Date(), nullable=False),
        sa.Column("decision", sa.LargeBinary()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("computed_on", sa.Date()),
        sa.Column("given_on", sa.Date()),
        sa.Column("ends_on", sa.Date(), nullable=False),
        *_words("ends_reason", "state", "state_reason"),
        sa.Column("state_on", sa.Date(), nullable=False),
        *_words("commune", "commune_code"),
        sa.Column("volunteer", sa.Integer()),
        sa.Column("added_at", MOMENT, nullable=False),
    )
    op.create_index("ix_clients_commune", "clients", ["commune", "state"])
    op.create_index("ix_clients_volunteer", "clients", ["volunteer", "state"])
    op.create_index("ix_clients_ends", "clients", ["ends_on"])


def _histories() -> None:
    own: dict[str, list[sa.Column[str]] | list[sa.Column[int]]] = {
        "stays": _words("commune", "reason"),
        "assignments": [sa.Column("volunteer", sa.Integer(), nullable=False)],
        "interruptions": _words("reason"),
    }
    for table, columns in own.items():
        op.create_table(
            table,
            _id(),
            sa.Column("client_id", sa.BigInteger(), nullable=False),
            *columns,
            sa.Column("from_on", sa.Date(), nullable=False),
            sa.Column("until", sa.Date()),
        )
        op.create_index(
            f"uq_{table}_current", table, ["client_id"], unique=True, postgresql_where=STILL, sqlite_where=STILL
        )
        op.create_index(f"ix_{table}_client", table, ["client_id"])
    op.create_index("ix_assignments_volunteer", "assignments", ["volunteer"])
    op.create_table(
        "client_changes",
        _id(),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Integer()),
        *_words("change", "detail"),
        sa.Column("effective_on", sa.Date(), nullable=False),
    )
    op.create_index("ix_client_changes_client", "client_changes", ["client_id", "id"])


def _follow_ups() -> None:
    table = "follow_ups"
    op.create_table(
        table,
        _id(),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        *(sa.Column(day, sa.Date(), nullable=False) for day in ("earliest_on", "due_on", "latest_on")),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        *_words("method", "state", "reason", "commune"),
        sa.Column("volunteer", sa.Integer()),
        sa.Column("record_id", sa.BigInteger()),
        sa.Column("done_on", sa.Date()),
        sa.Column("closed_at", MOMENT),
        sa.Column("told_at", MOMENT),
    )
    op.create_index("uq_follow_ups_number", table, ["client_id", "number"], unique=True)
    op.create_index("ix_follow_ups_earliest", table, ["earliest_on"], postgresql_where=IS_OPEN, sqlite_where=IS_OPEN)
    op.create_index("ix_follow_ups_latest", table, ["latest_on"], postgresql_where=IS_OPEN, sqlite_where=IS_OPEN)
    op.create_index(
        "ix_follow_ups_volunteer",
        table,
        ["volunteer", "earliest_on"],
        postgresql_where=IS_OPEN,
        sqlite_where=IS_OPEN,
    )
    op.create_index("ix_follow_ups_counts", table, ["due_on", "commune", "volunteer"])
    op.create_index("ix_follow_ups_record", table, ["record_id"])
    op.create_table(
        "follow_up_changes",
        _id(),
        sa.Column("follow_up_id", sa.BigInteger(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.Integer()),
        *_words("before", "after", "reason"),
    )
    op.create_index("ix_follow_up_changes_follow_up", "follow_up_changes", ["follow_up_id", "id"])
    op.create_table(
        "reminders",
        _id(),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        sa.Column("follow_up_id", sa.BigInteger(), nullable=False),
        *_words("kind"),
        sa.Column("volunteer", sa.Integer()),
        sa.Column("letter_id", sa.BigInteger()),
        sa.Column("put_out_at", MOMENT, nullable=False),
    )
    op.create_index("uq_reminders", "reminders", ["client_id", "follow_up_id", "kind"], unique=True)
    op.create_index("ix_reminders_follow_up", "reminders", ["follow_up_id"])
    op.create_index("ix_reminders_letter", "reminders", ["letter_id"])


def _legal_dates() -> None:
    table = "legal_dates"
    op.create_table(
        table,
        _id(),
        sa.Column("client_id", sa.BigInteger(), nullable=False),
        *_words("kind", "occasion", "commune", "state"),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date()),
        sa.Column("done_by", sa.Integer()),
        sa.Column("closed_at", MOMENT),
    )
    op.create_index("uq_legal_dates", table, ["client_id", "kind", "occasion"], unique=True)
    op.create_index("ix_legal_dates_due", table, ["state", "due_on"])
    op.create_index("ix_legal_dates_commune", table, ["commune", "due_on"])


def downgrade() -> None:
    op.drop_index("ix_contact_records_client", "contact_records")
    op.drop_index("ix_contact_records_volunteer", "contact_records")
    for name in ("client_id", "follow_up_id", "volunteer", "condition", "work"):
        op.drop_column("contact_records", name)
    op.drop_column("invitations", "volunteer")
    for table in (
        "legal_dates",
        "reminders",
        "follow_up_changes",
        "follow_ups",
        "client_changes",
        "interruptions",
        "assignments",
        "stays",
        "clients",
        "volunteer_accounts",
        "volunteers",
    ):
        op.drop_table(table)
