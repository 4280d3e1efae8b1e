"""Callback requests: opened with consent, changed by whoever holds the code, closed once, erased on time.

Handlers of citizens and of staff call these; who is told of what goes through the `Bell`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from db.uow import UnitOfWork
from domain.callbacks import (
    CHECKED_AFTER,
    CLOSED_LIFETIME,
    LEDGER_LIFETIME,
    MOST_OPENED,
    MOST_WRONG_CODES,
    NOTE_LIFETIME,
    NUMBER_LIFETIME,
    WARNED_BEFORE,
    CallbackAlreadyOpen,
    CallbackClosed,
    CallbackRequest,
    CallbackState,
    CallbackUnknown,
    CodeWrong,
    Event,
    IfOther,
    LimitReached,
    Line,
    NewRequest,
    NumberBlocked,
    Outcome,
    TooManyRequests,
    TooManyWrongCodes,
    Wish,
)
from domain.clock import local_date
from domain.communes import canonical, same_place
from domain.models import Contact, Letter, Priority
from domain.opening import OpeningHours, SafeTime, Window
from domain.tickets import Ticket, is_well_formed
from services.notices import notice
from services.questions import count
from texts import Texts

_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_BLOCKED_FOR = timedelta(days=30)
_MOST_NOTE = 1000
_MOST_LINES = 100
_AT_ONCE = 500
_SHADOWS_END_WITH = {Outcome.MET, Outcome.NO_ANSWER, Outcome.BUSY, Outcome.WRONG_NUMBER, Outcome.REFUSED}


HELP_PRESS = "ch"
"""Prefix of the buttons under "was help reached?"."""

KEEP_PRESS = "ck"
"""Prefix of the button under "your number is about to be erased"."""

REPLY_PRESS = "cl"
"""Prefix of the button under a counsellor's message that lets the citizen write back."""


class Bell(Protocol):
    """Tells the staff whom it concerns; implemented by the desk, and silent where nobody works yet."""

    async def ring(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> None: ...

    async def can_serve(self, uow: UnitOfWork) -> bool:
        """Whether anybody works here who takes requests: without them none is accepted."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a citizen chose on the way to a request. `agreed_at`: when the consent was given."""

    wish: Wish
    safe: SafeTime
    due: Window
    consent_version: str
    agreed_at: datetime
    phone: str | None = None
    if_other: IfOther = IfOther.NOTHING
    topic: str = ""
    urgent: bool = False
    child: bool = False


@dataclass(frozen=True, slots=True)
class Callbacks:
    """The desk where requests are left.

    hours_in_words: the opening hours as a citizen reads them.
    most_per_hour: requests of one channel together, against floods.
    """

    texts: Texts
    hours: OpeningHours
    bell: Bell
    hours_in_words: str = ""
    most_per_hour: int = 120

    async def open_request(
        self, uow: UnitOfWork, contact: Contact, wanted: Wanted, now: datetime
    ) -> tuple[Ticket, CallbackRequest]:
        """Records that somebody wants to be called; the code is shown once and kept only as a digest.

        A number that waits already under another contact is not called twice, and neither of the two learns of the
        other: the later request stands in the shadow of the first and ends with it. For the same reason there is no
        limit on requests for one number: whoever tried the number of somebody at home could count to it.

        Raises CallbackAlreadyOpen, NumberBlocked, TooManyRequests.
        """
        await self._refuse_misuse(uow, contact, wanted.phone, now)
        if await uow.callbacks.find_open_by_contact(contact.id):
            raise CallbackAlreadyOpen
        ticket = Ticket.new()
        new = NewRequest(
            contact_id=contact.id,
            channel=contact.channel,
            ticket_digest=await self._digest(uow, ticket.code),
            consent_id=await uow.consents.add(wanted.consent_version, wanted.agreed_at),
            wish=wanted.wish,
            safe=wanted.safe,
            due=wanted.due,
            opened_at=now,
            phone=wanted.phone,
            phone_digest=uow.pseudonyms.phone_digest(wanted.phone) if wanted.phone else None,
            if_other=wanted.if_other,
            topic=wanted.topic,
            urgent=wanted.urgent,
            child=wanted.child,
        )
        request = await self._store(uow, new)
        await uow.restraints.add("opened", contact.id, now, _DAY)
        count(uow, contact, "callback.opened", now, topic=wanted.topic)
        if wanted.urgent:
            await uow.callbacks.set_urgent(request.id, now + CHECKED_AFTER)
        await self._ring_for_called(uow, request, Event.OPENED, now)
        return ticket, request

    async def _refuse_misuse(self, uow: UnitOfWork, contact: Contact, phone: str | None, now: datetime) -> None:
        restraints = uow.restraints
        if await restraints.count("blocked_contact", contact.id, now):
            raise NumberBlocked
        if phone and await restraints.count("blocked_number", phone, now):
            raise NumberBlocked
        if await restraints.count("opened", contact.id, now) >= MOST_OPENED:
            raise TooManyRequests
        if await uow.callbacks.count_opened_since(contact.channel, now - _HOUR) >= self.most_per_hour:
            raise TooManyRequests

    async def _store(self, uow: UnitOfWork, new: NewRequest) -> CallbackRequest:
        for _ in range(2):  # once more when somebody else was faster with the same number
            if new.phone_digest and (called := await uow.callbacks.find_open_by_phone(new.phone_digest)):
                new = replace(new, same_as=called.id)
            if (request_id := await uow.callbacks.add(new)) is not None:
                return await uow.callbacks.get(request_id)
        raise CallbackAlreadyOpen

    async def find_by_code(self, uow: UnitOfWork, contact: Contact, code: str, now: datetime) -> CallbackRequest:
        """The request of a ticket code, asked for on any channel. A wrong code is counted.

        Raises TooManyWrongCodes: five wrong ones within an hour; CodeWrong.
        """
        if await uow.restraints.count("wrong_code", contact.id, now) >= MOST_WRONG_CODES:
            raise TooManyWrongCodes
        found = None
        if is_well_formed(code):
            found = await uow.callbacks.find_by_digest(await self._digest(uow, code))
        if found is None:
            await uow.restraints.add("wrong_code", contact.id, now, _HOUR)
            raise CodeWrong
        return found

    async def reach(
        self, uow: UnitOfWork, contact: Contact, request_id: int | None, unlocked: int | None
    ) -> CallbackRequest:
        """The request that this contact may change: the own one, or the one that its code has just opened.

        A press is authorised here and not by the button. Raises CallbackUnknown, CallbackClosed.
        """
        if request_id is None:
            request = await uow.callbacks.find_open_by_contact(contact.id)
        else:
            request = await uow.callbacks.find(request_id)
        if request is None or not (request.contact_id == contact.id or request.id == unlocked):
            raise CallbackUnknown
        if request.state is CallbackState.CLOSED:
            raise CallbackClosed
        return request

    async def change_time(
        self, uow: UnitOfWork, request: CallbackRequest, safe: SafeTime, due: Window, now: datetime
    ) -> CallbackRequest:
        await uow.callbacks.set_safe_time(request.id, safe, due)
        return await self._changed(uow, request, Event.TIME_CHANGED, now)

    async def add_note(self, uow: UnitOfWork, request: CallbackRequest, note: str, now: datetime) -> CallbackRequest:
        """Words for the counsellor who calls; a later note replaces the earlier one."""
        await uow.callbacks.set_note(request.id, note.strip()[:_MOST_NOTE])
        return await self._changed(uow, request, Event.NOTE_ADDED, now)

    async def keep_longer(self, uow: UnitOfWork, request: CallbackRequest, phone: str, now: datetime) -> bool:
        """The number typed again keeps it for another 30 days; False when it is not the one that was left."""
        return await uow.callbacks.keep_longer(request.id, uow.pseudonyms.phone_digest(phone), now)

    async def set_commune(self, uow: UnitOfWork, request: CallbackRequest, typed: str) -> CallbackRequest:
        """Where somebody's scope are communes, one that is nobody's stays empty: such a request is everybody's."""
        scopes = {commune for each in await uow.staff.list_working() for commune in each.communes}
        commune = same_place(typed, scopes) or "" if scopes else canonical(typed)
        await uow.callbacks.set_commune(request.id, commune)
        return await uow.callbacks.get(request.id)

    async def renew_code(self, uow: UnitOfWork, request: CallbackRequest) -> Ticket:
        """A new code; the old one finds nothing any more."""
        ticket = Ticket.new()
        await uow.callbacks.set_ticket(request.id, await self._digest(uow, ticket.code))
        return ticket

    async def mark_urgent(self, uow: UnitOfWork, contact: Contact, now: datetime) -> bool:
        """Whoever writes of danger while a request is open is called first; True when there is such a request."""
        request = await uow.callbacks.find_open_by_contact(contact.id)
        if request is None:
            return False
        await uow.callbacks.set_urgent(request.id, now + CHECKED_AFTER)
        if not request.urgent:
            await self._ring_for_called(uow, replace(request, urgent=True), Event.URGENT, now)
        return True

    async def help_was_not_reached(self, uow: UnitOfWork, request: CallbackRequest, now: datetime) -> None:
        await uow.callbacks.set_urgent(request.id, now + CHECKED_AFTER)
        await self._ring_for_called(uow, replace(request, urgent=True), Event.HELP_NOT_REACHED, now)

    async def cancel(self, uow: UnitOfWork, request: CallbackRequest, now: datetime) -> None:
        """Withdraws the consent: number and words go at once."""
        if request.consent_id:
            await uow.consents.withdraw(request.consent_id, now)
        await self._erase(uow, [request], now, Outcome.CANCELLED, Event.CANCELLED)
        uow.counters.add(local_date(now), request.channel, "callback.cancelled", request.topic)

    async def write_line(self, uow: UnitOfWork, request: CallbackRequest, text: str, now: datetime) -> None:
        """A citizen's message to the counsellor. Raises LimitReached."""
        if len(await uow.callbacks.list_lines(request.id, _MOST_LINES)) >= _MOST_LINES:
            raise LimitReached
        await uow.callbacks.add_line(request.id, text[:_MOST_NOTE], now, from_citizen=True)
        await self._ring_for_called(uow, request, Event.LINE_WRITTEN, now)

    async def lines(self, uow: UnitOfWork, request: CallbackRequest, limit: int = 5) -> list[Line]:
        return await uow.callbacks.list_lines(request.id, limit)

    # -- what the desk calls -------------------------------------------------------------------------------------

    async def answer_here(self, uow: UnitOfWork, request: CallbackRequest, text: str, now: datetime) -> None:
        """A counsellor's message to the citizen: into the chat, and kept under the ticket code until it is closed."""
        await uow.callbacks.add_line(request.id, text[:_MOST_NOTE], now, from_citizen=False)
        contact = self._contact_of(request)
        if contact is not None:
            letter = notice(
                self.texts("callback.line", line=text[:_MOST_NOTE]),
                (self.texts("callback.reply"), f"{REPLY_PRESS}:{request.id}"),
            )
            uow.outbox.add(contact, letter, now, priority=Priority.NOTICE)

    async def close_request(
        self, uow: UnitOfWork, request: CallbackRequest, outcome: Outcome, now: datetime, *, staff_id: int
    ) -> bool:
        """Closes what this counsellor has; requests in its shadow end with it. False when it was not theirs.

        "Do not call me again" and a wrong number block the number for 30 days, so that nobody else can have it called.
        """
        revealed = await uow.callbacks.reveal(request.id, staff_id)
        if not await uow.callbacks.close(request.id, outcome, now, staff_id=staff_id):
            return False
        if revealed and revealed.phone and outcome in {Outcome.WRONG_NUMBER, Outcome.REFUSED}:
            await uow.restraints.add("blocked_number", revealed.phone, now, _BLOCKED_FOR)
        await self._settle_shadows(uow, request, outcome, now)
        await uow.erasures.add("callback_requests", [request.id], now)  # no backup brings it back as one that waits
        uow.counters.add(local_date(now), request.channel, f"callback.{outcome}", request.topic)
        return True

    async def unblock_number(self, uow: UnitOfWork, request: CallbackRequest) -> None:
        """The refusal, or the wrong number, was a wrong press: whoever has this number may be called again."""
        if phone := await uow.callbacks.phone(request.id):
            await uow.restraints.lift("blocked_number", phone)

    async def block_contact(self, uow: UnitOfWork, request: CallbackRequest, now: datetime) -> None:
        """Misuse: nothing more from this contact for 30 days. Answers and numbers in danger are never blocked."""
        if request.contact_id is not None:
            await uow.restraints.add("blocked_contact", request.contact_id, now, _BLOCKED_FOR)

    # -- clockwork and erasing -----------------------------------------------------------------------------------

    async def erase_of(self, uow: UnitOfWork, contact: Contact, now: datetime) -> None:
        """Everything of this contact, at once; a counsellor who has the request finds it closed and empty."""
        requests = await uow.callbacks.list_of_contact(contact.id)
        for request in requests:
            if request.consent_id:
                await uow.consents.withdraw(request.consent_id, now)
        for request in requests:
            if request.state is not CallbackState.CLOSED:
                uow.counters.add(local_date(now), request.channel, "callback.erased", request.topic)
        await self._erase(uow, requests, now, Outcome.ERASED, Event.ERASED)

    async def tick(self, uow: UnitOfWork, now: datetime) -> list[int]:
        """What is due: next windows, "was help reached?", warnings, erasing. Returns the contacts who were told."""
        told = []
        for request in await uow.callbacks.list_missed(now, _AT_ONCE):
            if due := self.hours.next_window(request.safe, now):
                await uow.callbacks.set_due(request.id, due)
        for request in await uow.callbacks.claim_to_check(now):
            if contact := self._contact_of(request):
                asked_once = f"help:{request.id}:{now.timestamp()}"
                question = self._was_help_reached(request)
                uow.outbox.add(contact, question, now, priority=Priority.DANGER, identity=asked_once)
                told.append(contact.id)
        for request in await uow.callbacks.claim_to_warn(now - NUMBER_LIFETIME + WARNED_BEFORE, now):
            await self.bell.ring(uow, request, Event.EXPIRING, now)
            if contact := self._contact_of(request):
                again = (self.texts("callback.do_keep"), f"{KEEP_PRESS}:{request.id}")
                uow.outbox.add(contact, notice(self.texts("callback.expiring"), again), now, priority=Priority.NOTICE)
                told.append(contact.id)
        gone = await uow.callbacks.list_to_erase(now - NUMBER_LIFETIME, now - CLOSED_LIFETIME)
        lapsed = [request for request in gone if request.state is not CallbackState.CLOSED]
        for request in lapsed:
            if contact := self._contact_of(request):
                said = self.texts(f"callback.lapsed_{request.wish}")
                uow.outbox.add(contact, notice(said), now, priority=Priority.NOTICE)
                told.append(contact.id)
            uow.counters.add(local_date(now), request.channel, "callback.lapsed", request.topic)
        await self._erase(uow, lapsed, now, Outcome.LAPSED, Event.LAPSED)
        closed = [request for request in gone if request.state is CallbackState.CLOSED]
        await self._erase(uow, closed, now, Outcome.ERASED, Event.ERASED)
        await uow.callbacks.delete([request.id for request in closed])
        old_notes = await uow.contact_records.list_noted_before(now - NOTE_LIFETIME)
        await uow.contact_records.blank_notes(record_ids=old_notes)
        await uow.erasures.add("contact_records", old_notes, now)
        await uow.restraints.delete_expired(now)
        await uow.erasures.delete_before(now - LEDGER_LIFETIME)
        return told

    def _was_help_reached(self, request: CallbackRequest) -> Letter:
        answers = [
            (self.texts(f"callback.help_{answer}"), f"{HELP_PRESS}:{request.id}:{answer}")
            for answer in ("reached", "not_reached", "not_needed")
        ]
        return notice(self.texts("callback.help_question"), *answers, urgent=True)

    async def _erase(
        self, uow: UnitOfWork, requests: Collection[CallbackRequest], now: datetime, outcome: Outcome, event: Event
    ) -> None:
        ids = [request.id for request in requests]
        if not ids:
            return
        for request in requests:
            await uow.outbox.delete_planned(f"bell:{request.id}")
            await uow.outbox.delete_planned(f"help:{request.id}")
            await self._settle_shadows(uow, request, outcome, now, leaving=ids)
        await uow.callbacks.blank(ids, now, outcome)
        await uow.erasures.add("callback_requests", ids, now)
        notes = await uow.contact_records.blank_notes(request_ids=ids)
        await uow.erasures.add("contact_records", notes, now)
        for request in requests:
            if request.state is not CallbackState.CLOSED:
                await self._ring_for_called(uow, request, event, now)

    async def _settle_shadows(
        self,
        uow: UnitOfWork,
        request: CallbackRequest,
        outcome: Outcome,
        now: datetime,
        *,
        leaving: Collection[int] = (),
    ) -> None:
        """After a call the shadows are served too; after a withdrawal the oldest of them is called instead.

        leaving: requests that are erased as well, so that none of them is called.
        """
        shadows = [each for each in await uow.callbacks.list_same_as(request.id) if each.id not in leaving]
        if outcome in _SHADOWS_END_WITH:
            for shadow in shadows:
                await uow.callbacks.close(shadow.id, outcome, now)
                uow.counters.add(local_date(now), shadow.channel, f"callback.{outcome}", shadow.topic)
            await uow.erasures.add("callback_requests", [shadow.id for shadow in shadows], now)
            return
        if not shadows:
            return
        await uow.callbacks.close(request.id, outcome, now)  # the number is free before the next one takes it
        first, *others = shadows
        await uow.callbacks.set_same_as(first.id, None)
        for other in others:
            await uow.callbacks.set_same_as(other.id, first.id)
        await self.bell.ring(uow, replace(first, same_as=None), Event.OPENED, now)

    async def _changed(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> CallbackRequest:
        changed = await uow.callbacks.get(request.id)
        await self._ring_for_called(uow, changed, event, now)
        return changed

    async def _ring_for_called(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> None:
        """A request in a shadow is nobody's to call, except that danger is told under the one that is called."""
        if request.same_as is None:
            await self.bell.ring(uow, request, event, now)
        elif event in {Event.URGENT, Event.HELP_NOT_REACHED} and (called := await uow.callbacks.find(request.same_as)):
            await uow.callbacks.set_urgent(called.id, None)
            await self.bell.ring(uow, replace(called, urgent=True), event, now)

    @staticmethod
    async def _digest(uow: UnitOfWork, code: str) -> bytes:
        return await asyncio.to_thread(uow.pseudonyms.ticket_digest, code)  # slow on purpose: not in the loop

    @staticmethod
    def _contact_of(request: CallbackRequest) -> Contact | None:
        return None if request.contact_id is None else Contact(request.contact_id, request.channel)
