"""What is shown once: taking it out and erasing it are the same statement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from db.models import OnceRow
from db.repositories.base import Repository


class Once(Repository):
    async def add(self, digest: bytes, contact_id: int, content: bytes, expires_at: datetime) -> None:
        row = {"digest": digest, "contact_id": contact_id, "content": content, "expires_at": expires_at}
        await self._uow.execute(self._insert(OnceRow), [row])

    async def take(self, digest: bytes, now: datetime) -> bytes | None:
        """None when it was taken before, is too old, or never was."""
        statement = delete(OnceRow).where(OnceRow.digest == digest, OnceRow.expires_at > now)
        return (await self._uow.execute(statement.returning(OnceRow.content))).scalar_one_or_none()

    async def delete_of(self, contact_id: int) -> None:
        await self._uow.execute(delete(OnceRow).where(OnceRow.contact_id == contact_id))

    async def delete_expired(self, now: datetime) -> int:
        return (await self._uow.execute(delete(OnceRow).where(OnceRow.expires_at <= now))).rowcount
