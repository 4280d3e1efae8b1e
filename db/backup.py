"""Copies of the database that hold no inbox, no forms and no closed request, and restoring them without the erased.

A backup is the rows of the tables below as JSON lines, what is sealed in the database staying sealed, and the whole
sealed once more. Restoring writes no row that the ledger of erasures knows: so it is applied before anybody is served.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Date,
    LargeBinary,
    MetaData,
    Table,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.callback_rows import CallbackLineRow, CallbackRequestRow
from db.crypto import Keys, Pseudonyms
from db.ledger import Ledger
from db.models import Base, ChatMessageRow, ContactRow, Encrypted, UtcDateTime
from db.opening import PSEUDONYM_SECRET, newest_schema
from db.sealed_file import BackupDamaged, read_sealed, write_sealed
from db.staff_rows import StaffRow
from domain.callbacks import BACKUP_LIFETIME, CallbackState
from domain.errors import HotlineError

_R = CallbackRequestRow
_OPEN = _R.state != CallbackState.CLOSED

LEFT_OUT = frozenset(
    {"inbox", "outbox", "once", "conversations", "erasures", "invitations", "reveals", "report_orders"}
)
"""Never in a backup: what people wrote, what they were told or are shown once (it may be a number), half-filled forms;
the ledger, which lies beside; and invitations, which would be unused again."""

ONLY: dict[str, ColumnElement[bool]] = {
    "callback_requests": _OPEN,
    "callback_lines": exists().where(_R.id == CallbackLineRow.request_id, _OPEN),
    "chat_messages": exists().where(StaffRow.contact_id == ChatMessageRow.contact_id),
    "contacts": or_(
        exists().where(_R.contact_id == ContactRow.id, _OPEN), exists().where(StaffRow.contact_id == ContactRow.id)
    ),
}
"""Of these tables only the rows that are needed to go on."""


class BackupTooOld(HotlineError):
    """Older than seven days: longer than the ledger remembers what was erased since."""

    text_key = "backup.too_old"


class SchemaDiffers(HotlineError):
    """The backup was made by another version of the program."""

    text_key = "backup.schema_differs"


@dataclass(frozen=True, slots=True)
class Restored:
    """How many rows came back. `without_ledger`: requests and notes did not, for nobody knows what was erased."""

    rows: int
    left_out: int
    without_ledger: bool


async def write_backup(engine: AsyncEngine, master: bytes, path: Path, now: datetime) -> int:
    """One consistent view of the tables. Returns how many rows it holds."""
    connection_options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    async with engine.connect() as connection:
        await connection.execution_options(hotline_read_only=True, **connection_options)
        lines = [_line({"created_at": now.isoformat(), "schema": await _schema(connection)})]
        for table in backed_up():
            lines += [_line({"table": table.name, "row": row}) async for row in _rows(connection, table)]
    write_sealed(path, master, lines)
    return len(lines) - 1


def backed_up() -> list[Table]:
    return [table for table in Base.metadata.sorted_tables if table.name not in LEFT_OUT]


async def _schema(connection: AsyncConnection) -> str:
    return str(await connection.scalar(text("SELECT version_num FROM alembic_version")))


async def _rows(connection: AsyncConnection, table: Table) -> Any:
    raw = [type_coerce(column, LargeBinary).label(column.name) if _is_sealed(column) else column for column in table.c]
    statement = select(*raw)
    if table.name in ONLY:
        statement = statement.where(ONLY[table.name])
    for row in await connection.execute(statement):
        yield {name: _to_json(value) for name, value in row._mapping.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A backup that has been read whole, so that nothing is given up for one that cannot be restored."""

    created_at: datetime
    by_table: dict[str, list[dict[str, Any]]]
    pseudonyms: Pseudonyms


def load_backup(path: Path, master: bytes, now: datetime) -> Loaded:
    """Raises KeyWrong, BackupDamaged, BackupTooOld, SchemaDiffers."""
    try:
        lines = read_sealed(path, master)
        head = json.loads(next(lines, b"{}"))
        by_table: dict[str, list[dict[str, Any]]] = {}
        for line in lines:
            entry = json.loads(line)
            by_table.setdefault(entry["table"], []).append(entry["row"])
        created_at = datetime.fromisoformat(head["created_at"])
    except (OSError, KeyError, ValueError):
        raise BackupDamaged(where=path) from None
    if now - created_at > BACKUP_LIFETIME:
        raise BackupTooOld(days=BACKUP_LIFETIME.days)
    if head["schema"] != newest_schema():
        raise SchemaDiffers(version=head["schema"])
    [sealed] = [row["secret"] for row in by_table["secrets"] if row["name"] == PSEUDONYM_SECRET]
    return Loaded(created_at, by_table, Pseudonyms(Keys(master).open(base64.b64decode(sealed), "secrets.secret")))


async def restore_backup(connection: AsyncConnection, loaded: Loaded, ledger: Ledger | None) -> Restored:
    """Fills empty tables in the caller's transaction. What the ledger names is not written at all.

    A ledger that is missing, or older than the backup, does not tell what was erased since: then nothing that could
    have been erased comes back, neither requests nor notes.
    """
    if ledger is not None and ledger.as_of < loaded.created_at:
        ledger = None
    by_table = {name: [dict(row) for row in rows] for name, rows in loaded.by_table.items()}
    leave_out_erased(by_table, loaded.pseudonyms, ledger)
    written = 0
    await connection.execute(Base.metadata.tables["secrets"].delete())  # the ones that the new database just made
    for table in backed_up():
        if rows := by_table.get(table.name):
            await _insert(connection, table, rows)
            written += len(rows)
    if ledger is not None and ledger.marks:
        marks = [{"mark": mark, "erased_at": at} for mark, at in sorted(ledger.marks.items())]
        await connection.execute(insert(Base.metadata.tables["erasures"]), marks)
    total = sum(len(rows) for rows in loaded.by_table.values())
    return Restored(written, total - written, without_ledger=ledger is None)


def leave_out_erased(by_table: dict[str, list[dict[str, Any]]], pseudonyms: Pseudonyms, ledger: Ledger | None) -> None:
    def is_erased(table: str, row: dict[str, Any]) -> bool:
        return ledger is None or pseudonyms.erasure_mark(table, row["id"]) in ledger.marks

    requests = [row for row in by_table.get("callback_requests", ()) if not is_erased("callback_requests", row)]
    kept = {row["id"] for row in requests}
    for row in requests:
        if row.get("same_as") not in kept:
            row.pop("same_as", None)
    by_table["callback_requests"] = requests
    by_table["callback_lines"] = [row for row in by_table.get("callback_lines", ()) if row["request_id"] in kept]
    for row in by_table.get("contact_records", ()):
        if row.get("request_id") not in kept:
            row.pop("request_id", None)
        if is_erased("contact_records", row):
            row.pop("note", None)
    for row in by_table.get("staff", ()):
        mark = pseudonyms.erasure_mark("staff", row["number"])
        if ledger is not None and mark in ledger.marks:  # left since then: stays out, and the number stays taken
            for column in ("contact_id", "card"):
                row.pop(column, None)
            row.setdefault("left_at", row["joined_at"])
            row["on_duty"] = False
    works = {row.get("contact_id") for row in by_table.get("staff", ())}
    by_table["chat_messages"] = [row for row in by_table.get("chat_messages", ()) if row["contact_id"] in works]
    needed = {row.get("contact_id") for row in [*requests, *by_table.get("staff", ())]}
    by_table["contacts"] = [row for row in by_table.get("contacts", ()) if row["id"] in needed]
    by_table["unreachable"] = [row for row in by_table.get("unreachable", ()) if row["contact_id"] in needed]


async def _insert(connection: AsyncConnection, table: Table, rows: list[dict[str, Any]]) -> None:
    values = [{column.name: _from_json(column, row.get(column.name)) for column in table.c} for row in rows]
    # What is sealed already must not be sealed again, so the bytes are written as bytes.
    as_is = Table(table.name, MetaData(), *(_plain(column) for column in table.c))
    await connection.execute(insert(as_is), values)
    numbered = table.autoincrement_column
    if numbered is not None and connection.dialect.name == "postgresql":  # the next number comes after the last one
        sequence = func.pg_get_serial_sequence(table.name, numbered.name)
        await connection.execute(select(func.setval(sequence, select(func.max(numbered)).scalar_subquery())))


def _plain(column: Any) -> Any:
    return Column(column.name, LargeBinary() if _is_sealed(column) else column.type, primary_key=column.primary_key)


def _is_sealed(column: Any) -> bool:
    return isinstance(column.type, Encrypted)


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=True, separators=(",", ":")).encode()


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _from_json(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, LargeBinary | Encrypted):
        return base64.b64decode(value)
    if isinstance(column.type, UtcDateTime):
        return datetime.fromisoformat(value)
    if isinstance(column.type, Date):
        return date.fromisoformat(value)
    return value


def backup_name(now: datetime) -> str:
    return f"hotline-{now:%Y%m%dT%H%M%SZ}.backup"


def prune(folder: Path, now: datetime) -> list[Path]:
    """Deletes backups older than seven days; returns which."""
    oldest = backup_name(now - BACKUP_LIFETIME)
    old = [path for path in sorted(folder.glob("hotline-*.backup")) if path.name < oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def backups(folder: Path) -> Iterator[Path]:
    """Newest first."""
    yield from sorted(folder.glob("hotline-*.backup"), reverse=True)
