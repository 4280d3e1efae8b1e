"""The schema: up, down and up again with data in it, and the same as the models say."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from db.models import Base
from db.opening import KeySource, open_database
from db.session import Database, table_names
from domain.models import Arrival, Channel, Letter, Priority

NOW = datetime(2026, 11, 22, tzinfo=UTC)


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
        uow.counters.add(NOW.date(), "web", "m")
        uow.conversations.changed((await _talk(uow, contact.id)), NOW)


async def _talk(uow: object, contact_id: int) -> int:
    await uow.conversations.get(contact_id)  # type: ignore[attr-defined]
    return contact_id


async def test_the_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        return list(compare_metadata(context, Base.metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


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
