"""What happens to a client, each in one action: another volunteer, a pause, an end, a move; and taking it back."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from db.uow import UnitOfWork
from domain.audit import Action
from domain.clients import (
    Change,
    Client,
    ClientDayWrong,
    ClientEnded,
    ClientNotPaused,
    ClientState,
    EndReason,
    PauseReason,
    VolunteerUnknown,
)
from domain.clock import local_date
from domain.follow_ups import FollowUpState
from domain.legal_dates import LegalDateKind, LegalDateState
from domain.legal_rules import LISTED_OFF, dates_of_event, dates_of_move
from domain.places import Commune
from services.plans import NOT_IN_PLAN, Planner


@dataclass(frozen=True, slots=True)
class ClientChanges:
    """Whoever calls has checked the right and the scope. `by`: a number of staff; None is the command line.

    `on` is the local day from which it holds; never a day to come.
    """

    planner: Planner

    async def reassign(
        self, uow: UnitOfWork, client: Client, volunteer_code: str, on: date, now: datetime, *, by: int | None
    ) -> Client:
        """What is open goes to another volunteer, who is reminded of it from the beginning; every contact and every
        closed follow-up stays where it counts.

        Raises VolunteerUnknown, ClientEnded, ClientDayWrong.
        """
        await self._check(uow, client, on, now)
        volunteer = await uow.volunteers.find(volunteer_code)
        if volunteer is None:
            raise VolunteerUnknown
        if volunteer.number == client.volunteer:
            return client
        changed = replace(client, volunteer=volunteer.number)
        await uow.clients.assign(client.id, volunteer.number, on)
        await uow.clients.set_facts(changed)
        await uow.follow_ups.set_whose(client.id, volunteer.number, client.commune)
        await uow.reminders.begin_anew(client.id)
        await self._close_dates(uow, client, {LegalDateKind.ASSIGN}, LegalDateState.DONE, on, now, by)
        await self._note(uow, changed, Change.ASSIGNED, on, now, by, str(volunteer.number))
        return changed

    async def end(
        self, uow: UnitOfWork, client: Client, reason: EndReason, on: date, now: datetime, *, by: int | None
    ) -> Client:
        """The management is over: everything planned is cancelled with the reason, and what the law asks now is due.

        Raises ClientEnded, ClientDayWrong.
        """
        await self._check(uow, client, on, now)
        if client.state is ClientState.PAUSED:
            await uow.clients.end_interruption(client.id, on)
        ended = replace(client, state=ClientState.ENDED, state_reason=reason, state_on=on)
        await uow.clients.set_facts(ended)
        await uow.clients.move(client.id, None, on, reason)
        await uow.clients.assign(client.id, None, on)
        await uow.follow_ups.cancel_open(client.id, reason, now, by=by)
        kept = {LegalDateKind.CERTIFICATE} if reason is EndReason.COMPLETED else set()
        kept |= {LegalDateKind.LEAVE_LIST, LegalDateKind.HAND_OVER}
        await self._close_dates(uow, client, set(LegalDateKind) - kept, LegalDateState.CANCELLED, None, now, by)
        await uow.legal_dates.put(client.id, dates_of_event(reason, on), client.commune)
        await self._note(uow, ended, Change.ENDED, on, now, by, reason)
        return ended

    async def pause(
        self, uow: UnitOfWork, client: Client, reason: PauseReason, on: date, now: datetime, *, by: int | None
    ) -> Client:
        """Nobody is reminded until it is taken up again. What was planned is cancelled with the reason.

        Raises ClientEnded, ClientDayWrong.
        """
        await self._check(uow, client, on, now)
        if client.state is ClientState.PAUSED:
            await uow.clients.end_interruption(client.id, on)
        paused = replace(client, state=ClientState.PAUSED, state_reason=reason, state_on=on)
        await uow.clients.interrupt(client.id, reason, on)
        await uow.follow_ups.cancel_open(client.id, reason, now, by=by)
        await self._note(uow, paused, Change.PAUSED, on, now, by, reason)
        paused = await self.planner.plan(uow, paused, local_date(now), now, by=by)
        if reason in LISTED_OFF:
            await uow.legal_dates.put(client.id, dates_of_event(reason, on), client.commune)
        return paused

    async def resume(self, uow: UnitOfWork, client: Client, on: date, now: datetime, *, by: int | None) -> Client:
        """Taken up again: the end moves by what did not count, and what is still to come is planned again.

        Raises ClientNotPaused, ClientDayWrong.
        """
        if client.state is not ClientState.PAUSED:
            raise ClientNotPaused
        await self._check(uow, client, on, now)
        await uow.clients.end_interruption(client.id, on)
        active = replace(client, state=ClientState.ACTIVE, state_reason="", state_on=on)
        await self._reopen_cancelled(uow, client, on, now, by)
        await self._note(uow, active, Change.RESUMED, on, now, by, client.state_reason)
        return await self.planner.plan(uow, active, local_date(now), now, by=by)

    async def move(
        self, uow: UnitOfWork, client: Client, to: Commune, on: date, now: datetime, *, by: int | None
    ) -> Client:
        """To another commune of this installation: there the management goes on, with a volunteer yet to be assigned.

        Raises ClientEnded, ClientDayWrong.
        """
        await self._check(uow, client, on, now)
        moved = replace(client, commune=to.name, commune_code=to.code, volunteer=None)
        await uow.clients.move(client.id, to.name, on, EndReason.MOVED)
        await uow.clients.assign(client.id, None, on)
        await uow.clients.set_facts(moved)
        left, arrived = dates_of_move(on)
        await self._note(uow, moved, Change.MOVED_IN, on, now, by, to.code)
        moved = await self.planner.plan(uow, moved, local_date(now), now, by=by)
        await uow.legal_dates.put(client.id, left, client.commune)
        await uow.legal_dates.put(client.id, arrived, to.name)
        return moved

    async def reopen(self, uow: UnitOfWork, client: Client, now: datetime, *, by: int | None) -> Client:
        """An end entered by mistake is taken back: the same commune and volunteer as before.

        Raises ClientNotPaused.
        """
        if client.state is not ClientState.ENDED:
            raise ClientNotPaused
        on = client.state_on
        event = [each for each in await uow.legal_dates.list_of_client(client.id) if each.occasion.endswith(str(on))]
        await uow.legal_dates.set_state([each.id for each in event], LegalDateState.CANCELLED, now)
        await uow.clients.reopen_stay(client.id)
        await uow.clients.assign(client.id, client.volunteer, on)
        active = replace(client, state=ClientState.ACTIVE, state_reason="", state_on=local_date(now))
        await self._reopen_cancelled(uow, client, on, now, by)
        await self._note(uow, active, Change.REOPENED, on, now, by, client.state_reason)
        return await self.planner.plan(uow, active, local_date(now), now, by=by)

    async def _check(self, uow: UnitOfWork, client: Client, on: date, now: datetime) -> None:
        """Raises ClientEnded; ClientDayWrong for a day to come, or before the last thing that was entered."""
        if client.state is ClientState.ENDED:
            raise ClientEnded
        earliest = await uow.clients.changed_on(client.id)  # of somebody who is yet to finish: a day to come
        if not earliest <= on <= max(earliest, local_date(now)):
            raise ClientDayWrong

    async def _reopen_cancelled(self, uow: UnitOfWork, client: Client, on: date, now: datetime, by: int | None) -> None:
        """What a pause or an end had cancelled and whose window is not over, and the dates of the law with it."""
        for follow_up in await uow.follow_ups.list_of_client(client.id):
            if (
                follow_up.state is FollowUpState.CANCELLED
                and follow_up.reason != NOT_IN_PLAN
                and follow_up.slot.latest_on >= max(on, local_date(now))
            ):
                await uow.follow_ups.reopen(follow_up, now, by=by, reason=client.state_reason)
        open_again = [
            each.id
            for each in await uow.legal_dates.list_of_client(client.id)
            if each.state is LegalDateState.CANCELLED and not each.occasion
        ]
        await uow.legal_dates.set_state(open_again, LegalDateState.OPEN, now)

    async def _close_dates(
        self,
        uow: UnitOfWork,
        client: Client,
        kinds: set[LegalDateKind],
        state: LegalDateState,
        done_on: date | None,
        now: datetime,
        by: int | None,
    ) -> None:
        ids = [
            each.id
            for each in await uow.legal_dates.list_of_client(client.id)
            if each.kind in kinds and each.state is LegalDateState.OPEN
        ]
        await uow.legal_dates.set_state(ids, state, now, done_on=done_on, by=by)

    async def _note(
        self, uow: UnitOfWork, client: Client, change: Change, on: date, now: datetime, by: int | None, detail: str
    ) -> None:
        await uow.clients.note(client.id, change, on, now, by=by, detail=detail)
        uow.audit.add(Action.CLIENT_CHANGED, now, staff=by, subject=client.id, details=f"{change} {detail}".strip())
