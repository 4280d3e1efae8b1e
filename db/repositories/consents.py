"""Proof of consent, without the person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update

from db.callback_rows import ConsentRow
from db.repositories.base import Repository
from domain.ids import new_id


class Consents(Repository):
    async def add(self, text_version: str, now: datetime) -> int:
        """`text_version` names the exact words that were agreed to; returns the proof's number."""
        consent_id = new_id()
        await self._uow.execute(
            insert(ConsentRow).values(id=consent_id, text_version=text_version, given_at=now, withdrawn_at=None)
        )
        return consent_id

    async def withdraw(self, consent_id: int, now: datetime) -> None:
        await self._uow.execute(
            update(ConsentRow)
            .where(ConsentRow.id == consent_id, ConsentRow.withdrawn_at.is_(None))
            .values(withdrawn_at=now)
        )
