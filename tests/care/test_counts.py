"""Counts by volunteer, commune and month add up whatever happens in whatever order, and the past stays where it is."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from db.opening import KeySource, open_database
from db.session import Database
from db.uow import UnitOfWork
from domain.clients import Client, ClientState, EndReason, PauseReason
from domain.clock import local_date
from domain.contact_records import ContactRecord
from domain.errors import HotlineError
from domain.follow_ups import FollowUp, FollowUpState, Result
from domain.models import Channel
from domain.places import places
from domain.staff import Role, Staff
from domain.terms import terms_of
from hotline.caring import usual_care
from services import follow_ups, staffing
from services.care import Care
from tests.care.rosters import NGOC_HA, as_csv, client, row, take_over

START = datetime(2026, 11, 2, 2, tzinfo=UTC)
EVER = (date(2026, 1, 1), date(2030, 1, 1))
CODES = ("SC-01", "SC-02")
VOLUNTEERS = ("TNV-1", "TNV-2", "TNV-3")
COMMUNES = ("00004", "00008")

happenings = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "visited",
                "phoned",
                "not_met",
                "correct",
                "withdraw",
                "reassign",
                "move",
                "pause",
                "resume",
                "end",
                "reopen",
            ]
        ),
        st.sampled_from(CODES),
        st.integers(0, 3),
        st.integers(0, 20),
    ),
    max_size=14,
)


class Undone(Exception):
    """Ends an example's transaction."""


class Story:
    """One example: a clock, two clients, whoever writes things down."""

    def __init__(self, uow: UnitOfWork, care: Care, officer: Staff) -> None:
        self.uow, self.care, self.officer = uow, care, officer
        self.now = START

    async def happens(self, what: str, code: str, which: int, days: int) -> None:
        self.now += timedelta(days=days)
        await follow_ups.advance(self.uow, self.now)
        before = await self.all_follow_ups()
        try:
            may_change = await self.do(what, code, which)
        except HotlineError:  # not possible now, and nothing has happened
            may_change = set()
        self.check_past(before, await self.all_follow_ups(), may_change)

    async def do(self, what: str, code: str, which: int) -> set[int]:
        """Returns the closed follow-ups that this may change."""
        uow, changes, now, by = self.uow, self.care.changes, self.now, self.officer.number
        someone, today = await client(uow, code), local_date(now)
        match what:
            case "visited" | "phoned" | "not_met":
                recorded = await follow_ups.record(uow, self.officer, someone.id, Result(what), now)
                return {recorded.follow_up.id} if recorded.follow_up else set()
            case "correct" | "withdraw":
                return await self.correct(someone, what, which)
            case "reassign":
                await changes.reassign(uow, someone, VOLUNTEERS[which % 3], today, now, by=by)
            case "move":
                to = places().communes[COMMUNES[which % 2]]
                await changes.move(uow, someone, to, today, now, by=by)
            case "pause":
                await changes.pause(uow, someone, list(PauseReason)[which], today, now, by=by)
            case "end":
                await changes.end(uow, someone, list(EndReason)[which], today, now, by=by)
            case "resume" | "reopen":
                cancelled = {each.id for each in await self.all_follow_ups() if each.state is FollowUpState.CANCELLED}
                if what == "resume":
                    await changes.resume(uow, someone, today, now, by=by)
                else:
                    await changes.reopen(uow, someone, now, by=by)
                return cancelled
        return set()

    async def correct(self, someone: Client, what: str, which: int) -> set[int]:
        records = await self.uow.contact_records.list_of_client(someone.id, 1)
        if not records:
            return set()
        missed = {
            each.id
            for each in await self.uow.follow_ups.list_of_client(someone.id)
            if each.state is FollowUpState.MISSED
        }
        touched = missed | {records[0].follow_up_id or 0}
        if what == "withdraw":
            await follow_ups.withdraw(self.uow, records[0], self.officer, self.now)
        else:
            await follow_ups.correct(self.uow, self.officer, records[0], list(Result)[which % 3], self.now)
        return touched

    def check_past(self, before: Sequence[FollowUp], after: Sequence[FollowUp], may_change: set[int]) -> None:
        now = {each.id: each for each in after}
        for each in before:
            if not each.is_open and each.id not in may_change:
                assert now[each.id] == each

    async def all_follow_ups(self) -> list[FollowUp]:
        return await self.uow.follow_ups.list_due_between(*EVER)

    async def check_sums(self) -> None:
        uow = self.uow
        rows = await self.all_follow_ups()
        whole = Counter(each.state for each in rows)
        by_volunteer = await uow.follow_ups.count(*EVER, "volunteer")
        by_commune = await uow.follow_ups.count(*EVER, "commune")
        assert by_volunteer == Counter((each.state, each.volunteer) for each in rows)
        assert by_commune == Counter((each.state, each.commune) for each in rows)
        months: Counter[FollowUpState] = Counter()
        for year in range(2026, 2030):
            for month in range(1, 13):
                first = date(year, month, 1)
                last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
                months.update({key[0]: many for key, many in (await uow.follow_ups.count(first, last)).items()})
        for sums in (_by_state(by_volunteer), _by_state(by_commune), months):
            assert +sums == +whole

    async def check_records(self) -> None:
        """Every follow-up that is done has its contact, and every contact that closed one is named by it."""
        records = await self.uow.contact_records.list_between(*EVER)
        closing = {
            each.follow_up_id: each for each in records if each.follow_up_id is not None and each.outcome == "met"
        }
        done = {each.id: each for each in await self.all_follow_ups() if each.state is FollowUpState.DONE}
        assert {each.record_id for each in done.values()} == {
            record.id for key, record in closing.items() if key in done and done[key].record_id == record.id
        }
        counted: list[ContactRecord] = []
        for volunteer in await self.uow.volunteers.list_all():
            counted += await self.uow.contact_records.list_of_volunteer(volunteer.number, *EVER)
        unassigned = [each for each in records if each.volunteer is None]
        assert sorted(each.id for each in (*counted, *unassigned)) == sorted(each.id for each in records)

    async def check_histories(self) -> None:
        for code in CODES:
            someone = await client(self.uow, code)
            stays = await self.uow.clients.stays([someone.id])
            assignments = await self.uow.clients.assignments([someone.id])
            _follow_each_other([(each.from_on, each.until) for each in stays])
            _follow_each_other([(each.from_on, each.until) for each in assignments])
            ended = someone.state is ClientState.ENDED
            assert [each.commune for each in stays if each.until is None] == ([] if ended else [someone.commune])
            current = [] if ended or someone.volunteer is None else [someone.volunteer]
            assert [each.volunteer for each in assignments if each.until is None] == current
            pauses = await self.uow.clients.interruptions(someone.id)
            if not ended:
                assert someone.terms == terms_of(someone.ground, someone.start_on, None, pauses)
            for each in await self.uow.follow_ups.list_of_client(someone.id):
                state = FollowUpState.PLANNED
                for change in await self.uow.follow_ups.changes(each.id):
                    assert change.before is state
                    state = change.after
                assert state is each.state  # the trail tells it all
                if each.is_open:
                    assert (each.volunteer, each.commune) == (someone.volunteer, someone.commune)


def _by_state(counts: dict[tuple[Any, ...], int]) -> Counter[FollowUpState]:
    sums: Counter[FollowUpState] = Counter()
    for key, many in counts.items():
        sums[key[0]] += many
    return sums


def _follow_each_other(spans: list[tuple[date, date | None]]) -> None:
    for (start, until), (following, _) in pairwise(spans):
        assert until is not None
        assert start <= until <= following


def test_counts_add_up_and_the_past_stays_whatever_happens_in_whatever_order(tmp_path: Path) -> None:
    care = usual_care()
    with asyncio.Runner() as runner:
        database = runner.run(open_database(f"sqlite+aiosqlite:///{tmp_path / 'h.db'}", KeySource(tmp_path / "key")))
        officer = runner.run(_prepare(database, care))

        @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(happenings)
        def holds(story: list[tuple[str, str, int, int]]) -> None:
            runner.run(_tell(database, care, officer, story))

        try:
            holds()
        finally:
            runner.run(database.close())


async def _prepare(database: Database, care: Care) -> Staff:
    async with database.transaction() as uow:
        contact = uow.contacts.known_as(Channel.TERMINAL, "officer")
        await uow.contacts.see({(Channel.TERMINAL, "officer"): contact}, START)
        officer = await staffing.join(uow, contact, await staffing.invite(uow, Role.OFFICER, (), START), START)
        await uow.volunteers.add("TNV-3", START)
        rows = [row("SC-01"), row("SC-02", volunteer="TNV-2", commune=NGOC_HA, ground="Bắt buộc")]
        await take_over(uow, care, as_csv(rows), START)
    return officer


async def _tell(database: Database, care: Care, officer: Staff, happenings: list[tuple[str, str, int, int]]) -> None:
    try:
        async with database.transaction() as uow:
            story = Story(uow, care, officer)
            for happening in happenings:
                await story.happens(*happening)
            await story.check_sums()
            await story.check_records()
            await story.check_histories()
            raise Undone
    except Undone:
        pass
