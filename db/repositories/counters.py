"""Daily counters: how often, never who."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import select

from db.models import DailyCounterRow
from db.repositories.base import Repository, Undo

if TYPE_CHECKING:
    from db.uow import UnitOfWork

Key = tuple[date, str, str, str]


class Counters(Repository):
    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._added: Counter[Key] = Counter()

    def add(self, counted_on: date, channel: str, measure: str, topic: str = "", value: int = 1) -> None:
        """Counts `value` more; `counted_on` is the local date in Việt Nam."""
        self._added[counted_on, channel, measure, topic] += value

    async def list_between(self, first: date, last: date) -> dict[Key, int]:
        """All counters of the days from `first` to `last`, both included."""
        rows = await self._uow.execute(
            select(DailyCounterRow.__table__).where(DailyCounterRow.counted_on.between(first, last))
        )
        return {(row.counted_on, row.channel, row.measure, row.topic): row.value for row in rows}

    def checkpoint(self) -> Undo:
        added = self._added.copy()

        def back() -> None:
            self._added = added

        return back

    async def flush(self) -> None:
        if not self._added:
            return
        statement = self._insert(DailyCounterRow)
        statement = statement.on_conflict_do_update(
            index_elements=["counted_on", "channel", "measure", "topic"],
            set_={"value": DailyCounterRow.__table__.c.value + statement.excluded.value},
        )
        rows = [
            {"counted_on": on, "channel": channel, "measure": measure, "topic": topic, "value": value}
            for (on, channel, measure, topic), value in sorted(self._added.items())  # one order: no deadlock
        ]
        self._added = Counter()
        await self._uow.execute(statement, rows)
