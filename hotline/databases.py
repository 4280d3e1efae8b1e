"""The database that the settings name."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from db.opening import KeySource, open_database
from db.session import Database
from hotline.config import Config


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Database]:
    """Open while the block runs. Short transactions also beside a running hotline: SQLite lets the other wait.

    Raises what `open_database` raises.
    """
    database = await open_database(config.database.url, KeySource(config.database.key_file))
    try:
        yield database
    finally:
        await database.close()
