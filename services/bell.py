"""Who of the staff is told of what, and when it takes too long, who else."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.uow import UnitOfWork
from domain.callbacks import CallbackRequest, CallbackState, Event
from domain.models import Choice, Letter, Priority
from domain.opening import OpeningHours
from domain.staff import Right, Staff
from services.request_lines import RequestLines
from services.showing import SHOWN_FOR, take_back
from texts import Texts

PATIENCE = timedelta(minutes=30)
"""Of opening hours: a request that nobody has taken by then is everybody's, and after twice as long the officer's."""

PATIENCE_URGENT = timedelta(minutes=15)

_ALL_COUNSELLORS, _OFFICERS, _FORGOTTEN = 1, 2, 3
_SAID = {_ALL_COUNSELLORS: "bell.late", _OFFICERS: "bell.late_officer", _FORGOTTEN: "bell.forgotten"}
_AT_ONCE = 1000
_QUEUE_PRESS, _MINE_PRESS = "sq:0", "sm"
_WITHDRAWN = {Event.CANCELLED, Event.ERASED, Event.LAPSED}
_URGENT = {Event.URGENT, Event.HELP_NOT_REACHED}
_EVERYBODYS = {Event.EXPIRING, Event.LAPSED}


@dataclass(frozen=True, slots=True)
class DeskBell:
    """Notices name no person and quote nobody: they may stand on a locked screen."""

    texts: Texts
    lines: RequestLines

    async def can_serve(self, uow: UnitOfWork) -> bool:
        return bool(await uow.staff.list_who_may(Right.TAKE_REQUEST))

    async def ring(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> None:
        """The counsellor who has the request; as long as nobody has it, those on duty."""
        if request.claimed_by is not None and request.state is not CallbackState.OPEN:
            await self._tell_claimer(uow, request, event, now)
        elif event not in _WITHDRAWN or event in _EVERYBODYS:
            await self._tell_waiting(uow, request, event, now)

    async def _tell_claimer(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> None:
        claimer = await uow.staff.find_number(request.claimed_by or 0)
        if claimer is None:
            return
        if event in _WITHDRAWN:  # the number goes out of the counsellor's chat with the same message
            was_shown = await take_back(uow, request.id) is not None
            text = self.texts(f"bell.{event}")
            uow.outbox.add(claimer.contact, Letter(text, erase_chat=was_shown), now, priority=Priority.NOTICE)
            return
        text = self.texts(f"bell.{event}") + "\n" + self.lines.line(request, now)
        mine = Choice(self.texts("bell.show_mine"), _MINE_PRESS)
        self._post(uow, [claimer], text, mine, now, identity=f"bell:{request.id}:{event}", urgent=event in _URGENT)

    async def _tell_waiting(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> None:
        serving = await self._near(uow, Right.TAKE_REQUEST, request)
        on_duty = [each for each in serving if each.on_duty]
        told = serving if event in _EVERYBODYS or (not on_duty and request.urgent) else on_duty
        text = self.texts(f"bell.{event}") + "\n" + self.lines.line(request, now)
        if event is Event.LAPSED:
            told = [*told, *await self._near(uow, Right.BE_TOLD_OF_DELAY, request)]
            self._post(uow, told, text, None, now, identity=f"bell:{request.id}:{event}")
            return
        take = Choice(self.texts("bell.take"), f"st:{request.id}")
        self._post(uow, told, text, take, now, identity=f"bell:{request.id}:{event}", urgent=request.urgent)

    @staticmethod
    async def _near(uow: UnitOfWork, right: Right, request: CallbackRequest) -> list[Staff]:
        return [each for each in await uow.staff.list_who_may(right) if each.covers(request.commune)]

    def _post(
        self,
        uow: UnitOfWork,
        told: Collection[Staff],
        text: str,
        choice: Choice | None,
        now: datetime,
        *,
        identity: str,
        urgent: bool = False,
    ) -> None:
        """Each has an identity, so that it is kept for a day after it left: a typed number may answer it."""
        choices = (Choice(f"1. {choice.label}", choice.press),) if choice else ()
        for each in told:
            letter, priority = Letter(text, choices, urgent=urgent), Priority.DANGER if urgent else Priority.NOTICE
            told_once = f"{identity}:{each.number}:{now.timestamp()}"
            uow.outbox.add(each.contact, letter, now, priority=priority, identity=told_once)

    # -- clockwork -----------------------------------------------------------------------------------------------

    async def tick(self, uow: UnitOfWork, hours: OpeningHours, now: datetime) -> list[int]:
        """What is due; safe at any moment and as often as one likes. Returns the contacts who have been told."""
        told = await self._escalate(uow, hours, now, _ALL_COUNSELLORS, Right.TAKE_REQUEST)
        told += await self._escalate(uow, hours, now, _OFFICERS, Right.BE_TOLD_OF_DELAY)
        told += await self._tell_forgotten(uow, hours, now)
        told += await self._remind_again(uow, now)
        told += await self._take_back_old_numbers(uow, now)
        await uow.staff.delete_invitations_before(now)
        return told

    async def _escalate(
        self, uow: UnitOfWork, hours: OpeningHours, now: datetime, level: int, right: Right
    ) -> list[int]:
        """What nobody has taken: each request is told of once at each level."""
        late = [
            request
            for request in await uow.callbacks.list_unclaimed(level, _AT_ONCE)
            if waited_open(request, hours, now) >= patience(request) * level
        ]
        return await self._tell_late(uow, late, hours, now, level, right)

    async def _tell_forgotten(self, uow: UnitOfWork, hours: OpeningHours, now: datetime) -> list[int]:
        """What somebody took and let lie: the officer hears of it once, after the counsellor has been reminded."""
        late = [
            request
            for request in await uow.callbacks.list_held(_FORGOTTEN, now - 2 * PATIENCE_URGENT, _AT_ONCE)
            if held_open(request, hours, now) >= patience(request) * 2
        ]
        return await self._tell_late(uow, late, hours, now, _FORGOTTEN, Right.BE_TOLD_OF_DELAY)

    async def _tell_late(
        self,
        uow: UnitOfWork,
        late: Sequence[CallbackRequest],
        hours: OpeningHours,
        now: datetime,
        level: int,
        right: Right,
    ) -> list[int]:
        """One message with how many, to everybody with this right."""
        if not late or not hours.is_open(now):
            return []
        untold = [request for request in late if await uow.callbacks.set_told_level(request.id, level)]
        told = await uow.staff.list_who_may(right)
        for each in told:
            self._post_late(uow, each, [request for request in untold if each.covers(request.commune)], level, now)
        return [each.contact.id for each in told]

    def _post_late(
        self, uow: UnitOfWork, staff: Staff, late: Sequence[CallbackRequest], level: int, now: datetime
    ) -> None:
        if not late:
            return
        first = max(late, key=lambda request: (request.urgent, now - request.opened_at))
        line = self.lines.line(first, now)
        text = self.texts(_SAID[level], count=len(late), line=line, number=first.claimed_by or "")
        queue = None if level == _FORGOTTEN else Choice(self.texts("bell.show_queue"), _QUEUE_PRESS)
        self._post(uow, [staff], text, queue, now, identity=f"late:{level}", urgent=first.urgent)

    async def _remind_again(self, uow: UnitOfWork, now: datetime) -> list[int]:
        """Who was not reached, or was taken and forgotten, is to be called now: said once for each window."""
        due = await uow.callbacks.list_due_again(now, now - PATIENCE, now - PATIENCE_URGENT, _AT_ONCE)
        if not due:
            return []
        working = {each.number: each for each in await uow.staff.list_who_may(Right.TAKE_REQUEST)}
        told: list[int] = []
        for request in due:
            staff = working.get(request.claimed_by or 0)
            if staff is None:
                continue
            mine = Choice(f"1. {self.texts('bell.show_mine')}", _MINE_PRESS)
            key = "bell.call_again" if request.attempts else "bell.call_now"
            letter = Letter(self.texts(key) + "\n" + self.lines.line(request, now), (mine,))
            identity = f"again:{request.id}:{staff.number}:{request.due.start.timestamp():.0f}"
            uow.outbox.add(staff.contact, letter, now, priority=Priority.NOTICE, identity=identity)
            told.append(staff.contact.id)
        return told

    async def _take_back_old_numbers(self, uow: UnitOfWork, now: datetime) -> list[int]:
        old = await uow.staff.take_shown_before(now - SHOWN_FOR)
        for request_id, _ in old:
            await uow.outbox.delete_planned(f"number:{request_id}")
        holders = [await uow.staff.find_number(number) for number in {number for _, number in old}]
        told = [staff for staff in holders if staff is not None]
        for staff in told:
            mine = Choice(f"1. {self.texts('bell.show_mine')}", _MINE_PRESS)
            letter = Letter(self.texts("bell.number_gone"), (mine,), erase_chat=True)
            uow.outbox.add(staff.contact, letter, now, priority=Priority.NOTICE)
        return [staff.contact.id for staff in told]


def patience(request: CallbackRequest) -> timedelta:
    return PATIENCE_URGENT if request.urgent else PATIENCE


def waited_open(request: CallbackRequest, hours: OpeningHours, now: datetime) -> timedelta:
    """Opening time that a request has waited for; for a later hour the clock starts half an hour before that."""
    start = request.opened_at if request.urgent else max(request.opened_at, request.due.start - PATIENCE)
    return hours.open_time_between(start, now) if start < now else timedelta(0)


def held_open(request: CallbackRequest, hours: OpeningHours, now: datetime) -> timedelta:
    """Opening time for which a counsellor has owed the next call; for a later hour counted as above."""
    taken = request.claimed_at or request.opened_at
    owed = request.due if request.attempts else hours.next_window(request.safe, taken) or request.due
    start = max(taken, owed.start - PATIENCE)
    return hours.open_time_between(start, now) if start < now else timedelta(0)
