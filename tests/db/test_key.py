"""The key outside the data folder: without it the database says nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary, insert, select, type_coerce, update
from sqlalchemy.exc import DBAPIError

from db.crypto import encode_key, new_key
from db.models import Encrypted, InboxRow, SecretRow
from db.opening import KEY_VARIABLE, KeySource, open_database
from db.report_rows import ReportRow
from db.rotation import encrypted_columns, rotate_key
from db.session import Database
from domain.errors import DatabaseUnusable, KeyMissing, KeyUnreadable, KeyWrong
from domain.models import Arrival, Channel, Priority
from hotline.config import Config, DatabaseConfig
from hotline.rotate import rotate
from texts import vietnamese

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PLANTED = ["0912345678", "Nguyễn Thị Đào", "telegram-5551234", "con tôi nghiện đá"]


async def plant(database: Database) -> None:
    words = " ".join(PLANTED)
    async with database.transaction() as uow:
        await uow.inbox.add([(Arrival(Channel.WEB, PLANTED[2], "1", words.encode(), words), Priority.REPLY)], NOW)


def test_a_new_key_is_for_its_owner_only(key_source: KeySource) -> None:
    key = key_source.create()
    assert key_source.file.stat().st_mode & 0o777 == 0o600
    assert key_source.find() == key


async def test_a_stolen_database_shows_nothing_that_was_typed(database: Database, stolen: Callable[[], bytes]) -> None:
    await plant(database)
    everything = stolen()
    assert b"contacts" in everything
    for word in PLANTED:
        assert word.encode() not in everything


async def test_a_database_without_its_key_does_not_open_and_no_key_is_made(
    database: Database, database_url: str, key_source: KeySource
) -> None:
    key_source.file.unlink()
    with pytest.raises(KeyMissing):
        await open_database(database_url, key_source)
    assert not key_source.file.exists()


async def test_another_key_is_refused(
    database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch, key_source: KeySource
) -> None:
    monkeypatch.setenv(KEY_VARIABLE, encode_key(new_key()))
    with pytest.raises(KeyWrong):
        await open_database(database_url, key_source)


@pytest.mark.parametrize("text", ["", "abc", "!!!", encode_key(b"short")])
def test_a_damaged_key_file_is_named_and_never_repeated(key_source: KeySource, text: str) -> None:
    key_source.create()
    key_source.file.write_text(text or "\n")
    with pytest.raises(KeyUnreadable) as caught:
        key_source.find()
    assert not text or text not in str(caught.value)


@pytest.mark.skipif(os.name != "posix", reason="file modes")
def test_a_key_file_that_others_can_read_is_refused(key_source: KeySource) -> None:
    key_source.create()
    key_source.file.chmod(0o644)
    with pytest.raises(KeyUnreadable):
        key_source.find()


async def test_a_value_moved_to_another_column_does_not_open(database: Database) -> None:
    await plant(database)
    async with database.transaction() as uow:
        sealed = (
            await uow.execute(SecretRow.__table__.select().with_only_columns(_raw(SecretRow.secret)))
        ).scalar_one()
        await uow.execute(update(InboxRow).values({InboxRow.payload: _raw_value(sealed)}))
    with pytest.raises(KeyWrong):
        async with database.transaction() as uow:
            await uow.inbox.claim_waiting(10)


async def test_rotation_seals_everything_anew_and_the_same_people_keep_their_talks(
    database: Database, database_url: str, key_source: KeySource
) -> None:
    await plant(database)
    await database.close()
    old = key_source.find()
    assert await rotate_key(database_url, key_source) == 3  # secret, contact, payload
    assert key_source.find() != old
    again = await open_database(database_url, key_source)
    await plant(again)  # the repeated update is still known
    async with again.transaction() as uow:
        [message] = await uow.inbox.claim_waiting(10)
        assert message.payload.decode() == " ".join(PLANTED)
    await again.close()


async def test_the_command_seals_every_column_anew_also_of_a_locked_report(
    database: Database, database_url: str, key_source: KeySource
) -> None:
    await fill_every_sealed_column(database)
    before = await everything_sealed(database)
    assert {name for name, values in before.items() if values} == {
        f"{table.name}.{column.name}" for table, column in encrypted_columns()
    }
    await database.close()
    said: list[str] = []
    config = Config(database=DatabaseConfig(url=database_url, key_file=key_source.file))
    await rotate(config, said.append)
    many = sum(len(values) for values in before.values())
    assert said == [vietnamese()("key.rotated", count=many, where=key_source.file)]
    again = await open_database(database_url, key_source)
    assert await everything_sealed(again) == before
    with pytest.raises(DBAPIError, match="never changes"):
        async with again.transaction() as uow:
            await uow.execute(update(ReportRow).values(digest=b"x"))
    await again.close()


async def fill_every_sealed_column(database: Database) -> None:
    """A row in each table that has one, with words in every sealed column; the report is locked."""
    samples = {int: 1, str: "locked", bytes: b"x", bool: True, date: NOW.date(), object: NOW}  # object: our moments
    async with database.transaction() as uow:
        for table in dict.fromkeys(table for table, _ in encrypted_columns()):
            if (await uow.execute(select(table))).first() is None:
                await uow.execute(
                    insert(table).values(
                        {
                            column.name: table.name.encode() + column.name.encode()
                            if isinstance(column.type, Encrypted)
                            else samples[column.type.python_type]
                            for column in table.columns
                        }
                    )
                )


async def everything_sealed(database: Database) -> dict[str, list[bytes]]:
    """What stands in the sealed columns, opened."""
    async with database.reading() as uow:
        return {
            f"{table.name}.{column.name}": sorted((await uow.execute(select(column))).scalars())
            for table, column in encrypted_columns()
        }


async def test_a_rotation_cut_off_before_the_files_changed_is_finished_at_the_next_start(
    database: Database, database_url: str, key_source: KeySource
) -> None:
    await plant(database)
    await database.close()
    old_text = key_source.file.read_text()
    await rotate_key(database_url, key_source)
    key_source.file.rename(key_source.waiting)  # as the crash leaves them
    key_source.file.write_text(old_text)
    key_source.file.chmod(0o600)
    again = await open_database(database_url, key_source)
    await again.close()
    assert not key_source.waiting.exists()


async def test_a_file_that_is_no_database_is_said_plainly(tmp_path: Path, key_source: KeySource) -> None:
    key_source.create()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "hotline.db").write_bytes(b"this is a letter, not a database" * 200)
    with pytest.raises(DatabaseUnusable):
        await open_database(f"sqlite+aiosqlite:///{tmp_path / 'data' / 'hotline.db'}", key_source)


def test_every_table_that_holds_what_people_are_known_by_seals_it() -> None:
    assert {f"{table.name}.{column.name}" for table, column in encrypted_columns()} == {
        "audit_head.head",
        "callback_lines.line",
        "callback_requests.note",
        "callback_requests.phone",
        "callback_requests.risk_note",
        "chat_messages.message_id",
        "clients.code",
        "clients.decision",
        "contact_records.note",
        "contacts.external_id",
        "conversations.memory",
        "inbox.payload",
        "once.content",
        "outbox.letter",
        "reports.document",
        "reports.public_document",
        "reports.remarks",
        "secrets.secret",
        "staff.card",
        "volunteers.code",
        "zalo_grants.access_token",
        "zalo_grants.refresh_token",
    }


def _raw(column: object) -> object:
    return type_coerce(column, LargeBinary)


def _raw_value(value: bytes) -> object:
    from sqlalchemy import literal

    return literal(value, LargeBinary)
