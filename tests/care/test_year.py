"""A year of one client with a moved clock: every state of a follow-up, every date of the law, every change."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from db.session import Database
from db.uow import UnitOfWork
from domain.clients import (
    Change,
    Client,
    ClientDayWrong,
    ClientEnded,
    ClientState,
    ClientUnknown,
    EndReason,
    EndsReason,
    PauseReason,
)
from domain.clock import VIETNAM
from domain.contact_records import Condition
from domain.follow_ups import FollowUpState, Result
from domain.legal_dates import LegalDate, LegalDateKind, LegalDateState
from domain.legal_rules import dates_of_term
from domain.models import Channel
from domain.places import places
from domain.staff import Role, Staff
from hotline.caring import usual_care
from services import clients, follow_ups, records, staffing
from services.client_words import legal_words
from tests.care.rosters import as_csv, client, row, take_over
from texts import vietnamese

care = usual_care()


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=VIETNAM)


async def staff_of(uow: UnitOfWork, name: str, role: Role, now: datetime, volunteer: str = "") -> Staff:
    contact = uow.contacts.known_as(Channel.TERMINAL, name)
    await uow.contacts.see({(Channel.TERMINAL, name): contact}, now)
    if volunteer:
        code = await staffing.invite_volunteer(uow, volunteer, ["Ba Đình"], now)
    else:
        code = await staffing.invite(uow, role, ["Ba Đình"], now)
    return await staffing.join(uow, contact, code, now)


async def dates(uow: UnitOfWork, someone: Client) -> dict[LegalDateKind, LegalDate]:
    return {each.kind: each for each in await uow.legal_dates.list_of_client(someone.id)}


async def test_a_year_of_one_client(database: Database) -> None:
    start = date(2026, 12, 1)
    async with database.transaction() as uow:
        # before the start: entered two weeks ahead, with the decision still missing
        early = at(date(2026, 11, 16))
        officer = await staff_of(uow, "officer", Role.OFFICER, early)
        lan = await staff_of(uow, "lan", Role.VOLUNTEER, early, "TNV-1")
        entered = row("SC-01", "01/12/2026")
        entered[4] = ""
        await take_over(uow, care, as_csv([entered]), early)
        someone = await client(uow, "SC-01")
        law = await dates(uow, someone)
        assert {kind: (each.from_on, each.due_on) for kind, each in law.items()} == {
            LegalDateKind.DECISION: (date(2026, 11, 30), start),
            LegalDateKind.ENTER_LIST: (start, start),
            LegalDateKind.MONITORING: (start, start),
            LegalDateKind.CERTIFICATE: (date(2027, 11, 26), date(2027, 11, 30)),
        }
        # day by day for a year and a half
        happenings = {
            date(2026, 12, 7): "visit",
            date(2026, 12, 8): "visit again",
            date(2026, 12, 14): "nobody there",
            date(2026, 12, 20): "corrected",
            date(2027, 2, 1): "other volunteer",
            date(2027, 3, 1): "prison",
            date(2027, 4, 1): "released",
            date(2027, 6, 1): "absent",
            date(2027, 6, 11): "back",
            date(2027, 8, 2): "moved",
            date(2027, 8, 3): "assigned there",
        }
        day = date(2026, 11, 16)
        while day < date(2028, 1, 20):
            await follow_ups.advance(uow, at(day, 6))
            if what := happenings.get(day):
                await happen(uow, what, officer, lan, day)
            day += timedelta(days=1)
        await check_the_end(uow, officer, day)


async def happen(uow: UnitOfWork, what: str, officer: Staff, lan: Staff, day: date) -> None:
    someone, now, by = await client(uow, "SC-01"), at(day), officer.number
    changes = care.changes
    match what:
        case "visit":
            done = await follow_ups.record(uow, lan, someone.id, Result.VISITED, now)
            assert done.follow_up is not None
            assert done.follow_up.slot.number == 1
            assert not (await follow_ups.record(uow, lan, someone.id, Result.VISITED, now)).new  # a second press
            await records.change(uow, lan, done.record.id, "condition", Condition.STEADY, now)
        case "visit again":  # nothing is due: it counts as a contact and closes nothing
            done = await follow_ups.record(uow, lan, someone.id, Result.PHONED, now)
            assert (done.new, done.follow_up) == (True, None)
        case "nobody there":
            done = await follow_ups.record(uow, lan, someone.id, Result.NOT_MET, now)
            assert (done.new, done.follow_up) == (True, None)
        case "corrected":  # three weeks: recorded as a visit, then it was nobody
            done = await follow_ups.record(uow, lan, someone.id, Result.VISITED, now)
            assert done.follow_up is not None
            await follow_ups.correct(uow, lan, done.record, Result.NOT_MET, now)
            again = await uow.follow_ups.get(done.follow_up.id)
            assert again.state is FollowUpState.DUE
        case "other volunteer":
            await uow.volunteers.add("TNV-2", now)
            await changes.reassign(uow, someone, "TNV-2", day, now, by=by)
        case "prison":
            await changes.pause(uow, someone, PauseReason.PRISON, day, now, by=by)
            assert [each for each in await uow.follow_ups.list_of_client(someone.id) if each.is_open] == []
            law = await dates(uow, someone)
            assert law[LegalDateKind.CERTIFICATE].state is LegalDateState.CANCELLED  # until when is not known now
            assert law[LegalDateKind.LEAVE_LIST].due_on == day
        case "released":
            active = await changes.resume(uow, someone, day, now, by=by)
            assert (active.terms.ends_on, active.terms.reason) == (date(2028, 1, 1), EndsReason.PRISON)
            assert (await dates(uow, someone))[LegalDateKind.CERTIFICATE].due_on == date(2027, 12, 31)
        case "absent":
            await changes.pause(uow, someone, PauseReason.ABSENT, day, now, by=by)
        case "back":
            active = await changes.resume(uow, someone, day, now, by=by)
            assert (active.terms.ends_on, active.terms.reason) == (date(2028, 1, 11), EndsReason.ABSENT)
            with pytest.raises(ClientDayWrong):
                await changes.end(uow, active, EndReason.MOVED, date(2027, 6, 1), now, by=by)
        case "moved":
            await changes.move(uow, someone, places().communes["00008"], day, now, by=by)
            law = await dates(uow, someone)
            assert (law[LegalDateKind.HAND_OVER].due_on, law[LegalDateKind.HAND_OVER].commune) == (
                day + timedelta(days=1),
                "Phường Ba Đình",
            )
            assert law[LegalDateKind.ASSIGN].commune == "Phường Ngọc Hà"
            with pytest.raises(ClientUnknown):  # no longer the old commune's
                await clients.find(uow, officer, "SC-01")
        case "assigned there":
            await changes.reassign(uow, someone, "TNV-2", day, now, by=by)
            assert (await dates(uow, someone))[LegalDateKind.ASSIGN].state is LegalDateState.DONE


async def check_the_end(uow: UnitOfWork, officer: Staff, day: date) -> None:
    someone, now = await client(uow, "SC-01"), at(day)
    law = await dates(uow, someone)
    certificate = law[LegalDateKind.CERTIFICATE]
    assert (certificate.from_on, certificate.due_on) == (date(2028, 1, 6), date(2028, 1, 10))
    assert "QUÁ HẠN" in legal_words(certificate, vietnamese(), day)
    found = await uow.follow_ups.list_of_client(someone.id)
    assert not any(each.is_open for each in found)
    states = Counter(each.state for each in found)
    assert states[FollowUpState.DONE] == 1
    assert states[FollowUpState.CANCELLED] == 2  # of March in prison, of June while away
    assert states[FollowUpState.MISSED] == len(found) - 3
    ended = await care.changes.end(uow, someone, EndReason.COMPLETED, day, now, by=officer.number)
    assert ended.state is ClientState.ENDED
    with pytest.raises(ClientEnded):
        await care.changes.pause(uow, ended, PauseReason.AWAY, day, now, by=None)
    assert (await dates(uow, someone))[LegalDateKind.CERTIFICATE].state is LegalDateState.OPEN  # still to be handed out
    assert [each.change for each in await uow.clients.changes(someone.id)] == [
        Change.IMPORTED,
        Change.ASSIGNED,
        Change.PAUSED,
        Change.RESUMED,
        Change.PAUSED,
        Change.RESUMED,
        Change.MOVED_IN,
        Change.ASSIGNED,
        Change.ENDED,
    ]
    by_commune = await uow.follow_ups.count(date(2026, 1, 1), date(2029, 1, 1), "commune")
    assert {commune for _, commune in by_commune} == {"Phường Ba Đình", "Phường Ngọc Hà"}
    first = [each for each in found if each.slot.due_on < date(2027, 1, 20)]
    assert {each.volunteer for each in first} == {1}  # what was before the change of volunteer stays with the first
    assert {each.volunteer for each in found if each.slot.due_on > date(2027, 9, 1)} == {2}
    assert await uow.audit.verify() >= 0


async def test_every_kind_of_date_has_its_words_and_its_article(database: Database) -> None:
    texts = vietnamese()
    for kind in LegalDateKind:
        assert texts(f"legal_dates.{kind}")
        assert "Điều" in texts(f"legal_dates.{kind}_basis")


async def test_grounds_and_ages_decide_about_monitoring_and_its_review(database: Database) -> None:
    now = at(date(2026, 11, 16))
    rows = [row("A", "17/11/2026"), row("B", "17/11/2026", ground="Bắt buộc"), row("C", "17/11/2026", ground="12-17")]
    async with database.transaction() as uow:
        await take_over(uow, care, as_csv(rows), now)
        found = {code: await dates(uow, await client(uow, code)) for code in "ABC"}
        grown_up = await client(uow, "B")
    assert LegalDateKind.MONITORING_REVIEW not in found["A"]  # one year: nothing is left to be spared
    assert found["B"][LegalDateKind.MONITORING_REVIEW].due_on == date(2027, 11, 17)
    assert found["C"][LegalDateKind.MONITORING_REVIEW].due_on == date(2027, 5, 17)
    assert LegalDateKind.MONITORING_MINOR in found["C"]
    assert LegalDateKind.MONITORING not in found["C"]
    later = dates_of_term(grown_up, [], care.calendar, date(2027, 6, 1))
    assert {each.kind for each in later} == {LegalDateKind.MONITORING_REVIEW, LegalDateKind.CERTIFICATE}


async def test_two_contacts_of_a_day_can_be_corrected_into_the_same(database: Database) -> None:
    now = at(date(2026, 11, 23))
    async with database.transaction() as uow:
        lan = await staff_of(uow, "lan", Role.VOLUNTEER, now, "TNV-1")
        await take_over(uow, care, as_csv([row("A")]), now)
        someone = await client(uow, "A")
        await follow_ups.record(uow, lan, someone.id, Result.VISITED, now)
        second = await follow_ups.record(uow, lan, someone.id, Result.PHONED, now)
        await follow_ups.correct(uow, lan, second.record, Result.VISITED, now)
        assert len(await uow.contact_records.list_of_client(someone.id, 5)) == 2


async def test_the_day_of_a_contact_with_a_client_stays_so_that_a_second_one_is_not_taken_for_it(
    database: Database,
) -> None:
    now = at(date(2026, 11, 23))
    async with database.transaction() as uow:
        lan = await staff_of(uow, "lan", Role.VOLUNTEER, now, "TNV-1")
        await take_over(uow, care, as_csv([row("A")]), now)
        someone = await client(uow, "A")
        first = await follow_ups.record(uow, lan, someone.id, Result.VISITED, now)
        with pytest.raises(records.RecordFieldWrong):
            await records.change(uow, lan, first.record.id, "day", "1", now)
        assert [each.happened_on for each in await uow.contact_records.list_of_client(someone.id, 5)] == [now.date()]
