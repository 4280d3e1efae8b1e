"""The schema: up, down and up again with data in it, and the same as the models say."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from db.models import Base
from db.opening import KeySource, open_database
from db.session import Database, table_names
from db.uow import UnitOfWork
from domain.clients import PauseReason
from domain.follow_ups import Result
from domain.models import Arrival, Channel, Choice, Letter, Priority
from domain.periods import Calendar
from domain.report_objects import NewReport
from domain.volunteering import Reminder
from domain.zalo import ZaloGrant
from hotline.caring import usual_care
from services import follow_ups, staffing
from tests.care.rosters import as_csv, row, take_over

NOW = datetime(2026, 11, 22, tzinfo=UTC)
BEFORE_CALLERS = "0009"
FALLING = "ix_callback_requests_queue"


def alembic(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent.parent.parent / "db" / "migrations"))
    config.attributes["connection"] = connection
    return config


async def fill(database: Database) -> None:
    """A row in every table."""
    async with database.transaction() as uow:
        await uow.inbox.add([(Arrival(Channel.WEB, "p", "1", b"x", "x"), Priority.REPLY)], NOW)
        contact = uow.contacts.known_as(Channel.WEB, "p")
        uow.outbox.add(contact, Letter("x"), NOW)
        uow.chat_messages.note(contact, "1", NOW)
        await uow.zalo.set_pair("app", ZaloGrant("a", "r", NOW, NOW))
        await uow.unreachable.set_reason(contact.id, "gone", NOW)
        await uow.once.add(b"digest", contact.id, b"x", NOW)
        uow.counters.add(NOW.date(), "web", "m")
        uow.conversations.changed((await _talk(uow, contact.id)), NOW)
        await _fill_care(uow)
        await _fill_reports(uow)


async def _fill_reports(uow: UnitOfWork) -> None:
    """A locked report with its public copy, and calls for help of a volunteer and of somebody who is none."""
    period = Calendar().month(2026, 10)
    report = await uow.reports.add(NewReport(period, frozenset(), 1, None, NOW, None, b"exact"))
    if report is None:  # filled before
        return
    await uow.reports.set_complete(report, b"exact", None, NOW)
    await uow.reports.set_locked(report, b"exact", b"public", None, NOW)
    for volunteer in (1, None):
        await uow.volunteering.add_support_call(1, 2, volunteer, "Ba Đình", NOW)


async def _fill_care(uow: UnitOfWork) -> None:
    """A client with everything that is planned, a volunteer with an account, a contact and a reminder."""
    contact = uow.contacts.known_as(Channel.TERMINAL, "v")
    if await uow.clients.find("A"):  # filled before
        return
    volunteer = await staffing.join(uow, contact, await staffing.invite_volunteer(uow, "TNV-1", (), NOW), NOW)
    await take_over(uow, usual_care(), as_csv([row("A")]), NOW)
    [someone] = await uow.clients.list_of()
    await follow_ups.advance(uow, NOW)
    await follow_ups.record(uow, volunteer, someone.id, Result.VISITED, NOW)
    planned = await uow.follow_ups.list_of_client(someone.id)
    await uow.reminders.claim([Reminder(each.client_id, each.id, "test", NOW) for each in planned])
    await usual_care().changes.pause(uow, someone, PauseReason.AWAY, NOW.date(), NOW, by=None)


async def _talk(uow: object, contact_id: int) -> int:
    await uow.conversations.get(contact_id)  # type: ignore[attr-defined]
    return contact_id


async def test_the_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return [each for each in compare_metadata(context, Base.metadata) if not is_falling(each)]

    def is_falling(difference: tuple[object, ...]) -> bool:
        """An index that runs downwards is read back differently from how it was made; that it exists is looked at."""
        return getattr(difference[1], "name", "") == FALLING

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        names = await connection.run_sync(lambda each: inspect(each).get_indexes("callback_requests"))
        assert FALLING in {index["name"] for index in names}


async def test_every_migration_goes_down_and_up_again_with_data_in_the_tables(
    database: Database, database_url: str, key_source: KeySource
) -> None:
    await fill(database)
    async with database.engine.begin() as connection:
        script = ScriptDirectory.from_config(await connection.run_sync(alembic))
        for revision in script.walk_revisions():
            below = revision.down_revision or "base"
            await connection.run_sync(lambda sync, to=below: command.downgrade(alembic(sync), str(to)))
        assert await table_names(connection) == {"alembic_version"}
        await connection.run_sync(lambda sync: command.upgrade(alembic(sync), "head"))
    again = await open_database(database_url, key_source)
    await fill(again)
    await again.close()


OLD = Path(__file__).parent.parent / "data"


async def test_a_database_of_the_first_schema_is_opened_with_everything_in_it(tmp_path: Path) -> None:
    for name in ("schema-0001.db", "schema-0001.key"):
        shutil.copy(OLD / name, tmp_path / name)
    (tmp_path / "schema-0001.key").chmod(0o600)
    url = f"sqlite+aiosqlite:///{tmp_path / 'schema-0001.db'}"
    database = await open_database(url, KeySource(tmp_path / "schema-0001.key"))
    async with database.transaction() as uow:
        [waiting] = await uow.inbox.claim_waiting(10)
        assert json.loads(waiting.payload) == {"text": "chưa trả lời"}
        assert waiting.contact == uow.contacts.known_as(Channel.WEB, "nguoi-1")
        second = uow.contacts.known_as(Channel.WEB, "nguoi-2")
        [letter] = await uow.outbox.list_for(second.id, 0)
        assert letter.letter == Letter("Trả lời cũ", (Choice("1. Chi tiết", "d:home.register"),), urgent=True)
        assert (await uow.conversations.get(second.id)).topic == "home.register"
        today = date(2026, 11, 22)
        assert await uow.counters.list_between(today, today) == {(today, "web", "message.received", ""): 2}
        repeated = Arrival(Channel.WEB, "nguoi-2", "2", b"{}", "")
        await uow.inbox.add([(repeated, Priority.REPLY)], NOW)
        assert await uow.inbox.count_waiting() == 1  # its tombstone came along
        uow.chat_messages.note(second, "1", NOW)
    await database.close()


async def test_calls_of_volunteers_and_locked_reports_outlive_the_way_down_and_up_again(database: Database) -> None:
    await fill(database)
    period = Calendar().month(2026, 10)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic(sync), BEFORE_CALLERS))
        with pytest.raises(DBAPIError, match="never changes"):
            async with connection.begin_nested():
                await connection.execute(text("UPDATE reports SET version = 9"))
        await connection.run_sync(lambda sync: command.upgrade(alembic(sync), "head"))
    async with database.reading() as uow:
        calls = await uow.volunteering.claim_unanswered(NOW, NOW - timedelta(days=1), NOW)
        assert [(call.volunteer, call.asked_by) for call in calls] == [(1, None)]
        report = await uow.reports.find_latest(period, ())
        assert report is not None
        assert await uow.reports.document(report.id) == b"exact"
        assert await uow.reports.document(report.id, public=True) == b"public"


async def test_going_down_to_the_first_schema_keeps_what_it_knew(database: Database) -> None:
    await fill(database)
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.downgrade(alembic(sync), "0001"))
        assert "chat_messages" not in await table_names(connection)
    async with database.reading() as uow:
        contact = uow.contacts.known_as(Channel.WEB, "p")
        assert [each.letter for each in await uow.outbox.list_for(contact.id, 0)] == [Letter("x")]
        assert await uow.inbox.count_waiting() == 1
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(alembic(sync), "head"))
    async with database.transaction() as uow:
        uow.chat_messages.note(contact, "2", NOW)
