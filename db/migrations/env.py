"""Alembic's entry: the connection comes from `db.opening`, or from the address in alembic.ini for developers."""

from __future__ import annotations

import asyncio

from alembic import context
from sqlalchemy.engine import Connection

from db.crypto import Keys, new_key
from db.models import Base
from db.session import create_engine


def migrate(connection: Connection) -> None:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()


async def migrate_from_ini() -> None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url", ""), Keys(new_key()))  # schema only
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


given = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(migrate_from_ini())
