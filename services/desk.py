"""The counsellor's desk: who waits, who calls, how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from db.uow import UnitOfWork
from domain.audit import Action
from domain.callbacks import (
    MOST_ATTEMPTS,
    CallbackClosed,
    CallbackRequest,
    CallbackState,
    CallbackUnknown,
    Outcome,
    Wish,
)
from domain.clock import local_date
from domain.contact_records import NewContactRecord, Way, Who
from domain.models import Letter, Priority
from domain.opening import OpeningHours, Window, at
from domain.staff import NotAllowed, NotOnDuty, NotYours, RequestTaken, Right, Staff
from services.callbacks import Callbacks
from services.showing import take_back
from texts import Texts

QUEUE_SHOWN = 50
"""How far down the queue a counsellor can leaf."""

_LONGEST_NOTE = 500
_LONGEST_CALL = timedelta(hours=2)
_AGAIN_AFTER = {Outcome.BUSY: timedelta(minutes=15), Outcome.NO_ANSWER: timedelta(hours=1)}


class Reason(StrEnum):
    """Why a closed request is opened again."""

    MISTAKE = "mistake"
    CALL_AGAIN = "call_again"


@dataclass(frozen=True, slots=True)
class Tried:
    """After a call that reached nobody. `again` is None when that was the last one and the request is closed."""

    attempts: int
    again: Window | None


@dataclass(frozen=True, slots=True)
class Desk:
    texts: Texts
    hours: OpeningHours
    callbacks: Callbacks

    async def queue(self, uow: UnitOfWork, staff: Staff) -> list[CallbackRequest]:
        """Who waits in the scope of this member, urgent first, then whose time comes first."""
        return await uow.callbacks.list_waiting(QUEUE_SHOWN, communes=staff.communes or None)

    async def take(self, uow: UnitOfWork, staff: Staff, request_id: int, now: datetime) -> CallbackRequest:
        """Exactly one counsellor gets the request; who has it already just gets it again.

        Raises NotOnDuty, NotAllowed (outside the own communes), RequestTaken, CallbackClosed, CallbackUnknown.
        """
        request = await uow.callbacks.get(request_id)
        if request.claimed_by == staff.number and request.state is CallbackState.CLAIMED:
            return request
        if not staff.on_duty:
            raise NotOnDuty
        if not staff.covers(request.commune):
            raise NotAllowed
        if request.state is CallbackState.CLOSED:
            raise CallbackClosed
        taken = await uow.callbacks.claim(request_id, staff.number, now)
        if taken is None:
            raise RequestTaken
        uow.audit.add(Action.TAKEN, now, staff=staff.number, subject=request_id)
        return taken

    async def mine(self, uow: UnitOfWork, staff: Staff, request_id: int) -> CallbackRequest:
        """A request that this member has. Raises NotYours, CallbackClosed, CallbackUnknown."""
        request = await uow.callbacks.get(request_id)
        if request.state is CallbackState.CLOSED:
            raise CallbackClosed
        if request.claimed_by != staff.number:
            raise NotYours
        return request

    async def list_closed(self, uow: UnitOfWork, staff: Staff, limit: int) -> list[CallbackRequest]:
        """What this member closed and can still be opened again; whoever does not call sees everybody's."""
        closer = staff.number if staff.may(Right.TAKE_REQUEST) else None
        closed = await uow.callbacks.list_closed(QUEUE_SHOWN, closed_by=closer)
        return [request for request in closed if staff.covers(request.commune)][:limit]

    async def list_mine(self, uow: UnitOfWork, staff: Staff) -> list[CallbackRequest]:
        return await uow.callbacks.list_claimed_by(staff.number)

    async def note_risk(self, uow: UnitOfWork, staff: Staff, request_id: int, note: str, now: datetime) -> None:
        """Danger at home and the like: sealed, for whoever has the request, gone with it. Raises NotYours."""
        if not await uow.callbacks.set_risk_note(request_id, staff.number, note.strip()[:_LONGEST_NOTE]):
            raise NotYours
        uow.audit.add(Action.RISK_NOTED, now, staff=staff.number, subject=request_id)

    async def release(self, uow: UnitOfWork, staff: Staff, request_id: int, now: datetime) -> None:
        """Back into the queue, for anybody. Raises NotYours."""
        if not await uow.callbacks.release(request_id, staff.number):
            raise NotYours
        await take_back(uow, request_id)
        uow.audit.add(Action.RELEASED, now, staff=staff.number, subject=request_id)

    async def colleagues(self, uow: UnitOfWork, staff: Staff, request: CallbackRequest | None = None) -> list[Staff]:
        """Who is on duty and could take a request, without this member."""
        return [
            each
            for each in await uow.staff.list_who_may(Right.TAKE_REQUEST)
            if each.number != staff.number and each.on_duty and (request is None or each.covers(request.commune))
        ]

    async def hand_over(self, uow: UnitOfWork, staff: Staff, request_id: int, to_number: int, now: datetime) -> Staff:
        """To one colleague on duty, who is told. Raises NotYours, NotAllowed, StaffUnknown."""
        request = await self.mine(uow, staff, request_id)
        colleague = await uow.staff.get(to_number)
        if colleague.number not in {each.number for each in await self.colleagues(uow, staff, request)}:
            raise NotAllowed
        if not await uow.callbacks.hand_over(request_id, staff.number, colleague.number, now):
            raise NotYours
        await take_back(uow, request_id)
        uow.audit.add(Action.HANDED_OVER, now, staff=staff.number, subject=request_id, details=str(colleague.number))
        uow.outbox.add(colleague.contact, Letter(self.texts("desk.received")), now, priority=Priority.NOTICE)
        return colleague

    async def write_here(self, uow: UnitOfWork, staff: Staff, request_id: int, text: str, now: datetime) -> None:
        """Into the citizen's chat, in the name of the hotline. Raises NotYours, CallbackClosed, CallbackUnknown."""
        request = await self.mine(uow, staff, request_id)
        await self.callbacks.answer_here(uow, request, text, now)

    async def not_reached(
        self, uow: UnitOfWork, staff: Staff, request_id: int, outcome: Outcome, now: datetime
    ) -> Tried:
        """No answer or busy: the same counsellor tries again inside the safe time, three times in all.

        Raises NotYours, CallbackClosed, CallbackUnknown.
        """
        request = await self.mine(uow, staff, request_id)
        attempts = await uow.callbacks.count_attempt(request_id, staff.number)
        if attempts is None:
            raise NotYours
        again = self.hours.next_window(request.safe, now + _AGAIN_AFTER.get(outcome, timedelta(0)))
        if attempts >= MOST_ATTEMPTS or again is None or again.start >= request.erased_at:
            await self._close(uow, staff, request, outcome, Who.UNKNOWN, attempts, now)
            return Tried(attempts, None)
        await uow.callbacks.postpone(request_id, staff.number, again)
        await take_back(uow, request_id)
        uow.audit.add(Action.TRIED, now, staff=staff.number, subject=request_id, details=outcome)
        return Tried(attempts, again)

    async def close(
        self, uow: UnitOfWork, staff: Staff, request_id: int, outcome: Outcome, who: Who, now: datetime
    ) -> int | None:
        """Met, wrong number, refused: closed and logged at once; returns the number of the contact record.

        Minutes are guessed from when the number was taken, and can be corrected like every other field.
        Raises NotYours, CallbackClosed, CallbackUnknown.
        """
        request = await self.mine(uow, staff, request_id)
        attempts = await uow.callbacks.count_attempt(request_id, staff.number)
        return await self._close(uow, staff, request, outcome, who, attempts or 1, now)

    async def _close(
        self,
        uow: UnitOfWork,
        staff: Staff,
        request: CallbackRequest,
        outcome: Outcome,
        who: Who,
        attempts: int,
        now: datetime,
    ) -> int | None:
        if not await self.callbacks.close_request(uow, request, outcome, now, staff_id=staff.number):
            raise NotYours
        await take_back(uow, request.id)
        uow.audit.add(Action.CLOSED, now, staff=staff.number, subject=request.id, details=outcome)
        since = now - (request.claimed_at or now)
        guessed = max(1, round(since.total_seconds() / 60)) if since <= _LONGEST_CALL else None
        record = NewContactRecord(
            happened_on=local_date(now),
            recorded_at=now,
            way=Way.CALLBACK if request.wish is Wish.PHONE else Way.CHAT,
            staff_id=staff.number,
            outcome=outcome,
            channel=request.channel,
            topic=request.topic,
            who=who,
            commune=request.commune,
            minutes=guessed if outcome is Outcome.MET else None,
            waited_minutes=_waited(request, now) if outcome is Outcome.MET else None,
            attempts=attempts,
            request_id=request.id,
            identity=_identity(request.id),
        )
        return await uow.contact_records.add(record)

    async def reopen(self, uow: UnitOfWork, staff: Staff, request_id: int, reason: Reason, now: datetime) -> Window:
        """A request that was closed less than a day ago, back to whoever reopens it, or into the queue.

        A mistake takes its contact record and its count back; another call leaves them, and will be logged beside.

        Raises CallbackUnknown (its number is gone), NotAllowed (outside the own communes), RequestTaken.
        """
        request = await uow.callbacks.get(request_id)
        if not staff.covers(request.commune):
            raise NotAllowed
        if request.state is not CallbackState.CLOSED:
            raise RequestTaken
        due = self.hours.next_window(request.safe, now)
        caller = staff.number if staff.may(Right.TAKE_REQUEST) else None
        if due is None or not await uow.callbacks.reopen(request_id, caller, due, now):
            raise CallbackUnknown
        if reason is Reason.MISTAKE and request.outcome is not None:
            withdrawn = await uow.contact_records.delete_identity(_identity(request_id))
            await uow.erasures.add("contact_records", [withdrawn] if withdrawn else [], now)
            await self.callbacks.unblock_number(uow, request)
            measure = f"callback.{request.outcome}"
            uow.counters.add(local_date(request.closed_at or now), request.channel, measure, request.topic, -1)
        else:
            await uow.contact_records.detach_identity(_identity(request_id), now)
            uow.counters.add(local_date(now), request.channel, "callback.reopened", request.topic)
        uow.audit.add(Action.REOPENED, now, staff=staff.number, subject=request_id, details=reason)
        return due


def _waited(request: CallbackRequest, now: datetime) -> int:
    """From the request, or from the first time that was safe for the citizen, until it is written down."""
    since = max(request.opened_at, at(request.safe.first, request.safe.span.start))
    return max(0, int((now - since).total_seconds() // 60))


def _identity(request_id: int) -> str:
    return f"callback:{request_id}"
