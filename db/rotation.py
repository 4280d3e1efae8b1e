"""Changes the external key: every sealed value is opened with the old one and sealed with the new one."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Column, LargeBinary, Table, and_, bindparam, select, type_coerce
from sqlalchemy.ext.asyncio import AsyncConnection

from db.crypto import Keys, new_key, write_key_file
from db.models import Base, Encrypted
from db.opening import KeySource
from db.session import create_engine


async def rotate_key(url: str, source: KeySource) -> int:
    """One transaction over all tables; nobody else may have the database open. Returns how many values were sealed.

    The new key waits in a file beside the old one before the commit and takes its place after it. A crash in
    between leaves both, and the next start keeps the one that fits. Raises KeyMissing, KeyWrong.
    """
    old = Keys(source.require())
    fresh = new_key()
    source.waiting.unlink(missing_ok=True)
    write_key_file(source.waiting, fresh)
    new = Keys(fresh)
    engine = create_engine(url, old)
    try:
        async with engine.begin() as connection:
            sealed = 0
            for table, column in encrypted_columns():
                sealed += await _reseal(connection, table, column, old, new)
    except BaseException:
        source.waiting.unlink()
        raise
    finally:
        await engine.dispose()
    source.finish_rotation()
    return sealed


def encrypted_columns() -> Iterator[tuple[Table, Column[bytes]]]:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Encrypted):
                yield table, column


async def _reseal(connection: AsyncConnection, table: Table, column: Column[bytes], old: Keys, new: Keys) -> int:
    raw = type_coerce(column, LargeBinary)
    keys = list(table.primary_key.columns)
    name = column.type.column  # type: ignore[attr-defined]
    rows = (await connection.execute(select(*keys, raw.label("sealed")).where(column.is_not(None)))).all()
    if rows:
        this_row = and_(*(key == bindparam(f"key_{key.name}") for key in keys))
        statement = table.update().where(this_row).values({column: bindparam("resealed", type_=LargeBinary)})
        await connection.execute(
            statement,
            [
                {f"key_{key.name}": getattr(row, key.name) for key in keys}
                | {"resealed": new.seal(old.open(row.sealed, name), name)}
                for row in rows
            ],
        )
    return len(rows)
