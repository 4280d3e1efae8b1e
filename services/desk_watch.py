"""The desk's clockwork: who has waited too long, who is to be called again, which number has been shown too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.session import Database
from domain.opening import OpeningHours
from services.bell import DeskBell


@dataclass(frozen=True, slots=True)
class DeskWatch:
    database: Database
    bell: DeskBell
    hours: OpeningHours

    async def run(self, now: datetime) -> list[int]:
        """One transaction; a kill before its commit leaves everything due. Returns the contacts who have been told."""
        async with self.database.transaction() as uow:
            return await self.bell.tick(uow, self.hours, now)
