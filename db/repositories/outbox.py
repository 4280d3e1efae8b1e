"""Everything that leaves, until it has left."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, delete, select, update

from db.models import OutboxRow
from db.repositories.base import Repository, Undo
from domain.ids import new_id
from domain.models import MESSAGE_LIFETIME, Channel, Choice, Contact, Letter, OutboxState, Outgoing, Priority

if TYPE_CHECKING:
    from db.uow import UnitOfWork

_COLUMNS = (
    OutboxRow.id,
    OutboxRow.contact_id,
    OutboxRow.channel,
    OutboxRow.priority,
    OutboxRow.due_at,
    OutboxRow.attempts,
    OutboxRow.letter,
)


class Outbox(Repository):
    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__(uow)
        self._added: list[dict[str, Any]] = []
        self.recipients: set[int] = set()
        """Contacts for whom something was put out in this transaction."""

    def add(
        self,
        contact: Contact,
        letter: Letter,
        now: datetime,
        *,
        priority: Priority = Priority.REPLY,
        identity: str | None = None,
        lifetime: timedelta = MESSAGE_LIFETIME,
    ) -> int:
        """Puts a letter into the outbox, due at once; undelivered or not, it is gone after `lifetime`.

        With an `identity` a second one is dropped. Returns the letter's id.
        """
        row_id = new_id()
        self.recipients.add(contact.id)
        self._added.append(
            {
                "id": row_id,
                "identity": identity,
                "contact_id": contact.id,
                "channel": contact.channel,
                "priority": priority,
                "state": OutboxState.PENDING,
                "attempts": 0,
                "due_at": now,
                "expires_at": now + lifetime,
                "letter": _to_json(letter),
            }
        )
        return row_id

    async def claim_due(self, channel: Channel, now: datetime, limit: int) -> list[Outgoing]:
        """Pending and due, danger and replies first, then oldest; marked, so no two senders send the same one."""
        due = (
            select(OutboxRow.id)
            .where(OutboxRow.channel == channel, OutboxRow.state == OutboxState.PENDING, OutboxRow.due_at <= now)
            .order_by(OutboxRow.priority, OutboxRow.due_at, OutboxRow.id)
            .limit(limit)
            .with_for_update(skip_locked=True)  # SQLite ignores this: the UPDATE around it is what excludes
        )
        claim = (
            update(OutboxRow)
            .where(OutboxRow.id.in_(due))
            .values(state=OutboxState.SENDING, claimed_at=now, attempts=OutboxRow.attempts + 1)
            .returning(*_COLUMNS)
        )
        rows = sorted(await self._uow.execute(claim), key=lambda row: (row.priority, row.due_at, row.id))
        return [_to_domain(row) for row in rows]

    async def list_for(self, contact_id: int, after_id: int) -> list[Outgoing]:
        """What a reader that fetches has not seen yet, oldest first (web chat: `Last-Event-ID`)."""
        rows = await self._uow.execute(
            select(*_COLUMNS).where(OutboxRow.contact_id == contact_id, OutboxRow.id > after_id).order_by(OutboxRow.id)
        )
        return [_to_domain(row) for row in rows]

    async def find_list_since(self, contact_id: int, moment: datetime) -> tuple[tuple[Choice, ...], datetime] | None:
        """The newest list of buttons that was put out after `moment`, and when; None when there is none."""
        rows = await self._uow.execute(
            select(OutboxRow.letter, OutboxRow.due_at)
            .where(OutboxRow.contact_id == contact_id, OutboxRow.due_at > moment)
            .order_by(OutboxRow.id.desc())
        )
        return next(((letter.choices, row.due_at) for row in rows if (letter := _letter(row.letter)).choices), None)

    async def set_state(self, ids: Collection[int], state: OutboxState) -> None:
        await self._uow.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(state=state, claimed_at=None))

    async def set_again_at(self, row_id: int, due_at: datetime) -> None:
        """Not delivered this time: to be tried again."""
        await self._uow.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row_id)
            .values(state=OutboxState.PENDING, claimed_at=None, due_at=due_at)
        )

    async def release_claimed_before(self, moment: datetime) -> int:
        """Gives back what a sender claimed and never marked: it died with at most these in flight."""
        statement = (
            update(OutboxRow)
            .where(OutboxRow.state == OutboxState.SENDING, OutboxRow.claimed_at < moment)
            .values(state=OutboxState.PENDING, claimed_at=None)
        )
        return (await self._uow.execute(statement)).rowcount

    async def delete_of(self, contact_id: int) -> None:
        await self._uow.execute(delete(OutboxRow).where(OutboxRow.contact_id == contact_id))

    async def delete_planned(self, identity: str) -> None:
        """Takes back whatever was planned under this identity or begins with it and a colon."""
        self._added = [row for row in self._added if not _is_under(row["identity"], identity)]
        under = OutboxRow.identity.between(f"{identity}:", f"{identity};")  # ";" follows ":"
        await self._uow.execute(delete(OutboxRow).where((OutboxRow.identity == identity) | under))

    async def delete_expired(self, now: datetime) -> int:
        return (await self._uow.execute(delete(OutboxRow).where(OutboxRow.expires_at < now))).rowcount

    def checkpoint(self) -> Undo:
        added = list(self._added)

        def back() -> None:
            self._added = added

        return back

    async def flush(self) -> None:
        if self._added:
            rows, self._added = self._added, []
            await self._uow.execute(self._insert(OutboxRow).on_conflict_do_nothing(index_elements=["identity"]), rows)


def _is_under(identity: str | None, prefix: str) -> bool:
    return identity is not None and (identity == prefix or identity.startswith(f"{prefix}:"))


def _to_json(letter: Letter) -> bytes:
    content: dict[str, Any] = {
        "text": letter.text,
        "choices": [[c.label, c.press] for c in letter.choices],
        "urgent": letter.urgent,
        "protect": letter.protect,
        "erase_chat": letter.erase_chat,
    }
    return json.dumps({key: value for key, value in content.items() if value}, ensure_ascii=False).encode()


def _letter(sealed: bytes) -> Letter:
    content = json.loads(sealed)
    choices = tuple(Choice(label, press) for label, press in content.pop("choices", ()))
    return Letter(content.pop("text", ""), choices, **content)


def _to_domain(row: Row[Any]) -> Outgoing:
    return Outgoing(
        row.id,
        Contact(row.contact_id, Channel(row.channel)),
        Priority(row.priority),
        _letter(row.letter),
        row.due_at,
        row.attempts,
    )
