"""People after rehabilitation: the balance, who looks after them, what was planned and what became of it."""

from __future__ import annotations

from datetime import UTC, date, datetime

from db.session import Database
from db.uow import UnitOfWork
from domain.clients import Client, ClientState, EndReason, EndsReason, LegalGround, PauseReason, Terms
from domain.contact_records import Condition, NewContactRecord, Sex, Way, Work
from domain.follow_ups import FollowUpState, Method, Slot
from domain.ids import new_id
from domain.legal_dates import LegalDateKind, LegalDateState, NewLegalDate
from domain.periods import Period
from domain.report import Report
from domain.report_objects import Scope
from services.reporting.tracing import Tracing
from tests.report_example import BUILDER, NOW, SETTINGS
from texts import vietnamese

CALENDAR = SETTINGS.calendar
Q4 = CALENDAR.quarter(2026, 4)
HERE, THERE = "Tân Bình", "Phú Hòa"


def client(
    code: str,
    start_on: date,
    *,
    commune: str = HERE,
    ground: LegalGround = LegalGround.VOLUNTARY,
    sex: Sex = Sex.MALE,
    birth_year: int | None = 1990,
    volunteer: int | None = None,
) -> Client:
    return Client(
        id=new_id(),
        code=code,
        ground=ground,
        sex=sex,
        birth_year=birth_year,
        start_on=start_on,
        decision="",
        decided_on=None,
        terms=Terms(None, None, date(2028, 1, 1), EndsReason.DECISION),
        state=ClientState.ACTIVE,
        state_reason="",
        state_on=start_on,
        commune=commune,
        commune_code="",
        volunteer=volunteer,
    )


async def settle(uow: UnitOfWork) -> dict[str, Client]:
    """Five people: one of old, one new, one who ended, one who moved within the province, one elsewhere."""
    made = {
        "old": client("A1", date(2026, 3, 1), volunteer=1),
        "new": client("A2", date(2026, 10, 5), ground=LegalGround.COMPULSORY, sex=Sex.FEMALE, birth_year=2010),
        "ended": client("A3", date(2026, 3, 1), birth_year=None, volunteer=1),
        "moved": client("A4", date(2026, 3, 1), ground=LegalGround.SUBSTITUTION, volunteer=2),
        "there": client("A5", date(2026, 9, 15), commune=THERE, volunteer=2),
    }
    for each in made.values():
        await uow.clients.add(each, NOW)
    await uow.clients.move(made["ended"].id, None, date(2026, 11, 1), EndReason.COMPLETED)
    await uow.clients.assign(made["ended"].id, None, date(2026, 11, 1))
    await uow.clients.move(made["moved"].id, THERE, date(2026, 10, 20), EndReason.MOVED)
    await uow.clients.interrupt(made["old"].id, PauseReason.AWAY, date(2026, 12, 1))
    return made


async def report_of(database: Database, period: Period, scope: Scope = Scope()) -> Report:  # noqa: B008 - frozen
    async with database.reading() as uow:
        built = await BUILDER.count(uow, period, scope)
    return BUILDER.report(built, period, scope, NOW).report


def now(report: Report, table: str) -> dict[str, object]:
    return {row.key: row.cells[report.table(table).place("now")] for row in report.table(table).rows}


async def test_the_balance_of_the_province_and_of_each_commune(database: Database) -> None:
    async with database.transaction() as uow:
        await settle(uow)
    province = now(await report_of(database, Q4), "flows")
    here = now(await report_of(database, Q4, Scope(frozenset({HERE}))), "flows")
    there = now(await report_of(database, Q4, Scope(frozenset({THERE}))), "flows")
    assert [province[key] for key in ("start", "new", "ended", "end")] == [3, 2, 1, 4]
    assert (province["ended.completed"], province["ended.moved"]) == (1, 0)
    assert [here[key] for key in ("start", "new", "ended", "end")] == [3, 1, 2, 2]
    assert here["ended.moved"] == 1
    assert [there[key] for key in ("start", "new", "ended", "end")] == [0, 2, 0, 2]
    assert (province["assigned"], province["paused"]) == (3, 1)


async def test_every_figure_of_people_leads_back_to_their_codes(database: Database) -> None:
    async with database.transaction() as uow:
        await settle(uow)
    report, tracing = await report_of(database, Q4), Tracing(BUILDER, vietnamese())
    async with database.transaction() as uow:
        for table in ("flows", "grounds"):
            for row, figure in now(report, table).items():
                traced = await tracing.trace(uow, Q4, Scope(), table, row, NOW, by=5)
                assert traced is not None and len(traced.clients) == figure, (table, row)


async def test_what_ends_one_period_begins_the_next_and_months_add_up(database: Database) -> None:
    async with database.transaction() as uow:
        await settle(uow)
    months = [now(await report_of(database, CALENDAR.month(2026, number)), "flows") for number in (10, 11, 12)]
    quarter = now(await report_of(database, Q4), "flows")
    assert [month["end"] for month in months[:-1]] == [month["start"] for month in months[1:]]
    assert (quarter["start"], quarter["end"]) == (months[0]["start"], months[-1]["end"])
    for flow in ("new", "ended", "ended.completed"):
        assert quarter[flow] == sum(int(str(month[flow])) for month in months)
    for month in months:
        start, new, ended, end = (int(str(month[key])) for key in ("start", "new", "ended", "end"))
        assert start + new - ended == end


async def test_who_is_under_management_at_the_end(database: Database) -> None:
    async with database.transaction() as uow:
        await settle(uow)
    report = await report_of(database, Q4)
    grounds = now(report, "grounds")
    assert (grounds["voluntary"], grounds["substitution"], grounds["compulsory"], grounds["total"]) == (2, 1, 1, 4)
    assert now(report, "client_communes") == {HERE: 2, THERE: 2, "total": 4}
    assert now(report, "client_sex")["female"] == 1
    ages = now(report, "client_age")
    assert (ages["12_17"], ages["30_plus"], ages["unknown"]) == (1, 3, 0)


async def test_planned_contacts_and_legal_dates_and_how_it_goes(database: Database) -> None:
    async with database.transaction() as uow:
        made = await settle(uow)
        person = made["old"]
        slots = [
            Slot(n, date(2026, 10, n), date(2026, 10, n), date(2026, 10, n + 2), Method.ANY, 9) for n in range(1, 6)
        ]
        await uow.follow_ups.add(person.id, slots, 1, HERE)
        planned = await uow.follow_ups.list_of_client(person.id)
        for each, state, done in zip(
            planned,
            (FollowUpState.DONE, FollowUpState.DONE, FollowUpState.MISSED, FollowUpState.CANCELLED),
            (date(2026, 10, 2), date(2026, 10, 20), None, None),
            strict=False,
        ):
            await uow.follow_ups.close(each, state, NOW, by=None, done_on=done)
        dates = [
            NewLegalDate(LegalDateKind.DECISION, date(2026, 10, 1), date(2026, 10, 3), occasion=str(n))
            for n in range(3)
        ]
        await uow.legal_dates.put(person.id, dates, HERE)
        legal = await uow.legal_dates.list_of_client(person.id)
        await uow.legal_dates.set_state([legal[0].id], LegalDateState.DONE, NOW, done_on=date(2026, 10, 3))
        await uow.legal_dates.set_state([legal[1].id], LegalDateState.DONE, NOW, done_on=date(2026, 10, 4))
        for day, condition in ((2, Condition.STEADY), (20, Condition.USED_AGAIN), (25, Condition.USED_AGAIN)):
            at = datetime(2026, 10, day, 3, tzinfo=UTC)
            record = NewContactRecord(
                at.date(), at, Way.VISIT, 1, "met", commune=HERE, client_id=person.id, volunteer=1
            )
            await uow.contact_records.add(record)
            await uow.contact_records.change(
                (await uow.contact_records.list_of_client(person.id, 1))[0].id, condition=condition, work=Work.HAS
            )
        at = datetime(2026, 10, 26, 3, tzinfo=UTC)
        for missed in (made["old"], made["new"]):  # nobody was there
            record = NewContactRecord(
                at.date(), at, Way.VISIT, 1, "no_answer", commune=HERE, client_id=missed.id, volunteer=2
            )
            await uow.contact_records.add(record)
    report = await report_of(database, Q4)
    assert now(report, "follow_ups") == {"in_time": 1, "late": 1, "missed": 1, "open": 1, "total": 4}
    assert now(report, "condition") == {"": 0, "steady": 1, "worried": 0, "used_again": 2, "left": 0, "total": 3}
    assert now(report, "work")["has"] == 3
    assert now(report, "client_people") == {"contacted": 1, "used_again": 1}
    legal_dates = now(report, "legal_dates")
    assert [legal_dates[key] for key in ("decision", "decision.in_time", "decision.late", "decision.open")] == [
        3,
        1,
        1,
        1,
    ]
    volunteers = now(report, "volunteers")
    assert (volunteers["volunteers_assigned"], volunteers["load_1"], volunteers["load_2"]) == (2, 1, 1)
    assert (volunteers["volunteers_active"], volunteers["client_contacts"]) == (1, 3)


async def test_targets_say_whether_they_are_reached_and_by_how_much_not(database: Database) -> None:
    async with database.transaction() as uow:
        await settle(uow)
    table = (await report_of(database, Q4)).table("targets")
    managed = {column.key: table.cell("managed", column.key) for column in table.columns}
    assert (managed["part"], managed["whole"]) == (3, 4)
    assert [str(managed[key]) for key in ("reached", "wanted", "gap")] == ["75.00", "100", "-25.00"]
    assert managed["verdict"] == "Chưa đạt"
    assert table.cell("voluntary", "verdict") == "Đạt"
    assert table.cell("reached", "part") == 0


async def test_a_report_without_anybody_after_rehabilitation_has_no_empty_tables_of_them(database: Database) -> None:
    report = await report_of(database, Q4)
    assert [section.key for section in report.sections] == ["summary", "hotline"]
