"""The numbers of messages that a messenger still lets us delete."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from db.models import ChatMessageRow
from db.repositories.base import Repository, Undo
from domain.ids import new_id
from domain.models import CHAT_MESSAGE_LIFETIME, ChatMessage, Contact

if TYPE_CHECKING:
    from db.uow import UnitOfWork


class ChatMessages(Repository):
    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._noted: list[dict[str, Any]] = []

    def note(self, contact: Contact, message_id: str, now: datetime) -> None:
        self._noted.append(
            {
                "id": new_id(),
                "contact_id": contact.id,
                "said_at": now,
                "expires_at": now + CHAT_MESSAGE_LIFETIME,
                "message_id": message_id.encode(),
            }
        )

    async def list_of(self, contact_ids: Collection[int]) -> dict[int, tuple[ChatMessage, ...]]:
        """What can still be deleted, oldest first, by contact."""
        row = ChatMessageRow
        rows = await self._uow.execute(
            select(row.contact_id, row.message_id, row.said_at).where(row.contact_id.in_(contact_ids)).order_by(row.id)
        )
        found: dict[int, list[ChatMessage]] = {}
        for each in rows:
            found.setdefault(each.contact_id, []).append(ChatMessage(each.message_id.decode(), each.said_at))
        return {contact_id: tuple(messages) for contact_id, messages in found.items()}

    async def delete_of(self, contact_id: int) -> None:
        await self._uow.execute(delete(ChatMessageRow).where(ChatMessageRow.contact_id == contact_id))

    async def expire_at(self, contact_id: int, moment: datetime) -> None:
        """Lets the numbers of this contact go at `moment` at the latest."""
        later = ChatMessageRow.expires_at > moment
        statement = update(ChatMessageRow).where(ChatMessageRow.contact_id == contact_id, later)
        await self._uow.execute(statement.values(expires_at=moment))

    async def delete_expired(self, now: datetime) -> int:
        return (await self._uow.execute(delete(ChatMessageRow).where(ChatMessageRow.expires_at < now))).rowcount

    def checkpoint(self) -> Undo:
        kept = len(self._noted)

        def back() -> None:
            del self._noted[kept:]

        return back

    async def flush(self) -> None:
        if self._noted:
            rows, self._noted = self._noted, []
            await self._uow.execute(self._insert(ChatMessageRow), rows)
