"""What every repository has: the unit of work that it writes through."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from db.models import Base
    from db.uow import UnitOfWork

Undo = Callable[[], None]
"""Takes a repository's collected changes back to where they were when `checkpoint` made this."""


class Repository:
    def __init__(self, uow: UnitOfWork) -> None:
        self._uow = uow

    async def _tuples(self, statement: Any) -> list[tuple[Any, ...]]:
        """Rows whose columns only the program knows: how many spans were asked for."""
        return [tuple(row) for row in await self._uow.execute(statement)]

    def _insert(self, row: type[Base]) -> postgresql.Insert | sqlite.Insert:
        """An INSERT that knows ON CONFLICT, in the words of the database at hand."""
        table: Any = row.__table__
        if self._uow.connection.dialect.name == "sqlite":
            return sqlite.insert(table)
        return postgresql.insert(table)
