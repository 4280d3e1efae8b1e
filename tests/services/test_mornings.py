"""The morning round against a real database: nobody forgotten, nobody told twice, whatever clock and process do."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, type_coerce, update
from sqlalchemy.types import LargeBinary

from db.client_rows import ClientRow, FollowUpRow, ReminderRow
from db.models import OutboxRow
from db.session import Database
from db.volunteer_rows import VolunteerDutyRow
from domain.clock import VIETNAM
from domain.follow_ups import FollowUpState
from domain.models import Channel, OutboxState, Outgoing, Priority
from domain.rhythm import Rhythm
from domain.volunteering import Kind
from hotline.caring import usual_care
from services.digests import Digests
from services.morning import MorningRound, moment_of
from services.unreached import Unreached
from tests.many_volunteers import COMMUNE, fill
from tests.patience import eventually
from texts import vietnamese

THURSDAY = datetime(2026, 12, 3, 8, 0, tzinfo=VIETNAM)
TODAY = THURSDAY.date()
JOINED = THURSDAY - timedelta(days=30)
texts = vietnamese()


def round_of(database: Database, rhythm: Rhythm | None = None) -> MorningRound:
    rhythm = rhythm or Rhythm()
    return MorningRound(database, rhythm, Digests(texts, rhythm))


def days(first: int, last: int) -> tuple[date, date]:
    """A window, counted from Thursday."""
    return TODAY + timedelta(days=first), TODAY + timedelta(days=last)


async def people(database: Database, many: int, *windows: tuple[date, date], clients_each: int = 1) -> None:
    chats = [str(7_000_000 + number) for number in range(many)]
    await fill(database, chats, windows or [days(0, 7)], JOINED, clients_each=clients_each)


async def letters(database: Database) -> list[Outgoing]:
    """Everything that was put out, oldest first."""
    async with database.reading() as uow:
        contacts = set((await uow.execute(select(OutboxRow.contact_id))).scalars())
        found = [letter for contact in contacts for letter in await uow.outbox.list_for(contact, 0)]
    return sorted(found, key=lambda letter: letter.id)


async def send_all(database: Database, now: datetime) -> None:
    async with database.transaction() as uow:
        while sent := await uow.outbox.claim_due(Channel.TELEGRAM, now, 100):
            await uow.outbox.set_sent([each.id for each in sent])


async def states(database: Database) -> list[str]:
    async with database.reading() as uow:
        return list((await uow.execute(select(FollowUpRow.state).order_by(FollowUpRow.earliest_on))).scalars())


async def test_one_letter_in_the_morning_and_none_after_it(database: Database) -> None:
    await people(database, 3, days(0, 7), clients_each=2)
    round_ = round_of(database)
    assert await round_.run(THURSDAY - timedelta(minutes=1)) == []
    assert len(await round_.run(THURSDAY)) == 3
    assert await round_.run(THURSDAY) == []
    assert await round_of(database).run(THURSDAY + timedelta(hours=5)) == []  # a process that was started anew
    told = await letters(database)
    assert len(told) == 3
    assert all(letter.letter.text.count("từ 3/12 đến 10/12") == 2 for letter in told)
    assert all(letter.priority is Priority.NOTICE and letter.letter.notice for letter in told)


async def test_no_name_and_no_word_of_the_matter_stands_on_a_locked_screen(database: Database) -> None:
    await people(database, 1)
    await round_of(database).run(THURSDAY)
    [letter] = await letters(database)
    said = " ".join([letter.letter.text, *(choice.label for choice in letter.letter.choices)]).lower()
    for word in ("cai", "nghiện", "ma túy", "quản lý", "hotline", "đường dây"):
        assert word not in said


async def test_after_seven_days_off_open_windows_are_said_late_and_passed_ones_are_missed(database: Database) -> None:
    await people(database, 1, days(-7, -2), days(-1, 5), days(-6, 1))
    assert len(await round_of(database).run(THURSDAY + timedelta(hours=1))) == 1
    assert await states(database) == [FollowUpState.MISSED, FollowUpState.DUE, FollowUpState.DUE]
    [letter] = await letters(database)
    assert texts("digest.late", day="thứ Sáu 27/11") in letter.letter.text
    assert "từ 2/12 đến 8/12" in letter.letter.text


async def test_what_could_not_have_been_said_in_time_is_not_called_late(database: Database) -> None:
    """The volunteer joined in the middle of the window."""
    await fill(database, ["7000001"], [days(-6, 3)], THURSDAY - timedelta(days=1))
    await round_of(database).run(THURSDAY)
    [letter] = await letters(database)
    assert "muộn" not in letter.letter.text


async def test_at_night_nothing_leaves_and_what_has_not_left_is_said_in_the_morning(database: Database) -> None:
    await people(database, 2)
    round_ = round_of(database)
    await round_.run(THURSDAY.replace(hour=19, minute=59))
    assert len(await letters(database)) == 2
    assert await round_.run(THURSDAY.replace(hour=20)) == []
    assert await letters(database) == []
    assert await round_.run(THURSDAY.replace(hour=23)) == []
    assert len(await round_.run(THURSDAY + timedelta(days=1))) == 2
    assert all(texts("digest.late", day="thứ Năm 3/12") in each.letter.text for each in await letters(database))


async def test_what_has_left_is_not_said_again_at_night(database: Database) -> None:
    await people(database, 2)
    round_ = round_of(database)
    await round_.run(THURSDAY)
    await send_all(database, THURSDAY)
    await round_.run(THURSDAY.replace(hour=21))
    assert await round_.run(THURSDAY + timedelta(days=1)) == []


async def test_a_clock_that_is_set_back_says_nothing_twice(database: Database) -> None:
    await people(database, 2)
    round_ = round_of(database)
    assert len(await round_.run(THURSDAY + timedelta(hours=2))) == 2
    assert await round_.run(THURSDAY) == []
    assert await round_.run(THURSDAY - timedelta(days=1)) == []
    assert await round_.run(THURSDAY + timedelta(hours=2)) == []


async def test_a_clock_that_was_a_month_ahead_has_missed_nothing_when_it_is_right_again(database: Database) -> None:
    await people(database, 1, days(0, 7), days(8, 14))
    round_ = round_of(database)
    await round_.run(THURSDAY + timedelta(days=31))
    assert await states(database) == [FollowUpState.MISSED, FollowUpState.MISSED]
    assert len(await round_.run(THURSDAY)) == 1
    assert await states(database) == [FollowUpState.DUE, FollowUpState.PLANNED]


async def test_two_processes_say_it_once(database: Database) -> None:
    """Even without the lock that keeps the second one out."""
    await people(database, 300)
    rounds = [round_of(database) for _ in range(2)]
    at = moment_of(Rhythm(), THURSDAY)
    told = await asyncio.gather(*(each._remind_all(at, THURSDAY) for each in rounds))
    assert len(told[0]) + len(told[1]) == 300
    assert len(await letters(database)) == 300


async def test_with_the_lock_one_process_plans_and_the_other_one_waits(database: Database) -> None:
    await people(database, 50)
    told = await asyncio.gather(*(round_of(database).run(THURSDAY) for _ in range(2)))
    assert sorted(map(len, told))[-1] == 50
    assert len(await letters(database)) == 50


async def test_a_round_that_is_cut_off_is_finished_by_the_next_one(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.morning.PAGE", 10)
    await people(database, 50)
    running = asyncio.create_task(round_of(database).run(THURSDAY))

    async def begun() -> bool:
        return len(await letters(database)) >= 10

    await eventually(begun)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    before = len(await letters(database))
    await round_of(database).run(THURSDAY)
    told = await letters(database)
    assert 10 <= before <= 50
    assert len(told) == len({letter.contact.id for letter in told}) == 50


async def test_one_bad_row_never_stops_the_others(database: Database) -> None:
    await people(database, 5)
    async with database.transaction() as uow:
        ids = list((await uow.execute(select(FollowUpRow.id).order_by(FollowUpRow.volunteer))).scalars())
        await uow.execute(update(FollowUpRow).where(FollowUpRow.id == ids[1]).values(method="nonsense"))
        code = type_coerce(b"not sealed with our key at all", LargeBinary)
        await uow.execute(update(ClientRow).where(ClientRow.volunteer == 4).values(code=code))
    assert len(await round_of(database).run(THURSDAY)) == 4
    told = await letters(database)
    assert sum(texts("digest.code_unreadable") in letter.letter.text for letter in told) == 1


async def test_silence_is_repeated_after_three_days_once_and_then_the_officer_is_to_know(database: Database) -> None:
    await people(database, 1, days(0, 13))
    round_, unreached = round_of(database), Unreached(texts, Rhythm())
    told = []
    for day in range(8):
        now = THURSDAY + timedelta(days=day)
        if await round_.run(now):
            told.append(day)
        await send_all(database, now)
    assert told == [0, 3]
    assert texts("digest.again") in (await letters(database))[-1].letter.text
    async with database.reading() as uow:
        assert await unreached.silent(uow, None, THURSDAY + timedelta(days=4)) == set()
        assert len(await unreached.silent(uow, [COMMUNE], THURSDAY + timedelta(days=5))) == 1
        assert await unreached.silent(uow, ["Phường Khác"], THURSDAY + timedelta(days=5)) == set()


async def give_to_the_second(database: Database, now: datetime) -> None:
    """The first volunteer's client, in the middle of the day."""
    async with database.transaction() as uow:
        [client] = await uow.clients.list_of(volunteer=1)
        await usual_care().changes.reassign(uow, client, "TNV-00002", TODAY, now, by=None)


async def test_whoever_gets_a_client_in_the_middle_of_a_window_is_told_although_the_one_before_was(
    database: Database,
) -> None:
    await people(database, 2, days(-4, 7))
    round_ = round_of(database)
    for day in (-4, -1):  # the first reminder and the second
        assert len(await round_.run(THURSDAY + timedelta(days=day))) == 2
        await send_all(database, THURSDAY + timedelta(days=day))
    assert await round_.run(THURSDAY) == []
    await give_to_the_second(database, THURSDAY + timedelta(hours=2))
    assert len(await round_.run(THURSDAY + timedelta(hours=2))) == 1
    told = (await letters(database))[-1].letter.text
    assert "SC-00001-0" in told
    assert "muộn" not in told
    assert texts("digest.again") not in told.splitlines()[1]
    await send_all(database, THURSDAY + timedelta(hours=2))
    assert len(await round_.run(THURSDAY + timedelta(days=3))) == 1, "and if they are silent, once more"


async def test_a_letter_that_has_not_left_does_not_tell_the_one_before_of_the_client(database: Database) -> None:
    await people(database, 2, days(0, 7))
    round_ = round_of(database)
    assert len(await round_.run(THURSDAY)) == 2
    await give_to_the_second(database, THURSDAY)
    assert len(await round_.run(THURSDAY)) == 1
    told = [letter.letter.text for letter in await letters(database)]
    assert len(told) == 2
    assert sum("SC-00001-0" in text for text in told) == 1
    assert "SC-00001-0" in told[-1]


async def test_a_reassigned_client_of_whom_nobody_can_be_told_comes_to_the_officer(database: Database) -> None:
    await people(database, 2, days(0, 7))
    await round_of(database).run(THURSDAY)
    await send_all(database, THURSDAY)
    async with database.transaction() as uow:
        await uow.execute(update(VolunteerDutyRow).where(VolunteerDutyRow.staff == 2).values(confident_at=None))
    await give_to_the_second(database, THURSDAY)
    assert await round_of(database).run(THURSDAY) == []
    async with database.reading() as uow:
        lines = await Unreached(texts, Rhythm()).lines(uow, [COMMUNE], THURSDAY)
    assert any("SC-00001-0" in line and "TNV-00002" in line for line in lines)


async def test_on_the_last_day_it_is_said_again(database: Database) -> None:
    await people(database, 1, days(0, 1))
    round_ = round_of(database)
    assert len(await round_.run(THURSDAY)) == 1
    assert await round_.run(THURSDAY + timedelta(hours=3)) == []
    await send_all(database, THURSDAY)
    assert len(await round_.run(THURSDAY + timedelta(days=1))) == 1


async def test_what_lies_in_days_off_is_announced_on_the_last_working_day_before(database: Database) -> None:
    """Saturday and Sunday off: a window of the weekend is told of on Friday, one that goes on on Monday."""
    rhythm = Rhythm(is_day_off=lambda day: day.weekday() >= 5)
    await people(database, 1, days(2, 3), days(2, 6))
    round_ = round_of(database, rhythm)
    assert await round_.run(THURSDAY) == []
    friday = THURSDAY + timedelta(days=1)
    assert len(await round_.run(friday)) == 1
    assert "từ 5/12 đến 6/12" in (await letters(database))[-1].letter.text
    assert "đến 9/12" not in (await letters(database))[-1].letter.text
    await send_all(database, friday)
    for day in (2, 3):
        assert await round_.run(THURSDAY + timedelta(days=day)) == []
    assert len(await round_.run(THURSDAY + timedelta(days=4))) == 1
    assert "từ 5/12 đến 9/12" in (await letters(database))[-1].letter.text


async def test_who_is_away_is_left_alone_and_the_deputy_is_told_for_both(database: Database) -> None:
    await people(database, 3)
    async with database.transaction() as uow:
        await uow.volunteering.add_absence(1, TODAY, TODAY)
        helped = await uow.volunteering.add_absence(2, TODAY, TODAY)
        await uow.volunteering.set_deputy(helped, 3)
        assert await uow.volunteering.accept(helped, 3, THURSDAY)
    round_ = round_of(database)
    assert len(await round_.run(THURSDAY)) == 1
    [letter] = await letters(database)
    await send_all(database, THURSDAY)
    assert "có 2 việc" in letter.letter.text
    assert letter.letter.text.count(texts("digest.stands_in")) == 1
    async with database.reading() as uow:
        lines = await Unreached(texts, Rhythm()).lines(uow, [COMMUNE], THURSDAY)
    assert lines[0] == texts("unreached.head", count=1)
    assert texts("unreached.away", code="TNV-00001") in lines[1]
    assert len(await round_.run(THURSDAY + timedelta(days=1))) == 1, "back again, with what was not said"


async def test_a_deputy_who_has_not_accepted_the_duty_is_nobody_and_the_officer_is_told(database: Database) -> None:
    await people(database, 2, days(0, 3))
    async with database.transaction() as uow:
        helped = await uow.volunteering.add_absence(1, TODAY, TODAY + timedelta(days=3))
        await uow.volunteering.set_deputy(helped, 2)
        assert await uow.volunteering.accept(helped, 2, THURSDAY)
        await uow.execute(update(VolunteerDutyRow).where(VolunteerDutyRow.staff == 2).values(confident_at=None))
    assert await round_of(database).run(THURSDAY) == []
    async with database.reading() as uow:
        lines = await Unreached(texts, Rhythm()).lines(uow, [COMMUNE], THURSDAY)
    assert lines[0] == texts("unreached.head", count=2)


async def test_a_quiet_minute_looks_only_at_what_has_begun(database: Database) -> None:
    """A province has half a million plans ahead; SQLite tells how it would look for those of today."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL plans by its statistics")
    await people(database, 2, days(7, 14))
    said: list[tuple[str, Any]] = []

    @event.listens_for(database.engine.sync_engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if "FROM follow_ups" in statement:
            said.append((statement, values))

    await round_of(database).run(THURSDAY)
    assert len(said) >= 4
    async with database.engine.connect() as connection:
        for statement, values in said.copy():
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plan = [str(row[3]) for row in rows]
            assert not any(step.startswith("SCAN follow_ups") for step in plan), plan
            assert not any("ix_follow_ups_latest (latest_on>" in step for step in plan), plan


async def test_whoever_cannot_be_reached_is_shown_with_the_reason_and_once(database: Database) -> None:
    await people(database, 1)
    await round_of(database).run(THURSDAY)
    unreached = Unreached(texts, Rhythm())
    async with database.transaction() as uow:
        assert await unreached.lines(uow, None, THURSDAY) == []
        [letter] = await uow.outbox.claim_due(Channel.TELEGRAM, THURSDAY, 5)
        await uow.outbox.set_state([letter.id], OutboxState.UNREACHABLE)
        await uow.unreachable.set_reason(letter.contact.id, "stopped", THURSDAY)
        lines = await unreached.lines(uow, None, THURSDAY)
        await unreached.note(uow, None, THURSDAY)
        assert await unreached.lines(uow, None, THURSDAY) == []
    why = texts("unreached.unreachable", code="TNV-00001", why=texts("volunteer.why_stopped"))
    assert why in lines[1]


async def test_a_window_that_nobody_was_there_for_is_told_of_when_somebody_is(database: Database) -> None:
    await people(database, 1)
    async with database.transaction() as uow:
        await uow.execute(update(FollowUpRow).values(volunteer=None))
        await uow.execute(update(ClientRow).values(volunteer=None))
    assert await round_of(database).run(THURSDAY) == []
    async with database.transaction() as uow:
        assert texts("unreached.nobody") in (await Unreached(texts, Rhythm()).lines(uow, None, THURSDAY))[1]
        await uow.execute(update(FollowUpRow).values(volunteer=1))
    assert len(await round_of(database).run(THURSDAY)) == 1


async def test_of_each_kind_there_is_one_reminder_in_the_ledger(database: Database) -> None:
    await people(database, 2)
    for day in range(9):
        now = THURSDAY + timedelta(days=day)
        await round_of(database).run(now)
        await send_all(database, now)
    async with database.reading() as uow:
        kinds = list((await uow.execute(select(ReminderRow.kind))).scalars())
    assert sorted(kinds) == sorted([Kind.FIRST, Kind.FIRST, Kind.AGAIN, Kind.AGAIN])


def test_the_hour_the_night_and_the_lateness_are_settings() -> None:
    rhythm = Rhythm(digest_at=6 * 60 + 30, quiet_from=21 * 60, quiet_until=6 * 60)
    assert rhythm.morning_of(THURSDAY.replace(hour=6, minute=29)) is None
    assert rhythm.morning_of(THURSDAY.replace(hour=6, minute=30)) == TODAY
    assert rhythm.morning_of(THURSDAY.replace(hour=20, minute=59)) == TODAY
    assert rhythm.morning_of(THURSDAY.replace(hour=21)) is None
    assert rhythm.awake(THURSDAY.replace(hour=23)) == THURSDAY.replace(hour=6) + timedelta(days=1)
    assert rhythm.awake(THURSDAY.replace(hour=3)) == THURSDAY.replace(hour=6)
    late = replace(rhythm, late_after=timedelta(hours=2))
    assert late.is_late(TODAY, THURSDAY.replace(hour=9))
    assert not late.is_late(TODAY, THURSDAY)
