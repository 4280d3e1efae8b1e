"""What the hotline's tables say, against a recount in plain Python of the same rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from db.session import Database
from domain.callbacks import Outcome
from domain.clock import VIETNAM, local_date
from domain.contact_records import NewContactRecord, Referral, Way, Who
from domain.figures import write_percent
from domain.periods import Period
from domain.report import Report
from domain.report_objects import Scope, ScopeUnknown
from tests.report_example import BUILDER, NOW, SETTINGS, example_report, fill, records

CALENDAR = SETTINGS.calendar


async def report_of(database: Database, period: Period, scope: Scope = Scope()) -> Report:  # noqa: B008 - frozen
    async with database.reading() as uow:
        built = await BUILDER.count(uow, period, scope)
    return BUILDER.report(built, period, scope, NOW).report


def column(report: Report, table: str, name: str = "now") -> dict[str, object]:
    found = report.table(table)
    return {row.key: row.cells[found.place(name)] for row in found.rows}


def met(made: list[NewContactRecord], period: Period) -> list[NewContactRecord]:
    return [each for each in made if period.holds(each.happened_on) and each.outcome == Outcome.MET]


async def test_every_table_is_a_recount_of_the_rows(database: Database) -> None:
    made = records(300)
    await fill(database, made)
    period = CALENDAR.quarter(2026, 3)
    report, mine = await report_of(database, period), met(made, period)
    for table, key in {
        "ways": lambda r: r.way,
        "who": lambda r: r.who,
        "sex": lambda r: r.sex,
        "age": lambda r: r.age_group,
        "communes": lambda r: r.commune,
        "referral": lambda r: r.referral,
        "weekday": lambda r: str(r.happened_on.isoweekday()),
        "hours": lambda r: str(r.recorded_at.astimezone(VIETNAM).hour),
    }.items():
        counted = Counter(key(each) for each in mine)
        shown = {row: many for row, many in column(report, table).items() if many and not row.startswith("chat.")}
        total = shown.pop("total")
        assert shown == counted, table
        assert total == len(mine) or table == "ways"
    calls = [r for r in made if period.holds(r.happened_on) and r.way == Way.CALLBACK]
    reached = [r for r in calls if r.outcome == Outcome.MET]
    missed = sum(r.attempts for r in calls) - len(reached)
    assert report.table("overview").cell("missed_tries", "now") == missed
    referred = [each for each in mine if each.referral != Referral.NONE]
    assert report.table("overview").cell("referred", "now") == len(referred)


async def test_counters_are_a_recount_too_and_the_tables_say_what_they_leave_out(database: Database) -> None:
    await fill(database, records(300))
    period = CALENDAR.year(2026)
    report = await report_of(database, period)
    async with database.reading() as uow:
        counters = await uow.counters.list_between(period.first, period.last)
    asked = {
        channel: sum(
            value
            for (_, on, measure, _), value in counters.items()
            if on == channel and measure in {"question.answer", "question.choices", "question.urgent"}
        )
        for channel in ("web", "zalo", "telegram")
    }
    shown = column(report, "ways")
    assert {channel: shown[f"chat.{channel}"] for channel in asked} == asked
    assert report.table("overview").cell("by_chat", "now") == sum(asked.values())
    assert column(report, "topics")["total"] == shown["total"]
    assert any("không biết xã" in note for note in report.table("ways").notes)
    assert any("Không gồm câu hỏi trong chat" in note for note in report.table("communes").notes)


async def test_months_make_quarters_make_the_year_in_every_additive_figure(database: Database) -> None:
    await fill(database, records(400))
    months = [await report_of(database, CALENDAR.month(2026, number)) for number in range(1, 13)]
    quarters = [await report_of(database, CALENDAR.quarter(2026, number)) for number in range(1, 5)]
    year = await report_of(database, CALENDAR.year(2026))
    tables = ("ways", "topics", "who", "communes", "sex", "age", "outcome", "referral", "weekday", "hours")
    for parts in (months, quarters):
        for table in tables:
            whole = column(year, table)
            summed: Counter[str] = Counter()
            for part in parts:
                summed.update({key: int(str(many)) for key, many in column(part, table).items()})
            assert {key: many for key, many in whole.items() if many} == +summed, table
        for line in ("consultations", "by_staff", "by_chat", "missed_tries", "useful", "unanswered"):
            values = [part.table("overview").cell(line, "now") for part in parts]
            assert year.table("overview").cell(line, "now") == sum(int(str(value)) for value in values)
    assert column(year, "ways", "year") == column(year, "ways")
    assert column(quarters[3], "ways", "year") == column(year, "ways")
    assert column(quarters[3], "ways", "before") == column(quarters[2], "ways")


async def test_a_commune_sees_its_own_in_every_spelling_and_nothing_from_the_counters(database: Database) -> None:
    day = date(2026, 10, 1)
    at = datetime(2026, 10, 1, 2, tzinfo=UTC)
    async with database.transaction() as uow:
        for commune in ("Phú Hòa", "phú hoà", "Xã Phú  Hòa", "Tân Bình", ""):
            await uow.contact_records.add(
                NewContactRecord(day, at, Way.PHONE, 1, Outcome.MET, topic="group.law", who=Who.FAMILY, commune=commune)
            )
        uow.counters.add(day, "web", "question.answer", "home.register")
    async with database.reading() as uow:
        scope = await BUILDER.scope_of(uow, "phường Phú Hòa")
        with pytest.raises(ScopeUnknown):
            await BUILDER.scope_of(uow, "Không Có")
    report = await report_of(database, CALENDAR.quarter(2026, 4), scope)
    assert report.table("overview").cell("by_staff", "now") == 3
    assert report.table("overview").cell("by_chat", "now") is None
    assert "chat.web" not in column(report, "ways")
    assert [row.cells[1] for row in report.table("communes").rows] == [3, 3]


async def test_an_hour_is_known_only_of_what_was_written_down_the_same_day(database: Database) -> None:
    late = datetime(2026, 10, 1, 17, 30, tzinfo=UTC)  # half past midnight in Việt Nam
    async with database.transaction() as uow:
        for day in (date(2026, 10, 2), date(2026, 10, 1)):
            await uow.contact_records.add(NewContactRecord(day, late, Way.PHONE, 1, Outcome.MET))
    shown = column(await report_of(database, CALENDAR.month(2026, 10)), "hours")
    assert local_date(late) == date(2026, 10, 2)
    assert (shown["0"], shown[""]) == (1, 1)


async def test_waiting_is_the_median_and_the_ninth_of_ten_of_single_people(database: Database) -> None:
    day, at = date(2026, 10, 1), datetime(2026, 10, 1, 2, tzinfo=UTC)
    async with database.transaction() as uow:
        for minutes in (5, 10, 20, 40, 60, 80, 100, 120, 300, 5000):
            record = NewContactRecord(day, at, Way.CALLBACK, 1, Outcome.MET, waited_minutes=minutes)
            await uow.contact_records.add(record)
        await uow.contact_records.add(NewContactRecord(day, at, Way.CALLBACK, 1, Outcome.NO_ANSWER))
    overview = (await report_of(database, CALENDAR.month(2026, 10))).table("overview")
    assert (overview.cell("minutes_median", "now"), overview.cell("minutes_p90", "now")) == (60, 300)
    assert overview.cell("minutes_median", "before") is None


async def test_contacts_after_rehabilitation_are_not_consultations(database: Database) -> None:
    day, at = date(2026, 10, 1), datetime(2026, 10, 1, 2, tzinfo=UTC)
    async with database.transaction() as uow:
        await uow.contact_records.add(NewContactRecord(day, at, Way.VISIT, 1, Outcome.MET, client_id=7, volunteer=1))
    report = await report_of(database, CALENDAR.month(2026, 10))
    assert report.table("overview").cell("by_staff", "now") == 0


async def test_the_figures_of_a_real_provincial_report_of_2021(database: Database) -> None:
    """37 telephone consultations of 143 and the like: shares are printed as they were."""
    day, at = date(2026, 10, 1), datetime(2026, 10, 1, 2, tzinfo=UTC)
    async with database.transaction() as uow:
        for number in range(143):
            way = Way.PHONE if number < 37 else Way.WALK_IN
            who = Who.FAMILY if number < 127 else Who.PERSON
            await uow.contact_records.add(NewContactRecord(day, at, way, 1, Outcome.MET, who=who))
    report = await report_of(database, CALENDAR.month(2026, 10))
    assert report.table("ways").cell("phone", "now") == 37
    assert report.table("overview").cell("by_phone", "now") == 37
    share = report.table("who").cell("family", "share")
    assert write_percent(share) == "88,81%"  # type: ignore[arg-type]


async def test_a_report_of_nothing_names_what_is_empty(database: Database) -> None:
    period = CALENDAR.month(2026, 10)
    async with database.reading() as uow:
        built = await BUILDER.count(uow, period, Scope())
    assert [key for key, _ in built.empty] == [
        "overview.consultations",
        "overview.by_staff",
        "requests.new",
        "requests.answered",
    ]
    report = BUILDER.report(built, period, Scope(), NOW).report
    assert report.table("who").cell("total", "share") is None


async def test_the_example_has_the_heading_of_its_office(database: Database) -> None:
    await fill(database, records(50))
    report = await example_report(database)
    assert report.period_name == "Quý IV năm 2026"
    assert report.due_on == date(2026, 12, 17)
    assert [fact.key for fact in report.facts][:2] == ["period", "scope"]
    assert report.state_name == "BẢN NHÁP"
    assert sum(chart.main for section in report.sections for chart in section.charts) == 1


async def test_campaigns_are_counted_by_their_names_and_stand_in_the_province_alone(database: Database) -> None:
    async with database.transaction() as uow:
        uow.counters.add(date(2026, 11, 20), "telegram", "campaign.opened", "to-roi-12", 3)
        uow.counters.add(date(2026, 11, 21), "zalo", "campaign.opened", "to-roi-12", 4)
        uow.counters.add(date(2026, 11, 21), "telegram", "campaign.opened", "da-qua", 2)
    builder = replace(BUILDER, settings=replace(SETTINGS, campaigns={"to-roi-12": "Tờ rơi", "moi": "Áp phích"}))
    period = CALENDAR.quarter(2026, 4)
    async with database.reading() as uow:
        province = await builder.count(uow, period, Scope())
        commune = await builder.count(uow, period, Scope(frozenset({"Tân Bình"})))
        public = await builder.count_public(uow, period, ())
    [table] = [each for section in province.sections for each in section.tables if each.key == "campaigns"]
    assert [row.cells[:2] for row in table.rows] == [("Tờ rơi", 7), ("Áp phích", 0), ("da-qua", 2)]
    for built in (commune, public):
        assert "campaigns" not in {each.key for section in built.sections for each in section.tables}
