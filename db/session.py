"""Opens the database: one engine, its key, and who may write when."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from db.crypto import Keys, Pseudonyms
from db.models import KEYS_ATTRIBUTE
from db.uow import UnitOfWork

READ_ONLY = "hotline_read_only"
_SQLITE_BUSY_SECONDS = 15


class Database:
    """The one door to the tables.

    On SQLite writers of this process queue for one lock instead of polling SQLite's; readers never wait (WAL).
    """

    def __init__(self, engine: AsyncEngine, pseudonyms: Pseudonyms) -> None:
        self.engine = engine
        self.pseudonyms = pseudonyms
        self._writers = Writers() if engine.dialect.name == "sqlite" else None

    @property
    def kept_waiting(self) -> timedelta:
        """How long somebody of this process has been waiting to write; zero where writers do not wait."""
        return self._writers.longest_wait if self._writers else timedelta(0)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[UnitOfWork]:
        """One transaction: all of it is committed at the end, or nothing when the block raises."""
        async with self._writers or nullcontext(), self.engine.begin() as connection:
            uow = UnitOfWork(connection, self.pseudonyms)
            yield uow
            await uow.flush()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[UnitOfWork]:
        """A look without a lock; what is written in it is not kept."""
        async with self.engine.connect() as connection:
            await connection.execution_options(**{READ_ONLY: True})
            yield UnitOfWork(connection, self.pseudonyms)

    @asynccontextmanager
    async def alone(self, name: str) -> AsyncIterator[Alone]:
        """Lets one process at a time do what is called `name`; the others ask `Alone.mine` again.

        On SQLite there is only one process. On PostgreSQL the lock goes when its holder dies, however it dies.
        """
        if self._writers is not None:
            yield Alone(None, 0)
            return
        number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
        engine = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        holder = Alone(engine, number)
        try:
            yield holder
        finally:
            await holder.give_back()

    async def close(self) -> None:
        await self.engine.dispose()


class Writers:
    """The writers of this process, one after the other in the order in which they came."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._came: dict[object, float] = {}

    @property
    def longest_wait(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - next(iter(self._came.values()))) if self._came else timedelta(0)

    async def __aenter__(self) -> None:
        me = object()
        self._came[me] = time.monotonic()
        try:
            await self._lock.acquire()
        finally:
            del self._came[me]

    async def __aexit__(self, *_error: object) -> None:
        self._lock.release()


class Alone:
    """A lock that one process holds with a connection of its own."""

    def __init__(self, engine: AsyncEngine | None, number: int) -> None:
        self._engine = engine
        self._number = number
        self._connection: AsyncConnection | None = None

    async def mine(self) -> bool:
        """Whether this process holds the lock now; takes it when it is free. Raises what the database raises."""
        if self._engine is None:
            return True
        try:
            if self._connection is not None:
                await self._connection.execute(select(1))  # the lock lives as long as this connection
                return True
            self._connection = await self._engine.connect()
            if (await self._connection.execute(select(func.pg_try_advisory_lock(self._number)))).scalar_one():
                return True
        except BaseException:
            await self.give_back()
            raise
        await self.give_back()
        return False

    async def give_back(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(DBAPIError):
                await connection.invalidate()  # a closed session holds no lock
            await connection.close()


def create_engine(url: str | URL, keys: Keys) -> AsyncEngine:
    """An engine that seals with `keys` and never prints parameters, which a traceback would otherwise show."""
    engine = create_async_engine(url, hide_parameters=True, pool_pre_ping=not is_sqlite(url))
    setattr(engine.dialect, KEYS_ATTRIBUTE, keys)
    setattr(engine.sync_engine.dialect, KEYS_ATTRIBUTE, keys)
    if is_sqlite(url):
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def is_sqlite(url: str | URL) -> bool:
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str | URL) -> Path | None:
    """The file of a SQLite database; None for another database or one in memory."""
    parsed = make_url(url)
    if not is_sqlite(parsed) or not parsed.database or parsed.database == ":memory:":
        return None
    return Path(parsed.database)


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # a power cut loses nothing that was acknowledged; group commits pay for it
        "secure_delete=ON",  # erased pages are overwritten
        f"busy_timeout={_SQLITE_BUSY_SECONDS * 1000}",
        "temp_store=MEMORY",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    read_only = connection.get_execution_options().get(READ_ONLY)
    connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")


async def table_names(connection: AsyncConnection) -> set[str]:
    from sqlalchemy import inspect

    return set(await connection.run_sync(lambda sync: inspect(sync).get_table_names()))
