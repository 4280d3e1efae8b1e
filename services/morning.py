"""Every morning: what has begun and what is over, and one letter to each volunteer.

The tables decide. Whatever is noted as put out and the letter that says it are one commit, and of each reminder there
can be only one (client, follow-up, kind); so a kill at any moment loses nothing and says nothing twice.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from db.session import Database
from db.uow import UnitOfWork
from domain.clock import local_date
from domain.ids import new_id
from domain.opening import at as at_minute
from domain.rhythm import Rhythm
from domain.volunteering import Moment
from services.digests import Digest, Digests

PAGE = 200
"""Volunteers that share one commit."""

_ROWS = 1000
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class _Recipient:
    """Who gets a letter, and for which volunteers: the own number first, then those who are away."""

    volunteer: int
    stands_in_for: tuple[int, ...] = ()

    @property
    def volunteers(self) -> tuple[int, ...]:
        return (self.volunteer, *self.stands_in_for)


class MorningRound:
    """Runs every minute; says something only in the morning, and whenever there is something new during the day."""

    def __init__(self, database: Database, rhythm: Rhythm, digests: Digests) -> None:
        self._database = database
        self._rhythm = rhythm
        self._digests = digests
        self._seen: datetime | None = None

    async def run(self, now: datetime) -> list[int]:
        """Safe at any moment and as often as one likes. Returns the contacts for whom a letter was put out."""
        async with self._database.alone("morning round") as alone:
            if not await alone.mine():
                return []
            await self._advance(now)
            await self._take_back(now)
            day = self._rhythm.morning_of(now)
            if day is None:
                return []
            at = moment_of(self._rhythm, now)
            return await self._remind_all(at, now)

    async def _advance(self, now: datetime) -> None:
        """Due and missed, a page at a time; a clock that was ahead and has been set back has missed nothing."""
        today = local_date(now)
        if self._seen is None or now < self._seen:
            await self._unmiss(now)
        self._seen = now
        while True:
            async with self._database.transaction() as uow:
                missed = await uow.follow_ups.make_missed(today, now, _ROWS)
                due = await uow.follow_ups.make_due(today, now, _ROWS)
            if max(missed, due) < _ROWS:
                return

    async def _unmiss(self, now: datetime) -> None:
        while True:
            async with self._database.transaction() as uow:
                early = await uow.follow_ups.list_missed_too_early(local_date(now), _ROWS)
                for each in early:
                    await uow.follow_ups.reopen(each, now, by=None, reason="clock")
            if len(early) < _ROWS:
                return

    async def _take_back(self, now: datetime) -> None:
        """What has waited too long says a wrong day, and at night nothing leaves: it is said anew in the morning."""
        before = now if self._rhythm.is_quiet(now) else now - self._rhythm.late_after
        while True:
            async with self._database.transaction() as uow:
                if await uow.reminders.take_back_unsent(before, _ROWS) < _ROWS:
                    return

    async def _remind_all(self, at: Moment, now: datetime) -> list[int]:
        async with self._database.reading() as uow:
            if not await uow.mornings.anything_to_say(at):
                return []
            standing_in: dict[int, list[int]] = {}
            for absence in await uow.volunteering.list_absent(at.day):
                standing_in.setdefault(absence.deputy or 0, []).append(absence.volunteer)
        told = await self._remind([_Recipient(each, tuple(of)) for each, of in standing_in.items()], at, now)
        after = 0
        while True:
            async with self._database.reading() as uow:
                page = await uow.mornings.volunteers_to_remind(at, after, PAGE)
            if not page:
                return told
            told += await self._remind([_Recipient(each) for each in page if each not in standing_in], at, now)
            after = page[-1]

    async def _remind(self, page: Sequence[_Recipient], at: Moment, now: datetime) -> list[int]:
        """One commit for a page; when one of them cannot be put into words, one for each, and that one is left out."""
        if not page:
            return []
        try:
            async with self._database.transaction() as uow:
                return await self._put_out(uow, page, at, now)
        except Exception as error:
            log.error("reminders.page_failed", exc_info=error)
        told: list[int] = []
        for each in page:
            try:
                async with self._database.transaction() as uow:
                    told += await self._put_out(uow, [each], at, now)
            except Exception as error:  # one bad row never stops the others
                log.error("reminders.failed", volunteer=each.volunteer, exc_info=error)
        return told

    async def _put_out(self, uow: UnitOfWork, page: Sequence[_Recipient], at: Moment, now: datetime) -> list[int]:
        wanted = {number for each in page for number in each.volunteers}
        accounts = await uow.mornings.accounts(wanted)
        away = {each.volunteer: each for each in await uow.volunteering.list_absent(at.day, wanted)}
        follow_ups = await uow.mornings.list_in_window(at, wanted)
        put_out = await uow.reminders.list_of([each.id for each in follow_ups])
        clients = await uow.mornings.client_codes({each.client_id for each in follow_ups})
        drafts: list[Digest] = []
        for recipient in page:
            account = accounts.get(recipient.volunteer)
            if account is None or not account.confident:
                continue
            whose = recipient.volunteers if recipient.volunteer not in away else recipient.stands_in_for
            items = self._digests.items(
                [each for each in follow_ups if each.volunteer in whose], put_out, clients, account, at, now
            )
            if any(item.kinds for item in items):
                drafts.append(Digest(new_id(), account, items))
        claimed = await uow.reminders.claim([each for draft in drafts for each in draft.reminders(now)])
        told = []
        for draft in drafts:
            if (final := await self._settle(uow, draft, claimed, at, now)) is not None:
                self._digests.post(uow, final, at, now)
                told.append(final.account.contact.id)
        return told

    @staticmethod
    async def _settle(
        uow: UnitOfWork, draft: Digest, claimed: Collection[tuple[int, str]], at: Moment, now: datetime
    ) -> Digest | None:
        """The letter as it may be said: without what another process has said meanwhile. None: nothing is new."""
        put_off = [item.follow_up.id for item in draft.items if item.was_put_off]
        said = await uow.reminders.say_put_off(put_off, at.day, draft.letter_id, now) if put_off else set()
        items = [item.without(claimed, said) for item in draft.items]
        return Digest(draft.letter_id, draft.account, items) if any(item.kinds for item in items) else None


def moment_of(rhythm: Rhythm, now: datetime) -> Moment:
    day = local_date(now)
    return Moment(
        day=day,
        next_on=rhythm.next_working_day(day),
        today_began=at_minute(day, 0),
        first_before=at_minute(day - timedelta(days=rhythm.again_after - 1), 0),
        again_before=at_minute(day - timedelta(days=rhythm.tell_after - 1), 0),
    )
