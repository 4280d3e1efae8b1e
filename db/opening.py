"""From an address and a key to a database that can be used: key found, schema migrated, key proven."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from db.crypto import KEY_BYTES, Keys, Pseudonyms, decode_key, new_key, write_key_file
from db.models import SecretRow
from db.session import Database, create_engine, sqlite_path, table_names
from domain.errors import DatabaseUnusable, KeyMissing, KeyUnreadable, KeyWrong

KEY_VARIABLE = "HOTLINE_KEY"
_MIGRATION_LOCK = 163_2026
PSEUDONYM_SECRET = "pseudonyms"  # noqa: S105 - the name of a secret, not one


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the external key is: the environment variable HOTLINE_KEY wins over the file."""

    file: Path

    def find(self) -> bytes | None:
        """None when there is no key yet. Raises KeyUnreadable for one that is damaged or open to others."""
        if text := os.environ.get(KEY_VARIABLE):
            return decode_key(text, where=KEY_VARIABLE)
        try:
            text = self.file.read_text("ascii")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError):
            raise KeyUnreadable(where=self.file) from None
        if os.name == "posix" and self.file.stat().st_mode & 0o077:
            raise KeyUnreadable(where=self.file)
        return decode_key(text, where=str(self.file))

    def require(self) -> bytes:
        """Raises KeyMissing, KeyUnreadable."""
        key = self.find()
        if key is None:
            raise KeyMissing(where=self.file)
        return key

    def create(self) -> bytes:
        key = new_key()
        write_key_file(self.file, key)
        return key

    @property
    def waiting(self) -> Path:
        """Where a rotation keeps the new key until the database is sealed with it."""
        return self.file.with_suffix(".new")

    def finish_rotation(self) -> None:
        self.waiting.replace(self.file)


async def open_database(url: str, source: KeySource) -> Database:
    """Opens the database, or creates it with a new key where neither exists.

    Raises KeyMissing (a database without its key), KeyWrong, KeyUnreadable, DatabaseUnusable.
    """
    path = sqlite_path(url)
    key = source.find()
    try:
        if key is None and await _has_tables(url):
            raise KeyMissing(where=source.file)
        if key is None:
            key = source.create()
        if path is not None:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            path.touch(mode=0o600)  # its side files take this mode from it
        engine, pseudonyms = await _open_with(url, key, source)
    except (DBAPIError, CommandError, OSError) as error:
        raise DatabaseUnusable(reason=_reason(error)) from error
    return Database(engine, pseudonyms)


async def _open_with(url: str, key: bytes, source: KeySource) -> tuple[AsyncEngine, Pseudonyms]:
    engine = create_engine(url, Keys(key))
    try:
        async with engine.begin() as connection:
            if connection.dialect.name == "postgresql":  # processes that start together migrate one after another
                await connection.execute(select(func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
            await connection.run_sync(_migrate)
            return engine, await _pseudonyms(connection)
    except KeyWrong:
        await engine.dispose()
        if not source.waiting.exists() or os.environ.get(KEY_VARIABLE):
            raise
        source.finish_rotation()  # a rotation was cut off between its commit and the change of files
        return await _open_with(url, source.require(), source)
    except BaseException:
        await engine.dispose()
        raise


def newest_schema() -> str:
    """The revision that this version of the program brings a database to."""
    return str(ScriptDirectory.from_config(_alembic()).get_current_head())


def empty(connection: Connection) -> None:
    """Takes everything away that the migrations made, as they know it."""
    config = _alembic()
    config.attributes["connection"] = connection
    command.downgrade(config, "base")


def _migrate(connection: Connection) -> None:
    config = _alembic()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


async def _pseudonyms(connection: AsyncConnection) -> Pseudonyms:
    """Opens the sealed secret, which proves the key; a new database gets one."""
    found = await connection.scalar(select(SecretRow.secret).where(SecretRow.name == PSEUDONYM_SECRET))
    if found is None:
        found = secrets.token_bytes(KEY_BYTES)
        await connection.execute(insert(SecretRow).values(name=PSEUDONYM_SECRET, secret=found))
    return Pseudonyms(found)


async def _has_tables(url: str) -> bool:
    path = sqlite_path(url)
    if path is not None and not path.exists():
        return False
    engine = create_engine(url, Keys(new_key()))  # only looks at names
    try:
        async with engine.connect() as connection:
            return bool(await table_names(connection))
    finally:
        await engine.dispose()


def _reason(error: Exception) -> str:
    """What the driver says, without statement or values."""
    return str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
