"""Once on a working day, each officer is told what is overdue and which dates of the law come. Codes only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from db.session import Database
from db.uow import UnitOfWork
from domain.clients import Client, ClientState
from domain.clock import VIETNAM, local_date
from domain.follow_ups import FollowUp
from domain.models import Letter, Notice, Priority
from domain.staff import Right, Staff
from domain.workdays import WorkCalendar
from services import clients, follow_ups
from services.client_words import legal_words, window_words
from services.notices import notice
from services.unreached import Unreached
from texts import Texts

_ROWS = 10
_CODES = 15
_AT_ONCE = 500
_UNTIL_HOUR = 20
_LIFETIME = timedelta(days=14)
_CLIENTS_PRESS, _LEGAL_PRESS = "kl:0", "kh:0"


@dataclass(frozen=True, slots=True)
class OfficerList:
    """hour: of the day, local, from which on it is sent; days_ahead: how far it looks for dates of the law."""

    database: Database
    texts: Texts
    calendar: WorkCalendar
    unreached: Unreached
    hour: int
    days_ahead: int

    async def run(self, now: datetime) -> list[int]:
        """Moves follow-ups on to due and missed, and sends the lists that are due; returns the contacts told.

        One transaction: a kill before its commit leaves everything as it was.
        """
        async with self.database.transaction() as uow:
            await follow_ups.advance(uow, now)
            today, hour = local_date(now), now.astimezone(VIETNAM).hour
            if not (self.hour <= hour < max(_UNTIL_HOUR, self.hour + 1) and self.calendar.is_worked(today)):
                return []
            return await self._tell_officers(uow, today, now)

    async def _tell_officers(self, uow: UnitOfWork, today: date, now: datetime) -> list[int]:
        officers = await uow.staff.list_who_may(Right.BE_TOLD_OF_CLIENTS)
        kind = f"officer-list {today}"
        waiting = await uow.reminders.claim_once([each.number for each in officers], kind, now)
        told: list[Staff] = []
        mentioned: set[int] = set()
        for officer in officers:
            if officer.number not in waiting:
                continue
            text, named = await self._list(uow, officer, today, now)
            mentioned |= named
            if text:
                letter = self._letter(text, today)
                uow.outbox.add(officer.contact, letter, now, priority=Priority.NOTICE, lifetime=_LIFETIME)
                told.append(officer)
        for officer in told:
            await self.unreached.note(uow, await clients.communes_of(uow, officer), now)
        await uow.follow_ups.set_told(mentioned, now)
        return [officer.contact.id for officer in told]

    def _letter(self, text: str, today: date) -> Letter:
        labels = (self.texts("clients.open_list"), _CLIENTS_PRESS), (self.texts("legal_dates.open"), _LEGAL_PRESS)
        letter = notice(text, *labels)
        return Letter(letter.text, letter.choices, notice=Notice("officer_list", (("day", f"{today:%d/%m/%Y}"),)))

    async def _list(self, uow: UnitOfWork, officer: Staff, today: date, now: datetime) -> tuple[str, set[int]]:
        """Empty when there is nothing to tell; and the follow-ups that are told of, each once in its life."""
        communes = await clients.communes_of(uow, officer)
        untold = await uow.follow_ups.list_untold(today, communes, _AT_ONCE)
        named = {each.id for each in untold}
        silent = await self.unreached.silent(uow, communes, now) - named
        untold += [await uow.follow_ups.get(each) for each in sorted(silent)]
        lines = [
            *await self._follow_up_lines(uow, [each for each in untold if not each.is_open], "officer_list.missed"),
            *await self._follow_up_lines(uow, [each for each in untold if each.is_open], "officer_list.late"),
            *await self.unreached.lines(uow, communes, now),
            *await self._legal_lines(uow, officer, today),
            *self._client_lines(await uow.clients.list_of(communes=communes, states=(ClientState.ACTIVE,)), today),
        ]
        if not lines:
            return "", set()
        title = self.texts("officer_list.title", on=f"{today:%d/%m/%Y}")
        return "\n".join([title, *lines]), {each.id for each in untold}

    async def _follow_up_lines(self, uow: UnitOfWork, found: Sequence[FollowUp], key: str) -> list[str]:
        if not found:
            return []
        shown = found[:_ROWS]
        people = await uow.clients.list_by_id({each.client_id for each in shown})
        assigned = {each.volunteer for each in shown if each.volunteer is not None}
        codes = {each.number: each.code for each in await uow.volunteers.list_all(assigned)}
        nobody = self.texts("officer_list.nobody")
        lines = [
            self.texts(
                "officer_list.row",
                code=people[each.client_id].code,
                volunteer=nobody if each.volunteer is None else codes[each.volunteer],
                when=window_words(each, self.texts),
            )
            for each in shown
        ]
        return [self.texts(key, count=len(found)), *lines, *self._more(len(found) - len(shown))]

    async def _legal_lines(self, uow: UnitOfWork, officer: Staff, today: date) -> list[str]:
        found = await clients.legal_dates_until(uow, officer, today + timedelta(days=self.days_ahead))
        if not found:
            return []
        overdue = sum(each.is_overdue(today) for each, _ in found)
        said = {"overdue": overdue, "coming": len(found) - overdue, "days": self.days_ahead}
        shown = found[:_ROWS]
        lines = [f"- {client.code}: {legal_words(each, self.texts, today)}" for each, client in shown]
        return [self.texts("officer_list.legal", **said), *lines, *self._more(len(found) - len(shown))]

    def _client_lines(self, active: Sequence[Client], today: date) -> list[str]:
        over = [each.code for each in active if each.terms.ends_on < today]
        unassigned = [each.code for each in active if each.volunteer is None]
        return [
            self.texts(key, codes=", ".join(codes[:_CODES]) + ("…" if len(codes) > _CODES else ""))
            for key, codes in (("officer_list.over", over), ("officer_list.unassigned", unassigned))
            if codes
        ]

    def _more(self, count: int) -> list[str]:
        return [self.texts("officer_list.more", count=count)] if count > 0 else []
