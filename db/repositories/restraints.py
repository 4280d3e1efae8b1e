"""What slows down misuse: how often something was done lately, and who is not served for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, insert, select

from db.callback_rows import RestraintRow
from db.repositories.base import Repository
from domain.ids import new_id


class Restraints(Repository):
    """`kind` says what is counted, `whom` whom it holds for; only a keyed hash of both is kept, until it expires."""

    async def add(self, kind: str, whom: object, now: datetime, lifetime: timedelta) -> None:
        await self._uow.execute(
            insert(RestraintRow).values(
                id=new_id(),
                kind=kind,
                digest=self._uow.pseudonyms.restraint_digest(kind, str(whom)),
                happened_at=now,
                expires_at=now + lifetime,
            )
        )

    async def count(self, kind: str, whom: object, now: datetime) -> int:
        """How many of them have not expired."""
        statement = (
            select(func.count())
            .select_from(RestraintRow)
            .where(
                RestraintRow.kind == kind,
                RestraintRow.digest == self._uow.pseudonyms.restraint_digest(kind, str(whom)),
                RestraintRow.expires_at > now,
            )
        )
        return int((await self._uow.execute(statement)).scalar_one())

    async def lift(self, kind: str, whom: object) -> None:
        digest = self._uow.pseudonyms.restraint_digest(kind, str(whom))
        await self._uow.execute(delete(RestraintRow).where(RestraintRow.kind == kind, RestraintRow.digest == digest))

    async def delete_expired(self, now: datetime) -> int:
        return (await self._uow.execute(delete(RestraintRow).where(RestraintRow.expires_at <= now))).rowcount
