"""What the bot remembers of each talk."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from db.models import ConversationRow
from db.repositories.base import Repository, Undo
from domain.models import Conversation

if TYPE_CHECKING:
    from db.uow import UnitOfWork


class Conversations(Repository):
    """Read for a whole group of messages at once, changed in memory, written back by `flush`."""

    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._loaded: dict[int, Conversation] = {}
        self._changed: dict[int, datetime] = {}
        self._before: dict[int, Conversation] = {}  # as they were when the current step first touched them

    async def load(self, contact_ids: Collection[int]) -> None:
        missing = [contact_id for contact_id in contact_ids if contact_id not in self._loaded]
        if not missing:
            return
        rows = await self._uow.execute(
            select(ConversationRow.contact_id, ConversationRow.memory).where(ConversationRow.contact_id.in_(missing))
        )
        found = {row.contact_id: _from_memory(row.memory) for row in rows}
        for contact_id in missing:
            self._loaded[contact_id] = found.get(contact_id) or Conversation()

    async def get(self, contact_id: int) -> Conversation:
        """The live object: whoever changes it says so with `changed`."""
        await self.load([contact_id])
        talk = self._loaded[contact_id]
        if contact_id not in self._before:
            self._before[contact_id] = replace(talk, form=dict(talk.form))
        return talk

    def changed(self, contact_id: int, now: datetime) -> None:
        self._changed[contact_id] = now

    async def delete(self, contact_id: int) -> None:
        await self.get(contact_id)
        self._loaded[contact_id] = Conversation()
        self._changed.pop(contact_id, None)
        await self._uow.execute(delete(ConversationRow).where(ConversationRow.contact_id == contact_id))

    async def delete_before(self, moment: datetime) -> int:
        return (await self._uow.execute(delete(ConversationRow).where(ConversationRow.updated_at < moment))).rowcount

    def checkpoint(self) -> Undo:
        self._before = {}
        changed = dict(self._changed)

        def back() -> None:
            self._loaded.update(self._before)
            self._changed = changed

        return back

    async def flush(self) -> None:
        if not self._changed:
            return
        statement = self._insert(ConversationRow)
        statement = statement.on_conflict_do_update(
            index_elements=["contact_id"],
            set_={"updated_at": statement.excluded.updated_at, "memory": statement.excluded.memory},
        )
        rows = [
            {"contact_id": contact_id, "updated_at": now, "memory": _to_memory(self._loaded[contact_id])}
            for contact_id, now in sorted(self._changed.items())
        ]
        self._changed = {}
        await self._uow.execute(statement, rows)


def _to_memory(talk: Conversation) -> bytes:
    memory: dict[str, Any] = {
        "state": talk.state,
        "form": talk.form or None,
        "shown": talk.shown or None,
        "shown_at": talk.shown_at and talk.shown_at.isoformat(),
        "topic": talk.topic,
        "topic_at": talk.topic_at and talk.topic_at.isoformat(),
        "danger_at": talk.danger_at and talk.danger_at.isoformat(),
        "child_at": talk.child_at and talk.child_at.isoformat(),
    }
    return json.dumps({key: value for key, value in memory.items() if value is not None}).encode()


def _from_memory(memory: bytes) -> Conversation:
    kept = json.loads(memory)
    return Conversation(
        state=kept.get("state"),
        form=kept.get("form", {}),
        shown=tuple(kept.get("shown", ())),
        shown_at=_moment(kept.get("shown_at")),
        topic=kept.get("topic"),
        topic_at=_moment(kept.get("topic_at")),
        danger_at=_moment(kept.get("danger_at")),
        child_at=_moment(kept.get("child_at")),
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
