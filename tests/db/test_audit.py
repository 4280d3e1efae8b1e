"""The audit trail: append only, and a change made outside the program is found."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from db.session import Database
from domain.audit import Action, AuditBroken
from domain.clock import VIETNAM

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


async def write(database: Database, entries: int = 3) -> None:
    async with database.transaction() as uow:
        for number in range(entries):
            uow.audit.add(Action.REVEALED, NOW, staff=1, subject=100 + number, details="phone")


async def unprotected(database: Database, *statements: str) -> None:
    """What somebody does who has the database file, the triggers out of the way."""
    sqlite = database.engine.dialect.name == "sqlite"
    drop = (
        ["DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"]
        if sqlite
        else ["DROP TRIGGER audit_append_only ON audit"]
    )
    async with database.engine.begin() as connection:
        for statement in (*drop, *statements):
            await connection.execute(text(statement))


async def verified(database: Database) -> int:
    async with database.reading() as uow:
        return await uow.audit.verify()


async def test_an_untouched_trail_is_whole_and_an_empty_one_too(database: Database) -> None:
    assert await verified(database) == 0
    await write(database)
    await write(database, 2)
    assert await verified(database) == 5


async def test_entries_of_one_request_are_listed_in_order(database: Database) -> None:
    await write(database)
    async with database.reading() as uow:
        [entry] = await uow.audit.list_of(101)
    assert (entry.number, entry.action, entry.staff, entry.details) == (2, Action.REVEALED, 1, "phone")


@pytest.mark.parametrize("statement", ["UPDATE audit SET staff = 2", "DELETE FROM audit"])
async def test_the_database_itself_refuses_to_change_the_trail(database: Database, statement: str) -> None:
    await write(database)
    with pytest.raises(DBAPIError, match="append only"):
        async with database.engine.begin() as connection:
            await connection.execute(text(statement))
    assert await verified(database) == 3


@pytest.mark.parametrize(
    ("statement", "first_wrong"),
    [
        ("UPDATE audit SET staff = 2 WHERE number = 2", 2),
        ("UPDATE audit SET details = 'x' WHERE number = 3", 3),
        ("DELETE FROM audit WHERE number = 1", 1),
        ("DELETE FROM audit WHERE number = 3", 3),
        ("DELETE FROM audit", 1),
        ("UPDATE audit SET number = number + 10 WHERE number = 3", 3),
    ],
)
async def test_whoever_changes_the_trail_behind_our_back_is_found(
    database: Database, statement: str, first_wrong: int
) -> None:
    await write(database)
    await unprotected(database, statement)
    with pytest.raises(AuditBroken) as caught:
        await verified(database)
    assert caught.value.data["number"] == first_wrong


async def test_the_zone_of_the_writers_clock_does_not_matter(database: Database) -> None:
    async with database.transaction() as uow:
        uow.audit.add(Action.TAKEN, NOW.astimezone(VIETNAM), staff=1)
    assert await verified(database) == 1


async def test_a_step_that_fails_leaves_no_entry(database: Database) -> None:
    async with database.transaction() as uow:
        with pytest.raises(ZeroDivisionError):
            async with uow.step():
                uow.audit.add(Action.TAKEN, NOW, staff=1)
                raise ZeroDivisionError
    assert await verified(database) == 0


async def test_many_writers_make_one_chain(database: Database) -> None:
    await asyncio.gather(*(write(database, 2) for _ in range(12)))
    assert await verified(database) == 24
