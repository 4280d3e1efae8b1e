"""Backups hold what is needed to go on, and restoring one never brings back what was erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from db.backup import LEFT_OUT, ONLY, BackupTooOld, backed_up, backup_name, load_backup
from db.crypto import new_key
from db.ledger import LedgerFile
from db.models import Base, UnreachableRow
from db.opening import KeySource, empty, open_database
from db.rotation import encrypted_columns
from db.sealed_file import BackupDamaged
from db.session import Database
from domain.callbacks import Outcome
from domain.clock import utc_now
from domain.contact_records import NewContactRecord, Way
from domain.errors import KeyWrong
from domain.models import Arrival, Channel, Contact, Letter, Priority
from domain.staff import Role
from hotline.backups import DatabaseInUse, backup, restore
from hotline.config import BackupConfig, Config, DatabaseConfig
from services import records
from tests.db.test_callbacks import PHONE, new_request

WRITTEN = "con tôi nghiện đá"


@pytest.fixture
def config(database_url: str, key_source: KeySource, tmp_path: Path) -> Config:
    return Config(
        database=DatabaseConfig(url=database_url, key_file=key_source.file),
        backup=BackupConfig(dir=tmp_path / "backup"),
    )


async def fill(database: Database) -> tuple[int, int]:
    """An open and a closed request, a note, a member of staff, and what must never be in a backup."""
    now = utc_now()
    async with database.transaction() as uow:
        arrival = Arrival(Channel.WEB, "someone", "1", WRITTEN.encode(), WRITTEN)
        await uow.inbox.add([(arrival, Priority.REPLY)], now)
        uow.outbox.add(Contact(5, Channel.WEB), Letter(WRITTEN), now)
        (await uow.conversations.get(5)).form["phone"] = PHONE
        uow.conversations.changed(5, now)
        open_id = await uow.callbacks.add(replace(new_request(uow), opened_at=now))
        closed_id = await uow.callbacks.add(replace(new_request(uow, 2, "+84987654321"), opened_at=now))
        assert open_id is not None and closed_id is not None
        await uow.callbacks.close(closed_id, Outcome.MET, now)
        await uow.callbacks.set_note(open_id, WRITTEN)
        await uow.callbacks.add_line(open_id, WRITTEN, now, from_citizen=True)
        await uow.contact_records.add(NewContactRecord(now.date(), now, Way.PHONE, 1, Outcome.MET, note=WRITTEN))
        await uow.staff.add(Contact(9, Channel.TERMINAL), Role.COUNSELLOR, (), "nine", now)
    return open_id, closed_id


async def saved(config: Config) -> Path:
    said: list[str] = []
    return await backup(config, said.append)


async def brought_back(config: Config, file: Path) -> str:
    said: list[str] = []
    await restore(config, file, said.append, replace=True)
    return "\n".join(said)


async def opened(config: Config) -> Database:
    return await open_database(config.database.url, KeySource(config.database.key_file))


def test_every_table_is_either_kept_or_left_out_on_purpose() -> None:
    assert {table.name for table in backed_up()} | LEFT_OUT == set(Base.metadata.tables)
    assert set(ONLY) <= {table.name for table in backed_up()}


async def test_a_backup_holds_no_inbox_no_outbox_no_form_and_no_closed_request(
    database: Database, config: Config, key_source: KeySource
) -> None:
    open_id, _ = await fill(database)
    rows = load_backup(await saved(config), key_source.require(), utc_now()).by_table
    assert not set(rows) & {"inbox", "outbox", "conversations", "erasures"}
    assert [row["id"] for row in rows["callback_requests"]] == [open_id]


async def test_a_number_that_was_to_be_shown_once_and_the_talks_of_citizens_stay_out(
    database: Database, config: Config, key_source: KeySource
) -> None:
    await fill(database)
    now = utc_now()
    async with database.transaction() as uow:
        await uow.once.add(b"page", 9, PHONE.encode(), now + timedelta(hours=1))
        uow.chat_messages.note(Contact(5, Channel.TELEGRAM), "77", now)
        uow.chat_messages.note(Contact(9, Channel.TERMINAL), "78", now)
    rows = load_backup(await saved(config), key_source.require(), now).by_table
    assert "once" not in rows
    assert [row["contact_id"] for row in rows["chat_messages"]] == [9]


async def test_a_stolen_backup_shows_nothing(database: Database, config: Config) -> None:
    await fill(database)
    file = await saved(config)
    everything = b"".join(path.read_bytes() for path in config.backup.dir.iterdir())
    for planted in (PHONE, PHONE[3:], WRITTEN, "callback_requests", "nine"):
        assert planted.encode() not in everything
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(KeyWrong):
        load_backup(file, new_key(), utc_now())


async def test_restoring_brings_back_what_is_needed_to_go_on(database: Database, config: Config) -> None:
    open_id, closed_id = await fill(database)
    file = await saved(config)
    await database.close()
    await brought_back(config, file)
    again = await opened(config)
    async with again.transaction() as uow:
        assert await uow.callbacks.find(closed_id) is None
        await uow.callbacks.claim(open_id, 1, utc_now())
        revealed = await uow.callbacks.reveal(open_id, 1)
        assert revealed is not None and (revealed.phone, revealed.note) == (PHONE, WRITTEN)
        [record] = await uow.contact_records.list_between(utc_now().date(), utc_now().date())
        assert await uow.contact_records.get_note(record.id) == WRITTEN
        [staff] = await uow.staff.list_working()
        assert staff.contact == Contact(9, Channel.TERMINAL)
        second = await uow.staff.add(Contact(10, Channel.TERMINAL), Role.OFFICER, (), "ten", utc_now())
        assert second.number != staff.number
        assert await uow.inbox.count_waiting() == 0
    await again.close()


@pytest.mark.parametrize("lost", [False, True])
async def test_what_was_erased_after_the_backup_does_not_come_back(
    database: Database, config: Config, lost: bool
) -> None:
    """Also when the database itself is gone and only the ledger beside the backups is left."""
    open_id, _ = await fill(database)
    file = await saved(config)
    now = utc_now()
    async with database.transaction() as uow:
        await uow.callbacks.blank([open_id], now, Outcome.ERASED)
        await uow.erasures.add("callback_requests", [open_id], now)
        [record] = await uow.contact_records.list_between(now.date(), now.date())
        await uow.erasures.add("contact_records", await uow.contact_records.blank_notes(record_ids=[record.id]), now)
        erased = dict(await uow.erasures.list_since(now - timedelta(days=1)))
    await database.close()
    if lost:
        LedgerFile(config.backup.dir).add(erased, now)
        await forget(config)
    await brought_back(config, file)
    again = await opened(config)
    async with again.reading() as uow:
        assert await uow.callbacks.find(open_id) is None
        assert await uow.callbacks.list_lines(open_id, 10) == []
        [record] = await uow.contact_records.list_between(now.date(), now.date())
        assert not record.has_note
        assert dict(await uow.erasures.list_since(now - timedelta(days=1))) == erased  # and it is remembered
    await again.close()


async def forget(config: Config) -> None:
    """The database is lost."""
    database = await opened(config)
    async with database.engine.begin() as connection:
        await connection.run_sync(empty)
    await database.close()


async def test_without_a_ledger_nothing_that_could_have_been_erased_comes_back(
    database: Database, config: Config
) -> None:
    open_id, _ = await fill(database)
    file = await saved(config)
    await database.close()
    await forget(config)
    (config.backup.dir / "erasures.json").unlink()
    assert "Không có sổ xóa" in await brought_back(config, file)
    again = await opened(config)
    async with again.reading() as uow:
        assert await uow.callbacks.find(open_id) is None
        [record] = await uow.contact_records.list_between(utc_now().date(), utc_now().date())
        assert not record.has_note  # the row counts, the words are gone
        assert len(await uow.staff.list_working()) == 1
    await again.close()


async def test_a_database_with_rows_is_not_replaced_unasked(database: Database, config: Config) -> None:
    await fill(database)
    file = await saved(config)
    await database.close()
    with pytest.raises(DatabaseInUse):
        await restore(config, file, lambda _: None)


async def test_a_backup_older_than_seven_days_is_neither_kept_nor_restored(
    database: Database, config: Config, key_source: KeySource
) -> None:
    file = await saved(config)
    with pytest.raises(BackupTooOld):
        load_backup(file, key_source.require(), utc_now() + timedelta(days=7, minutes=1))
    old = config.backup.dir / backup_name(utc_now() - timedelta(days=7, minutes=1))
    file.rename(old)
    new = await saved(config)
    assert sorted(config.backup.dir.glob("*.backup")) == [new]


@pytest.mark.parametrize("damage", ["cut", "changed", "other"])
async def test_a_damaged_backup_is_refused_before_anything_is_given_up(
    database: Database, config: Config, damage: str
) -> None:
    await fill(database)
    file = await saved(config)
    content = file.read_bytes()
    changed = {"cut": content[:-30], "changed": content[:-9] + b"x" + content[-8:], "other": b"a letter"}
    file.write_bytes(changed[damage])
    await database.close()
    with pytest.raises((BackupDamaged, KeyWrong)):
        await restore(config, file, lambda _: None, replace=True)
    again = await opened(config)
    async with again.reading() as uow:
        assert await uow.callbacks.count_waiting() == 1
    await again.close()


GONE_WITH_ITS_ROW = {
    *("callback_requests.phone", "callback_requests.note", "callback_requests.risk_note", "callback_lines.line"),
    *("contacts.external_id", "chat_messages.message_id"),
}
BLANKED = {"contact_records.note", "staff.card"}
NEVER_ERASED = {
    *("secrets.secret", "audit_head.head", "zalo_grants.access_token", "zalo_grants.refresh_token"),
    *("clients.code", "clients.decision", "volunteers.code"),  # the agency's own codes
    *("reports.document", "reports.public_document", "reports.remarks"),  # figures, and words about figures
}


def test_for_everything_sealed_somebody_has_decided_how_a_restore_keeps_it_erased() -> None:
    sealed = {f"{table.name}.{column.name}" for table, column in encrypted_columns() if table.name not in LEFT_OUT}
    assert sealed == GONE_WITH_ITS_ROW | BLANKED | NEVER_ERASED


@pytest.mark.parametrize("how", ["corrected", "withdrawn", "withdrawn of a client"])
async def test_the_words_of_a_record_that_was_corrected_or_withdrawn_do_not_come_back(
    database: Database, config: Config, how: str
) -> None:
    now = utc_now()
    async with database.transaction() as uow:
        staff = await uow.staff.add(Contact(9, Channel.TERMINAL), Role.COUNSELLOR, (), "nine", now)
        record = NewContactRecord(now.date(), now, Way.VISIT, staff.number, Outcome.MET, note=WRITTEN)
        if how == "withdrawn of a client":
            record = replace(record, client_id=7)
        record_id = await uow.contact_records.add(record)
        assert record_id is not None
    file = await saved(config)
    async with database.transaction() as uow:
        if how == "corrected":
            await records.change(uow, staff, record_id, "note", "", now)
        else:
            await records.withdraw(uow, staff, record_id, now)
    await database.close()
    await brought_back(config, file)
    again = await opened(config)
    async with again.reading() as uow:
        assert await uow.contact_records.get_note(record_id) == ""
    await again.close()


async def test_whoever_was_forgotten_since_is_not_kept_as_one_that_cannot_be_reached(
    database: Database, config: Config
) -> None:
    open_id, _ = await fill(database)
    now = utc_now()
    async with database.transaction() as uow:
        left = await uow.callbacks.get(open_id)
        assert left.contact_id is not None
        await uow.unreachable.set_reason(left.contact_id, "stopped", now)
    file = await saved(config)
    async with database.transaction() as uow:
        await uow.erasures.add("callback_requests", [open_id], now)
    await database.close()
    await brought_back(config, file)
    again = await opened(config)
    async with again.reading() as uow:
        rows = await uow.execute(select(UnreachableRow.contact_id))
        assert rows.all() == []
    await again.close()


def test_what_is_sealed_in_the_database_stays_sealed_in_a_backup() -> None:
    assert {table.name for table, _ in encrypted_columns()} - LEFT_OUT <= {table.name for table in backed_up()}
