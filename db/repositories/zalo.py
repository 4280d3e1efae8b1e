"""The tokens of the Official Account, sealed; one row per app."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from db.models import ZaloGrantRow
from db.repositories.base import Repository
from domain.zalo import ZaloGrant


class ZaloGrants(Repository):
    async def find(self, app_id: str) -> ZaloGrant | None:
        return await self._find(app_id, lock=False)

    async def lock(self, app_id: str) -> ZaloGrant | None:
        """No other process reads it for a refresh until this transaction ends."""
        return await self._find(app_id, lock=True)

    async def _find(self, app_id: str, *, lock: bool) -> ZaloGrant | None:
        row = ZaloGrantRow
        statement = select(
            row.access_token, row.refresh_token, row.renewed_at, row.access_ends_at, row.pending_at, row.trouble
        ).where(row.app_id == app_id)
        found = (await self._uow.execute(statement.with_for_update() if lock else statement)).one_or_none()
        if found is None:
            return None
        return ZaloGrant(
            found.access_token.decode(),
            found.refresh_token.decode(),
            found.renewed_at,
            found.access_ends_at,
            found.pending_at,
            found.trouble,
        )

    async def seed_of(self, app_id: str) -> bytes | None:
        return await self._uow.connection.scalar(select(ZaloGrantRow.seed).where(ZaloGrantRow.app_id == app_id))

    async def set_pair(self, app_id: str, grant: ZaloGrant, seed: bytes | None = None) -> None:
        """A new pair takes the place of the old one; nothing is pending any more. `seed` None keeps what is there."""
        values = {
            "app_id": app_id,
            "access_token": grant.access_token.encode(),
            "refresh_token": grant.refresh_token.encode(),
            "renewed_at": grant.renewed_at,
            "access_ends_at": grant.access_ends_at,
            "pending_at": None,
            "trouble": "",
            "seed": seed,
        }
        kept = {"app_id"} if seed is not None else {"app_id", "seed"}
        statement = self._insert(ZaloGrantRow)
        await self._uow.execute(
            statement.on_conflict_do_update(
                index_elements=["app_id"],
                set_={name: statement.excluded[name] for name in values if name not in kept},
            ),
            [values],
        )

    async def set_pending(self, app_id: str, since: datetime | None, *, trouble: str = "") -> None:
        """Marks that a refresh is under way, or that it is over without a new pair."""
        values = {"pending_at": since, "trouble": trouble}
        await self._uow.execute(update(ZaloGrantRow).where(ZaloGrantRow.app_id == app_id).values(values))
