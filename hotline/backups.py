"""`hotline backup` and `hotline restore`."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from db.backup import Loaded, Restored, backed_up, backup_name, load_backup, prune, restore_backup, write_backup
from db.callback_rows import ErasureRow
from db.crypto import Keys
from db.ledger import Ledger, LedgerFile
from db.opening import KeySource, empty
from db.session import create_engine, sqlite_path, table_names
from domain.clock import utc_now
from domain.errors import DatabaseUnusable, HotlineError
from hotline.config import Config
from hotline.databases import opened
from hotline.lock import only_one_process
from texts import vietnamese


class DatabaseInUse(HotlineError):
    """There is a database with rows in it, and nobody said that it may be replaced."""

    text_key = "backup.in_use"


async def backup(config: Config, write: Callable[[str], None]) -> Path:
    """Writes a backup, also while the hotline runs, and deletes those older than seven days.

    Raises KeyMissing, KeyWrong, DatabaseUnusable.
    """
    now, folder = utc_now(), config.backup.dir
    path = sqlite_path(config.database.url)
    if path is not None and not path.exists():
        raise DatabaseUnusable(reason=path)
    master = KeySource(config.database.key_file).require()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / backup_name(now)
    engine = create_engine(config.database.url, Keys(master))
    try:
        rows = await write_backup(engine, master, file, now)
        LedgerFile(folder).add(await _marks(engine), now, always=True)
    except DBAPIError as error:
        raise DatabaseUnusable(reason=type(error).__name__) from error
    finally:
        await engine.dispose()
    load_backup(file, master, now)  # a backup that cannot be read is none
    old = prune(folder, now)
    write(vietnamese()("backup.written", where=file, rows=rows, old=len(old)))
    return file


async def restore(config: Config, file: Path, write: Callable[[str], None], *, replace: bool = False) -> None:
    """Makes the database anew from a backup; what was erased since is left out before anything else can be done.

    The ledger is read from the backups' folder and, where it still opens, from the database that is replaced.
    Raises DatabaseInUse, KeyMissing, KeyWrong, BackupDamaged, BackupTooOld, SchemaDiffers, AlreadyRunning.
    """
    path, source = sqlite_path(config.database.url), KeySource(config.database.key_file)
    if path is not None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with only_one_process(path) if path else nullcontext():
        loaded = load_backup(file, source.require(), utc_now())
        ledger = await _give_up_old(config, source, replace=replace)
        restored = await _fill(config, loaded, ledger)
    texts = vietnamese()
    write(texts("backup.restored", rows=restored.rows, left_out=restored.left_out, where=file))
    if restored.without_ledger:
        write(texts("backup.without_ledger", where=config.backup.dir))


async def _give_up_old(config: Config, source: KeySource, *, replace: bool) -> Ledger | None:
    """Drops the tables that are there; what they know of erasures is on disk before."""
    ledger_file = LedgerFile(config.backup.dir)
    ledger = ledger_file.read()
    engine = create_engine(config.database.url, Keys(source.require()))
    try:
        async with engine.connect() as connection:
            tables = await table_names(connection)
        if not tables - {"alembic_version"}:
            return ledger
        if not replace and await _has_rows(engine):
            raise DatabaseInUse
        if "erasures" in tables:
            config.backup.dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            ledger = ledger_file.add(await _marks(engine), utc_now(), always=True)
        async with engine.begin() as connection:
            await connection.run_sync(empty)
    finally:
        await engine.dispose()
    return ledger


async def _has_rows(engine: AsyncEngine) -> bool:
    async with engine.connect() as connection:
        there = await table_names(connection)
        for table in backed_up():
            if table.name not in there or table.name == "secrets":
                continue
            if (await connection.execute(select(*table.primary_key.columns).limit(1))).first():
                return True
    return False


async def _marks(engine: AsyncEngine) -> dict[bytes, datetime]:
    async with engine.connect() as connection:
        rows = await connection.execute(select(ErasureRow.mark, ErasureRow.erased_at))
        return {bytes(row.mark): row.erased_at for row in rows}


async def _fill(config: Config, loaded: Loaded, ledger: Ledger | None) -> Restored:
    async with opened(config) as database, database.engine.begin() as connection:
        return await restore_backup(connection, loaded, ledger)
