"""Everything that leaves, until it has left."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, or_, select, true, update
from sqlalchemy.orm import aliased

from db.letters import from_bytes, to_bytes
from db.models import OutboxRow
from db.repositories.base import Repository, Undo
from domain.ids import new_id
from domain.models import (
    MESSAGE_LIFETIME,
    Channel,
    Choice,
    Contact,
    Letter,
    OutboxState,
    Outgoing,
    Priority,
)

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
_IS_DANGER: ColumnElement[bool] = OutboxRow.priority == Priority.DANGER

_OTHER = aliased(OutboxRow)
"""Another letter, in a query about one; made once, because it takes longer to make than the rest of the query."""

_WINDOW = 8
"""How far down the queue a claim looks for contacts that may get a letter, in claims."""


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
        letter_id: int | None = None,
    ) -> int:
        """Puts a letter into the outbox, due at `now`; undelivered or not, it is gone after `lifetime`.

        With an `identity` a second one is dropped. letter_id: from `new_id`, when it had to be known before.
        Returns the letter's id.
        """
        row_id = letter_id or new_id()
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
                "letter": to_bytes(letter),
            }
        )
        return row_id

    async def claim_due(
        self,
        channel: Channel,
        now: datetime,
        limit: int,
        *,
        held: Collection[int] = (),
        held_danger: Collection[int] = (),
        only_danger: bool = False,
    ) -> list[Outgoing]:
        """Pending and due, of people who wait for danger or a reply first; marked, so no two senders send the same one.

        At most one letter of a contact, in the order in which they were written, notice or reply, for a typed number
        refers to the list that stands last: not the next one while one is on its way or waits to be tried again.
        Danger waits for nothing but danger, and whatever else is to be said to this contact waits for it.

        held, held_danger: contacts that get no letter (no letter of danger) now.
        """
        candidates = await self._uow.execute(
            select(OutboxRow.id, OutboxRow.contact_id, OutboxRow.due_at, _IS_DANGER.label("danger"))
            .where(
                OutboxRow.channel == channel,
                OutboxRow.state == OutboxState.PENDING,
                OutboxRow.due_at <= now,
                OutboxRow.priority <= (Priority.DANGER if only_danger else max(Priority)),
                or_(_IS_DANGER, OutboxRow.contact_id.not_in(held)),
                or_(~_IS_DANGER, OutboxRow.contact_id.not_in(held_danger)),
                ~_goes_before(now),
            )
            .order_by(OutboxRow.priority, OutboxRow.due_at, OutboxRow.id)
            .limit(_WINDOW * limit)
        )
        first: dict[tuple[int, bool], tuple[datetime, int]] = {}
        for row in candidates:
            lane, place = (row.contact_id, bool(row.danger)), (row.due_at, row.id)
            first[lane] = min(first.get(lane, place), place)
        chosen = sorted(row_id for _, row_id in list(first.values())[:limit])
        if not chosen:
            return []
        free = (
            select(OutboxRow.id)
            .where(OutboxRow.id.in_(chosen), OutboxRow.state == OutboxState.PENDING)
            .order_by(OutboxRow.id)
            .with_for_update(skip_locked=True)  # SQLite ignores this: the UPDATE around it is what excludes
        )
        claim = (
            update(OutboxRow)
            .where(OutboxRow.id.in_(free))
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

    async def find_list_since(
        self, contact: Contact, moment: datetime, now: datetime
    ) -> tuple[tuple[Choice, ...], datetime] | None:
        """The newest list of buttons that this person was shown after `moment`, and when; None when there is none."""
        left = [OutboxState.SENDING, OutboxState.SENT]
        fetched = contact.channel is Channel.WEB  # the page takes what is there
        shown = true() if fetched else OutboxRow.state.in_(left)
        rows = await self._uow.execute(
            select(OutboxRow.letter, OutboxRow.due_at)
            .where(OutboxRow.contact_id == contact.id, OutboxRow.due_at > moment, OutboxRow.due_at <= now, shown)
            .order_by(OutboxRow.due_at.desc(), OutboxRow.id.desc())
        )
        return next(((letter.choices, row.due_at) for row in rows if (letter := from_bytes(row.letter)).choices), None)

    async def set_state(self, ids: Collection[int], state: OutboxState) -> None:
        await self._uow.execute(update(OutboxRow).where(OutboxRow.id.in_(ids)).values(state=state, claimed_at=None))

    async def set_sent(self, ids: Collection[int]) -> None:
        """They have left: a reply is erased; a planned message keeps its row, so that it is not planned again, and a
        notice for a day, so that a typed number can answer it."""
        replies = (OutboxRow.identity.is_(None), OutboxRow.priority != Priority.NOTICE)
        await self._uow.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids), *replies))
        await self.set_state(ids, OutboxState.SENT)

    async def set_back(self, ids: Collection[int]) -> None:
        """Not sent, and not for a reason of theirs: they wait where they were."""
        statement = update(OutboxRow).where(OutboxRow.id.in_(ids))
        await self._uow.execute(
            statement.values(state=OutboxState.PENDING, claimed_at=None, attempts=OutboxRow.attempts - 1)
        )

    async def hold(self, ids: Collection[int], now: datetime) -> None:
        """Says again that these are on their way: a large file takes longer than a sender's silence is believed."""
        statement = update(OutboxRow).where(OutboxRow.id.in_(ids), OutboxRow.state == OutboxState.SENDING)
        await self._uow.execute(statement.values(claimed_at=now))

    async def set_again_at(self, row_id: int, due_at: datetime) -> None:
        """Not delivered this time: to be tried again."""
        await self._uow.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row_id)
            .values(state=OutboxState.PENDING, claimed_at=None, due_at=due_at)
        )

    async def set_postponed(self, row_id: int, until: datetime) -> None:
        """Not tried at all: nothing else waits for it."""
        await self._uow.execute(
            update(OutboxRow)
            .where(OutboxRow.id == row_id)
            .values(state=OutboxState.PENDING, claimed_at=None, due_at=until, attempts=0)
        )

    async def release_claimed_before(
        self, moment: datetime, channel: Channel | None = None, *, only_danger: bool = False
    ) -> int:
        """Gives back what a sender claimed and never marked: it died with at most these in flight."""
        statement = (
            update(OutboxRow)
            .where(OutboxRow.state == OutboxState.SENDING, OutboxRow.claimed_at < moment)
            .where(true() if channel is None else OutboxRow.channel == channel)
            .where(_IS_DANGER if only_danger else true())
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


def _goes_before(now: datetime) -> ColumnElement[bool]:
    """A letter of the same contact that leaves first: of the same urgency, one on its way or tried and to be tried
    again; for what is not about danger, also one about danger that is on its way or due."""
    about_danger = _OTHER.priority == Priority.DANGER
    on_its_way = _OTHER.state == OutboxState.SENDING
    tried = and_(_OTHER.state == OutboxState.PENDING, _OTHER.attempts > 0, _OTHER.id < OutboxRow.id)
    due = and_(_OTHER.state == OutboxState.PENDING, _OTHER.due_at <= now)
    alike = and_(about_danger == _IS_DANGER, or_(on_its_way, tried))
    ahead = and_(about_danger, ~_IS_DANGER, or_(on_its_way, due))
    return exists().where(_OTHER.contact_id == OutboxRow.contact_id, or_(alike, ahead))


def _is_under(identity: str | None, prefix: str) -> bool:
    return identity is not None and (identity == prefix or identity.startswith(f"{prefix}:"))


def _to_domain(row: Row[Any]) -> Outgoing:
    return Outgoing(
        row.id,
        Contact(row.contact_id, Channel(row.channel)),
        Priority(row.priority),
        from_bytes(row.letter),
        row.due_at,
        row.attempts,
    )
