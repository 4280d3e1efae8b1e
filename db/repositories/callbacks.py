"""Callback requests: who waits, who calls, what is left of it. Every change says in its WHERE what it rests on."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from db.callback_rows import CallbackLineRow, CallbackRequestRow
from db.repositories.base import Repository
from domain.callbacks import (
    CallbackRequest,
    CallbackState,
    CallbackUnknown,
    IfOther,
    Line,
    NewRequest,
    Outcome,
    Revealed,
    Wish,
)
from domain.ids import new_id
from domain.models import Channel
from domain.opening import SafeTime, Span, Window

_R = CallbackRequestRow
_SEALED = {"phone", "phone_digest", "ticket_digest", "note", "risk_note"}
_COLUMNS = [
    *(column for column in _R.__table__.c if column.name not in _SEALED),
    _R.note.is_not(None).label("has_note"),
]
_NOT_CLOSED = _R.state != CallbackState.CLOSED
_CALLED = and_(_NOT_CLOSED, _R.same_as.is_(None))


class Callbacks(Repository):
    # -- the citizen ---------------------------------------------------------------------------------------------

    async def add(self, new: NewRequest) -> int | None:
        """Returns the internal number; None when contact or number has an open one: the indexes decide a race."""
        request_id = new_id()
        added = await self._uow.execute(
            self._insert(_R)
            .on_conflict_do_nothing()
            .values(
                id=request_id,
                state=CallbackState.OPEN,
                wish=new.wish,
                channel=new.channel,
                contact_id=new.contact_id,
                consent_id=new.consent_id,
                ticket_digest=new.ticket_digest,
                phone=new.phone and new.phone.encode(),
                phone_digest=new.phone_digest,
                opened_at=new.opened_at,
                left_at=new.opened_at,
                **_safe(new.safe),
                **_due(new.due),
                if_other=new.if_other,
                topic=new.topic,
                commune=new.commune,
                urgent=new.urgent,
                child=new.child,
                attempts=0,
                same_as=new.same_as,
                told_level=0,
            )
        )
        return request_id if added.rowcount == 1 else None

    async def find(self, request_id: int) -> CallbackRequest | None:
        return await self._first(_select().where(_R.id == request_id))

    async def get(self, request_id: int) -> CallbackRequest:
        """Raises CallbackUnknown."""
        if (found := await self.find(request_id)) is None:
            raise CallbackUnknown
        return found

    async def find_open_by_contact(self, contact_id: int) -> CallbackRequest | None:
        return await self._first(_select().where(_R.contact_id == contact_id, _NOT_CLOSED))

    async def find_by_digest(self, ticket_digest: bytes) -> CallbackRequest | None:
        return await self._first(_select().where(_R.ticket_digest == ticket_digest))

    async def find_open_by_phone(self, phone_digest: bytes) -> CallbackRequest | None:
        """The one request that is called for this number."""
        return await self._first(_select().where(_R.phone_digest == phone_digest, _CALLED))

    async def count_opened_since(self, channel: Channel, moment: datetime) -> int:
        statement = select(func.count()).select_from(_R).where(_R.channel == channel, _R.opened_at >= moment)
        return int((await self._uow.execute(statement)).scalar_one())

    async def set_safe_time(self, request_id: int, safe: SafeTime, due: Window) -> bool:
        return await self._change(request_id, _NOT_CLOSED, **_safe(safe), **_due(due))

    async def set_note(self, request_id: int, note: str) -> bool:
        return await self._change(request_id, _NOT_CLOSED, note=note.encode() or None)

    async def set_commune(self, request_id: int, commune: str) -> bool:
        return await self._change(request_id, _NOT_CLOSED, commune=commune)

    async def set_ticket(self, request_id: int, ticket_digest: bytes) -> bool:
        return await self._change(request_id, _NOT_CLOSED, ticket_digest=ticket_digest)

    async def set_urgent(self, request_id: int, check_at: datetime | None) -> bool:
        """`check_at`: when the citizen is asked whether help was reached."""
        return await self._change(request_id, _NOT_CLOSED, urgent=True, check_at=check_at)

    async def keep_longer(self, request_id: int, phone_digest: bytes, now: datetime) -> bool:
        """The same number typed again may be kept for another 30 days; False for any other number."""
        same = and_(_NOT_CLOSED, _R.phone_digest == phone_digest)
        return await self._change(request_id, same, left_at=now, warned_at=None)

    # -- the counsellor ------------------------------------------------------------------------------------------

    async def list_waiting(self, limit: int, *, communes: Collection[str] | None = None) -> list[CallbackRequest]:
        """Open and claimed by nobody: urgent first, then whose time comes first, then the oldest.

        communes: only requests of these, and those that name none; None means all.
        """
        statement = _select().where(_R.state == CallbackState.OPEN, _R.same_as.is_(None))
        if communes is not None:
            statement = statement.where(or_(_R.commune.in_(communes), _R.commune == ""))
        return await self._all(statement.order_by(_R.urgent.desc(), _R.due_from, _R.opened_at, _R.id).limit(limit))

    async def list_open(self, limit: int) -> list[CallbackRequest]:
        """Everything that is not closed, claimed or not, oldest first."""
        return await self._all(_select().where(_NOT_CLOSED).order_by(_R.opened_at, _R.id).limit(limit))

    async def list_due_again(
        self, now: datetime, claimed_before: datetime, urgent_before: datetime, limit: int
    ) -> list[CallbackRequest]:
        """Claimed, and tried before without success or claimed so long ago without an answer; now inside the safe time.

        urgent_before: what `claimed_before` is for urgent ones.
        """
        long_ago = or_(_R.claimed_at <= claimed_before, and_(_R.urgent, _R.claimed_at <= urgent_before))
        waits = or_(_R.attempts > 0, and_(long_ago, ~_answered()))
        statement = _select().where(_R.state == CallbackState.CLAIMED, waits, _R.due_from <= now, _R.due_until > now)
        return await self._all(statement.order_by(_R.due_from, _R.id).limit(limit))

    async def list_held(self, level: int, claimed_before: datetime, limit: int) -> list[CallbackRequest]:
        """Claimed so long ago and not answered in the chat, and nobody of this level has been told that it lies."""
        held = (_R.state == CallbackState.CLAIMED, _R.claimed_at <= claimed_before, _R.told_level < level)
        return await self._all(_select().where(*held, ~_answered()).order_by(_R.claimed_at, _R.id).limit(limit))

    async def list_claimed_by(self, staff_id: int) -> list[CallbackRequest]:
        statement = _select().where(_R.state == CallbackState.CLAIMED, _R.claimed_by == staff_id)
        return await self._all(statement.order_by(_R.due_from, _R.id))

    async def count_waiting(self) -> int:
        statement = select(func.count()).select_from(_R).where(_R.state == CallbackState.OPEN, _R.same_as.is_(None))
        return int((await self._uow.execute(statement)).scalar_one())

    async def claim(self, request_id: int, staff_id: int, now: datetime) -> CallbackRequest | None:
        """Exactly one of any number of claimers gets the request; None for all others.

        Who comes while another claim is not yet committed does not wait for it: two groups of messages that claim
        in different orders would wait for each other.
        """
        free = (
            select(_R.id)
            .where(_R.id == request_id, _R.state == CallbackState.OPEN, _R.same_as.is_(None))
            .with_for_update(skip_locked=True)  # SQLite ignores this: it has one writer anyway
        )
        statement = (
            update(_R)
            .where(_R.id.in_(free), _R.state == CallbackState.OPEN)
            .values(state=CallbackState.CLAIMED, claimed_by=staff_id, claimed_at=now)
            .returning(*_COLUMNS)
        )
        return await self._first(statement)

    async def release(self, request_id: int, staff_id: int) -> bool:
        """Back into the queue; False when this counsellor does not have it."""
        return await self._change(
            request_id, _claimed_by(staff_id), state=CallbackState.OPEN, claimed_by=None, claimed_at=None, told_level=0
        )

    async def hand_over(self, request_id: int, from_staff: int, to_staff: int, now: datetime) -> bool:
        return await self._change(request_id, _claimed_by(from_staff), claimed_by=to_staff, claimed_at=now)

    async def reveal(self, request_id: int, staff_id: int) -> Revealed | None:
        """Number and words; None unless this counsellor has claimed the request. Whoever asks writes the audit."""
        statement = select(_R.phone, _R.note, _R.risk_note).where(_R.id == request_id, _claimed_by(staff_id))
        row = (await self._uow.execute(statement)).first()
        if row is None:
            return None
        return Revealed(row.phone and row.phone.decode(), _text(row.note), _text(row.risk_note))

    async def phone(self, request_id: int) -> str | None:
        """For restraints, which keep a keyed hash of it; shown to nobody."""
        sealed = (await self._uow.execute(select(_R.phone).where(_R.id == request_id))).scalar_one_or_none()
        return sealed.decode() if sealed else None

    async def reveal_shadows(self, request_id: int, staff_id: int) -> list[str]:
        """Notes that others left for the same number; nothing unless this counsellor has claimed the request."""
        called = aliased(_R)
        mine = exists().where(
            called.id == request_id, called.state == CallbackState.CLAIMED, called.claimed_by == staff_id
        )
        statement = select(_R.note).where(_R.same_as == request_id, _NOT_CLOSED, _R.note.is_not(None), mine)
        return [_text(row.note) for row in await self._uow.execute(statement.order_by(_R.id))]

    async def set_risk_note(self, request_id: int, staff_id: int, note: str) -> bool:
        return await self._change(request_id, _claimed_by(staff_id), risk_note=note.encode() or None)

    async def count_attempt(self, request_id: int, staff_id: int) -> int | None:
        """One more call; returns how many that makes, None when this counsellor does not have the request."""
        statement = (
            update(_R)
            .where(_R.id == request_id, _claimed_by(staff_id))
            .values(attempts=_R.attempts + 1)
            .returning(_R.attempts)
        )
        return (await self._uow.execute(statement)).scalar_one_or_none()

    async def postpone(self, request_id: int, staff_id: int, due: Window) -> bool:
        """Not reached: the same counsellor tries again in this window."""
        return await self._change(request_id, _claimed_by(staff_id), **_due(due))

    async def close(self, request_id: int, outcome: Outcome, now: datetime, *, staff_id: int | None = None) -> bool:
        """Closes once; with `staff_id` only while that counsellor has it. What nobody needs any more goes at once."""
        allowed = _NOT_CLOSED if staff_id is None else _claimed_by(staff_id)
        closed = {"state": CallbackState.CLOSED, "outcome": outcome, "closed_at": now, "check_at": None}
        return await self._change(request_id, allowed, **closed)

    async def list_closed(self, limit: int, *, closed_by: int | None = None) -> list[CallbackRequest]:
        """What was closed after a call and is still there, latest first; of one counsellor, or of all."""
        statement = _select().where(
            _R.state == CallbackState.CLOSED, _R.ticket_digest.is_not(None), _R.same_as.is_(None)
        )
        if closed_by is not None:
            statement = statement.where(_R.claimed_by == closed_by)
        return await self._all(statement.order_by(_R.closed_at.desc(), _R.id).limit(limit))

    async def reopen(self, request_id: int, staff_id: int | None, due: Window, now: datetime) -> bool:
        """Only what a counsellor closed, while it is still there, and while its contact and number have no other.

        staff_id: who has it now; None puts it back into the queue.
        """
        other = aliased(_R)
        same_person = or_(
            other.contact_id == _R.contact_id, and_(other.phone_digest == _R.phone_digest, other.same_as.is_(None))
        )
        taken = exists().where(other.id != _R.id, other.state != CallbackState.CLOSED, same_person)
        return await self._change(
            request_id,
            and_(_R.state == CallbackState.CLOSED, _R.ticket_digest.is_not(None), ~taken),
            state=CallbackState.OPEN if staff_id is None else CallbackState.CLAIMED,
            claimed_by=staff_id,
            claimed_at=None if staff_id is None else now,
            told_level=0,
            closed_at=None,
            outcome=None,
            same_as=None,  # the one in whose shadow it stood is closed too: from now on this one is called
            **_due(due),
        )

    async def list_unclaimed(self, level: int, limit: int) -> list[CallbackRequest]:
        """Waiting requests about which nobody of this level (1 all counsellors, 2 the officer) has been told."""
        statement = _select().where(_R.state == CallbackState.OPEN, _R.same_as.is_(None), _R.told_level < level)
        return await self._all(statement.order_by(_R.due_from, _R.id).limit(limit))

    async def set_told_level(self, request_id: int, level: int) -> bool:
        return await self._change(request_id, _R.told_level < level, told_level=level)

    # -- clockwork -----------------------------------------------------------------------------------------------

    async def list_missed(self, now: datetime, limit: int) -> list[CallbackRequest]:
        """Not closed, and their window has passed: they need the next one."""
        return await self._all(_select().where(_NOT_CLOSED, _R.due_until <= now).order_by(_R.id).limit(limit))

    async def set_due(self, request_id: int, due: Window) -> bool:
        return await self._change(request_id, _NOT_CLOSED, **_due(due))

    async def claim_to_check(self, now: datetime) -> list[CallbackRequest]:
        """Whoever was in danger a while ago and has not been asked since; marked with the same statement."""
        statement = update(_R).where(_NOT_CLOSED, _R.check_at <= now).values(check_at=None).returning(*_COLUMNS)
        return await self._all(statement)

    async def claim_to_warn(self, left_before: datetime, now: datetime) -> list[CallbackRequest]:
        """Requests whose number goes soon and whose counsellor has not been warned; marked with the same statement."""
        statement = (
            update(_R)
            .where(_CALLED, _R.phone.is_not(None), _R.left_at <= left_before, _R.warned_at.is_(None))
            .values(warned_at=now)
            .returning(*_COLUMNS)
        )
        return await self._all(statement)

    async def list_to_erase(self, left_before: datetime, closed_before: datetime) -> list[CallbackRequest]:
        """Locked until the transaction ends, so that no second process tells the same people once more."""
        lapsed = and_(_NOT_CLOSED, _R.left_at <= left_before)
        statement = _select().where(or_(lapsed, _R.closed_at <= closed_before))
        return await self._all(statement.with_for_update(skip_locked=True))

    async def list_of_contact(self, contact_id: int) -> list[CallbackRequest]:
        """All that is kept of this contact, closed or not."""
        return await self._all(_select().where(_R.contact_id == contact_id))

    async def list_same_as(self, request_id: int) -> list[CallbackRequest]:
        """Requests of others for the same number, oldest first."""
        return await self._all(_select().where(_NOT_CLOSED, _R.same_as == request_id).order_by(_R.id))

    async def set_same_as(self, request_id: int, same_as: int | None) -> bool:
        return await self._change(request_id, _NOT_CLOSED, same_as=same_as)

    async def blank(self, request_ids: Collection[int], now: datetime, outcome: Outcome) -> None:
        """Takes everything out of these requests that could lead to a person, and closes them."""
        await self._uow.execute(delete(CallbackLineRow).where(CallbackLineRow.request_id.in_(request_ids)))
        await self._uow.execute(
            update(_R)
            .where(_R.id.in_(request_ids))
            .values(
                state=CallbackState.CLOSED,
                outcome=func.coalesce(_R.outcome, outcome),
                closed_at=func.coalesce(_R.closed_at, now),
                contact_id=None,
                consent_id=None,
                ticket_digest=None,
                phone=None,
                phone_digest=None,
                note=None,
                risk_note=None,
                commune="",
                topic="",
                check_at=None,
                same_as=None,
            )
        )

    async def delete(self, request_ids: Collection[int]) -> None:
        await self._uow.execute(delete(CallbackLineRow).where(CallbackLineRow.request_id.in_(request_ids)))
        await self._uow.execute(delete(_R).where(_R.id.in_(request_ids)))

    # -- the talk through the bot --------------------------------------------------------------------------------

    async def add_line(self, request_id: int, text: str, now: datetime, *, from_citizen: bool) -> int:
        line_id = new_id()
        await self._uow.execute(
            insert(CallbackLineRow).values(
                id=line_id, request_id=request_id, from_citizen=from_citizen, written_at=now, line=text.encode()
            )
        )
        return line_id

    async def list_lines(self, request_id: int, limit: int) -> list[Line]:
        """The latest lines, oldest first."""
        rows = await self._uow.execute(
            select(CallbackLineRow.id, CallbackLineRow.from_citizen, CallbackLineRow.line, CallbackLineRow.written_at)
            .where(CallbackLineRow.request_id == request_id)
            .order_by(CallbackLineRow.id.desc())
            .limit(limit)
        )
        return [Line(row.id, row.from_citizen, row.line.decode(), row.written_at) for row in reversed(rows.all())]

    # ------------------------------------------------------------------------------------------------------------

    async def _change(self, request_id: int, allowed: Any, **values: Any) -> bool:
        statement = update(_R).where(_R.id == request_id, allowed).values(**values)
        return (await self._uow.execute(statement)).rowcount == 1

    async def _first(self, statement: Any) -> CallbackRequest | None:
        row = (await self._uow.execute(statement)).first()
        return _to_domain(row) if row else None

    async def _all(self, statement: Any) -> list[CallbackRequest]:
        return [_to_domain(row) for row in await self._uow.execute(statement)]


def _select() -> Any:
    return select(*_COLUMNS)


def _claimed_by(staff_id: int) -> Any:
    return and_(_R.state == CallbackState.CLAIMED, _R.claimed_by == staff_id)


def _answered() -> ColumnElement[bool]:
    """Whoever has the request wrote to the citizen through the bot since taking it."""
    line = CallbackLineRow
    return exists().where(line.request_id == _R.id, ~line.from_citizen, line.written_at >= _R.claimed_at)


def _safe(safe: SafeTime) -> dict[str, Any]:
    return {"safe_first": safe.first, "safe_from": safe.span.start, "safe_until": safe.span.until}


def _due(due: Window) -> dict[str, Any]:
    return {"due_from": due.start, "due_until": due.end}


def _text(sealed: bytes | None) -> str:
    return sealed.decode() if sealed else ""


def _to_domain(row: Row[Any]) -> CallbackRequest:
    return CallbackRequest(
        id=row.id,
        state=CallbackState(row.state),
        wish=Wish(row.wish),
        channel=Channel(row.channel),
        contact_id=row.contact_id,
        opened_at=row.opened_at,
        left_at=row.left_at,
        safe=SafeTime(row.safe_first, Span(row.safe_from, row.safe_until)),
        due=Window(row.due_from, row.due_until),
        if_other=IfOther(row.if_other),
        topic=row.topic,
        commune=row.commune,
        urgent=row.urgent,
        child=row.child,
        attempts=row.attempts,
        has_note=bool(row.has_note),
        same_as=row.same_as,
        claimed_by=row.claimed_by,
        claimed_at=row.claimed_at,
        closed_at=row.closed_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        consent_id=row.consent_id,
    )
