"""From a client to everything that is planned for the client: follow-ups for the volunteer, dates for the officer."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from db.uow import UnitOfWork
from domain.clients import MOVES_END, Client, ClientState, Interruption, PauseReason
from domain.follow_ups import FollowUpState
from domain.legal_dates import LegalDateState
from domain.legal_rules import OF_THE_TERM, dates_of_term
from domain.plans import PlanInvalid, PlanTemplates, read_plans
from domain.terms import terms_of
from domain.workdays import WorkCalendar

NOT_IN_PLAN = "plan"
"""Why a follow-up is cancelled that no plan has any more: the start or the end was corrected."""

_SHIPPED = Path(__file__).parent / "plans.toml"


def load_plans(own: Path | None = None) -> PlanTemplates:
    """The shipped plans, those of `own` in their place. Raises PlanInvalid."""
    plans = _read(_SHIPPED)
    return plans if own is None else plans.joined(_read(own))


def _read(file: Path) -> PlanTemplates:
    try:
        return read_plans(tomllib.loads(file.read_text("utf-8-sig")))
    except (OSError, UnicodeDecodeError) as error:
        raise PlanInvalid(plan=file, problem=type(error).__name__) from None
    except tomllib.TOMLDecodeError as error:
        raise PlanInvalid(plan=file, problem=str(error)) from None


@dataclass(frozen=True, slots=True)
class Planner:
    plans: PlanTemplates
    calendar: WorkCalendar

    async def plan(self, uow: UnitOfWork, client: Client, today: date, now: datetime, *, by: int | None) -> Client:
        """Brings the end date, the follow-ups and the legal dates of a client to what its facts say.

        What is closed stays closed; what was over before the client came into the program is not planned. While a
        client is paused or gone, nothing new is planned. Returns the client with its terms. Raises EndDateMissing.
        """
        pauses = await uow.clients.interruptions(client.id)
        client = replace(client, terms=terms_of(client.ground, client.start_on, client.terms.given_on, pauses))
        await uow.clients.set_facts(client)
        if client.state is not ClientState.ENDED:
            await self._legal_dates(uow, client, pauses, today, now)
        if client.state is ClientState.ACTIVE:
            await self._follow_ups(uow, client, today, now, by)
        return client

    async def plan_new(self, uow: UnitOfWork, clients: Sequence[Client], today: date) -> None:
        """The same for clients of whom nothing is planned yet, many at a time."""
        slots = [
            (each.id, slot, each.volunteer, each.commune)
            for each in clients
            for slot in self.plans.of(each.ground).slots(each.start_on, each.terms.ends_on)
            if slot.latest_on >= today
        ]
        await uow.follow_ups.add_all(slots)
        dates = [
            (each.id, legal_date, each.commune)
            for each in clients
            for legal_date in dates_of_term(each, (), self.calendar, today)
        ]
        await uow.legal_dates.put_all(dates)

    async def _follow_ups(self, uow: UnitOfWork, client: Client, today: date, now: datetime, by: int | None) -> None:
        wanted = {
            slot.number: slot for slot in self.plans.of(client.ground).slots(client.start_on, client.terms.ends_on)
        }
        known = {each.slot.number: each for each in await uow.follow_ups.list_of_client(client.id)}
        new = [slot for number, slot in wanted.items() if number not in known and slot.latest_on >= today]
        await uow.follow_ups.add(client.id, new, client.volunteer, client.commune)
        for number, follow_up in known.items():
            slot = wanted.get(number)
            if follow_up.is_open and slot is None:
                await uow.follow_ups.close(follow_up, FollowUpState.CANCELLED, now, by=by, reason=NOT_IN_PLAN)
            elif follow_up.is_open and slot is not None and slot != follow_up.slot:
                await uow.follow_ups.set_slot(follow_up.id, slot)
        await uow.follow_ups.set_whose(client.id, client.volunteer, client.commune)

    async def _legal_dates(
        self, uow: UnitOfWork, client: Client, pauses: Sequence[Interruption], today: date, now: datetime
    ) -> None:
        dates = dates_of_term(client, pauses, self.calendar, today)
        if stands_still(client):
            dates = [each for each in dates if each.kind not in OF_THE_TERM]
        await uow.legal_dates.put(client.id, dates, client.commune)
        wanted = {each.kind for each in dates}
        gone = [
            each.id
            for each in await uow.legal_dates.list_of_client(client.id)
            if each.kind in OF_THE_TERM and each.kind not in wanted and each.state is LegalDateState.OPEN
        ]
        await uow.legal_dates.set_state(gone, LegalDateState.CANCELLED, now)


def stands_still(client: Client) -> bool:
    """Whether the end of the term is not known now, because a pause that moves it is not over."""
    return client.state is ClientState.PAUSED and PauseReason(client.state_reason) in MOVES_END
