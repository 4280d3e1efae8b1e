"""The ledger of what was erased: it outlives the backups that still hold it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from db.callback_rows import ErasureRow
from db.repositories.base import Repository


class Erasures(Repository):
    async def add(self, table: str, row_ids: Collection[int], now: datetime) -> None:
        marks = {self._uow.pseudonyms.erasure_mark(table, row_id) for row_id in row_ids}
        if marks:
            rows = [{"mark": mark, "erased_at": now} for mark in sorted(marks)]
            await self._uow.execute(self._insert(ErasureRow).on_conflict_do_nothing(index_elements=["mark"]), rows)

    async def list_since(self, moment: datetime) -> list[tuple[bytes, datetime]]:
        rows = await self._uow.execute(
            select(ErasureRow.mark, ErasureRow.erased_at).where(ErasureRow.erased_at >= moment)
        )
        return [(bytes(row.mark), row.erased_at) for row in rows]

    async def delete_before(self, moment: datetime) -> int:
        return (await self._uow.execute(delete(ErasureRow).where(ErasureRow.erased_at < moment))).rowcount
