"""From draft to locked and on to a correction; who may see what; where a figure comes from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from db.opening import KeySource, open_database
from db.report_rows import ReportRow
from db.rotation import rotate_key
from db.session import Database
from domain.audit import Action
from domain.callbacks import Outcome
from domain.contact_records import NewContactRecord, Way, Who
from domain.models import Channel, Contact
from domain.periods import Period
from domain.report import Audience, Hidden, ReportState
from domain.report_objects import (
    DraftTooOld,
    KeptReport,
    NoPublicCopy,
    PeriodRunning,
    RemarkMissing,
    ReportDamaged,
    ReportLocked,
    ReportLockedAlready,
    ReportNotComplete,
    ReportStillOpen,
    ReportUnknown,
    Scope,
)
from domain.staff import NotAllowed, Role, Staff
from domain.topic_groups import TopicGroup, group_of
from services.reporting.codec import from_bytes, to_bytes
from services.reporting.desk import ReportDesk
from services.reporting.tracing import Tracing
from tests.report_example import BUILDER, NOW, SETTINGS, fill, records
from texts import vietnamese

Q3 = SETTINGS.calendar.quarter(2026, 3)
PROVINCE = Scope()


@pytest.fixture
def desk(database: Database) -> ReportDesk:
    return ReportDesk(database, BUILDER)


def officer(*communes: str, role: Role = Role.OFFICER) -> Staff:
    return Staff(5, Contact(5, Channel.TELEGRAM), role, frozenset(communes), "", False, NOW)


async def locked(desk: ReportDesk, scope: Scope = PROVINCE, period: Period = Q3) -> KeptReport:
    kept = await desk.draft(period, scope, NOW)
    async with desk.database.transaction() as uow:
        kept = await desk.remark(uow, kept, None, "Không phát sinh", NOW, None)
        kept = await desk.complete(uow, kept, NOW, None)
    return await desk.lock(kept.id, None, NOW)


async def one_more(database: Database, way: Way = Way.PHONE) -> None:
    at = datetime(2026, 8, 1, 3, tzinfo=UTC)
    async with database.transaction() as uow:
        await uow.contact_records.add(
            NewContactRecord(at.date(), at, way, 1, Outcome.MET, who=Who.FAMILY, commune="Tân Bình", request_id=77)
        )


async def test_a_draft_is_counted_anew_until_it_is_complete(database: Database, desk: ReportDesk) -> None:
    await fill(database, records(100))
    first = await desk.draft(Q3, PROVINCE, NOW)
    before = (await desk.read(first, Audience.SUPERIOR, NOW)).table("ways").cell("phone", "now")
    await one_more(database)
    second = await desk.draft(Q3, PROVINCE, NOW)
    after = (await desk.read(second, Audience.SUPERIOR, NOW)).table("ways").cell("phone", "now")
    assert (second.id, second.version, after) == (first.id, 1, int(str(before)) + 1)
    async with database.transaction() as uow:
        await desk.remark(uow, second, None, "x", NOW, None)
        await desk.complete(uow, await desk.get(uow, second.id, None), NOW, None)
    await one_more(database)
    third = await desk.draft(Q3, PROVINCE, NOW)
    assert third.state is ReportState.COMPLETE
    assert (await desk.read(third, Audience.SUPERIOR, NOW)).table("ways").cell("phone", "now") == after


async def test_an_empty_figure_needs_its_remark(database: Database, desk: ReportDesk) -> None:
    kept = await desk.draft(Q3, PROVINCE, NOW)
    async with database.transaction() as uow:
        with pytest.raises(RemarkMissing) as missing:
            await desk.complete(uow, kept, NOW, None)
        assert missing.value.data["count"] == 4
        kept = await desk.remark(uow, kept, "requests.new", "Chưa mở đường dây", NOW, None)
        assert len(await desk.empty_figures(uow, kept)) == 3
        kept = await desk.remark(uow, kept, None, "Không phát sinh", NOW, None)
        kept = await desk.complete(uow, kept, NOW, None)
    remarks = (await desk.read(kept, Audience.SUPERIOR, NOW)).remarks
    assert "Yêu cầu mới: Chưa mở đường dây" in remarks and len(remarks) == 4


async def test_a_remark_goes_with_the_empty_figure_that_it_explained(database: Database, desk: ReportDesk) -> None:
    kept = await desk.draft(Q3, PROVINCE, NOW)
    async with database.transaction() as uow:
        kept = await desk.remark(uow, kept, None, "Không phát sinh", NOW, None)
        kept = await desk.remark(uow, kept, "general", "Đường dây mở từ tháng 7", NOW, None)
    await one_more(database)
    remarks = (await desk.read(await desk.draft(Q3, PROVINCE, NOW), Audience.SUPERIOR, NOW)).remarks
    assert remarks == (
        "Yêu cầu mới: Không phát sinh",
        "Đã gặp được: Không phát sinh",
        "Đường dây mở từ tháng 7",
    )


async def test_a_period_that_is_not_over_is_not_completed(database: Database, desk: ReportDesk) -> None:
    period = SETTINGS.calendar.quarter(2026, 4)
    kept = await desk.draft(period, PROVINCE, NOW)
    last_evening = datetime(2026, 12, 14, 16, 59, tzinfo=UTC)
    async with database.transaction() as uow:
        kept = await desk.remark(uow, kept, None, "x", NOW, None)
        with pytest.raises(PeriodRunning):
            await desk.complete(uow, kept, last_evening, None)
        with pytest.raises(DraftTooOld):
            await desk.complete(uow, kept, last_evening + timedelta(minutes=1), None)
    kept = await desk.draft(period, PROVINCE, last_evening + timedelta(minutes=1))
    async with database.transaction() as uow:
        assert (await desk.complete(uow, kept, last_evening + timedelta(hours=1), None)).state is ReportState.COMPLETE


async def test_a_locked_report_never_changes(database: Database, desk: ReportDesk) -> None:
    await fill(database, records(60))
    kept = await locked(desk)
    as_locked = await desk.read(kept, Audience.SUPERIOR, NOW)
    await one_more(database)
    again = await desk.draft(Q3, PROVINCE, NOW + timedelta(days=400))
    assert again == kept
    assert await desk.read(again, Audience.SUPERIOR, NOW + timedelta(days=400)) == as_locked
    async with database.transaction() as uow:
        with pytest.raises(ReportLocked):
            await desk.remark(uow, kept, "requests.new", "anders", NOW, None)
        with pytest.raises(ReportLocked):
            await desk.open_again(uow, kept, NOW, None)
    for change in ({"version": 2}, {"state": "draft"}, {"digest": b"x"}, {"due_on": date(2027, 1, 1)}):
        with pytest.raises(DBAPIError, match="never changes"):
            async with database.transaction() as uow:
                await uow.execute(update(ReportRow).where(ReportRow.id == kept.id).values(**change))
    async with database.transaction() as uow:
        await uow.execute(update(ReportRow).where(ReportRow.id == kept.id).values(document=b"{}"))
    with pytest.raises(ReportDamaged):
        await desk.read(kept, Audience.SUPERIOR, NOW)


async def test_a_correction_is_a_new_version_that_says_what_differs(database: Database, desk: ReportDesk) -> None:
    await fill(database, records(60))
    first = await locked(desk)
    with pytest.raises(ReportLockedAlready) as already:
        await desk.lock(first.id, officer(), NOW + timedelta(days=1))
    assert already.value.data == {"at": BUILDER.wording.moment(NOW), "who": vietnamese()("report.locked_by_command")}
    with pytest.raises(ReportNotComplete):
        await desk.lock((await desk.draft(SETTINGS.calendar.quarter(2026, 2), PROVINCE, NOW)).id, None, NOW)
    await one_more(database)
    second = await desk.correct(first.id, None, NOW)
    changes = (await desk.read(second, Audience.SUPERIOR, NOW)).changes
    assert (second.version, second.state) == (2, ReportState.DRAFT)
    assert any("Gọi đến đường dây - Kỳ này" in change and "→" in change for change in changes)
    assert not any("Thư, đơn" in change for change in changes)
    await one_more(database, Way.LETTER)
    refreshed = await desk.draft(Q3, PROVINCE, NOW)
    assert refreshed.id == second.id
    assert any("Thư, đơn" in change for change in (await desk.read(refreshed, Audience.SUPERIOR, NOW)).changes)
    with pytest.raises(ReportStillOpen) as still:
        await desk.correct(first.id, None, NOW)
    assert still.value.data["version"] == 2
    async with database.reading() as uow:
        assert [entry.action for entry in await uow.audit.list_of(second.id)] == [Action.REPORT_CORRECTED]


async def test_in_time_is_locked_by_the_day_on_which_it_is_due(database: Database, desk: ReportDesk) -> None:
    kept = await desk.draft(Q3, PROVINCE, NOW)
    assert kept.due_on == date(2026, 9, 17)
    assert kept.in_time(date(2026, 9, 17)) is None
    assert kept.in_time(date(2026, 9, 18)) is False
    on_the_day = datetime(2026, 9, 17, 16, 59, tzinfo=UTC)
    assert replace(kept, locked_at=on_the_day).in_time(date(2027, 1, 1)) is True
    assert replace(kept, locked_at=on_the_day + timedelta(minutes=1)).in_time(date(2027, 1, 1)) is False


async def test_an_officer_sees_the_own_scope_only(database: Database, desk: ReportDesk) -> None:
    await fill(database, records(60))
    province = await desk.draft(Q3, PROVINCE, NOW)
    commune = await desk.draft(Q3, Scope(frozenset({"Tân Bình"})), NOW)
    async with database.reading() as uow:
        assert await desk.get(uow, commune.id, officer("xã Tân Bình")) == commune
        assert await desk.get(uow, province.id, officer()) == province
        assert await desk.get(uow, commune.id, officer()) == commune
        for kept, staff in (
            (province, officer("Tân Bình")),
            (commune, officer("Phú Hòa")),
            (commune, officer(role=Role.COUNSELLOR)),
            (commune, officer(role=Role.ADMINISTRATOR)),
        ):
            with pytest.raises(ReportUnknown):
                await desk.get(uow, kept.id, staff)
        with pytest.raises(NotAllowed):
            await desk.scope_within(uow, officer("Tân Bình"), "Phú Hòa")
        assert (await desk.scope_within(uow, officer("Tân Bình", "Phú Hòa"), "phú hoà")).communes == {"Phú Hòa"}
        with pytest.raises(NotAllowed):
            await desk.scope_within(uow, officer(role=Role.VOLUNTEER), "")


async def test_a_kept_report_is_read_back_as_it_was(database: Database, desk: ReportDesk) -> None:
    await fill(database, records(60))
    kept = await locked(desk)
    async with database.reading() as uow:
        for public in (False, True):
            content = await uow.reports.document(kept.id, public=public)
            assert content is not None and to_bytes(from_bytes(content)) == content


async def test_the_public_copy_hides_small_figures_and_is_kept_with_the_locked_report(
    database: Database, desk: ReportDesk
) -> None:
    await fill(database, records(900))
    kept = await locked(desk)
    public = await desk.read(kept, Audience.PUBLIC, NOW)
    exact = await desk.read(kept, Audience.SUPERIOR, NOW)
    shown = {
        cell for section in public.sections for table in section.tables for row in table.rows for cell in row.cells
    }
    assert not {1, 2, 3, 4} & shown
    assert Hidden.GUARD in shown or Hidden.SMALL in shown
    for table in ("who", "sex", "weekday"):
        for row in public.table(table).rows:
            figure = row.cells[1]
            assert isinstance(figure, Hidden) or figure == exact.table(table).cell(row.key, "now")
    assert public.remarks == () and public.audience is Audience.PUBLIC
    await one_more(database)
    assert await desk.read(kept, Audience.PUBLIC, NOW + timedelta(days=9)) == public


async def test_a_public_copy_that_was_changed_outside_the_program_is_not_opened(
    database: Database, desk: ReportDesk
) -> None:
    await fill(database, records(900))
    kept = await locked(desk)
    with pytest.raises(DBAPIError, match="never changes"):
        async with database.transaction() as uow:
            await uow.execute(update(ReportRow).where(ReportRow.id == kept.id).values(public_digest=None))
    for changed in (b"{}", None):
        async with database.transaction() as uow:
            await uow.execute(update(ReportRow).where(ReportRow.id == kept.id).values(public_document=changed))
        with pytest.raises(ReportDamaged):
            await desk.read(kept, Audience.PUBLIC, NOW)
        await desk.read(kept, Audience.SUPERIOR, NOW)


async def test_a_correction_leaves_the_public_copy_as_it_was_published(database: Database, desk: ReportDesk) -> None:
    """From the difference of two versions a single added contact could be read."""
    await fill(database, records(900))
    first = await locked(desk)
    published = await desk.read(first, Audience.PUBLIC, NOW)
    await one_more(database)
    second = await desk.correct(first.id, None, NOW)
    assert await desk.read(second, Audience.PUBLIC, NOW) == published
    async with database.transaction() as uow:
        second = await desk.remark(uow, second, None, "x", NOW, None)
        second = await desk.complete(uow, second, NOW, None)
    second = await desk.lock(second.id, None, NOW)
    assert await desk.read(second, Audience.PUBLIC, NOW) == published


async def test_what_was_published_of_a_month_stands_in_every_later_copy(database: Database, desk: ReportDesk) -> None:
    """From a quarter less its months a single contact that was written down late could be read."""
    await fill(database, records(900))
    months = [SETTINGS.calendar.month(2026, number) for number in (7, 8, 9)]
    published = [await desk.read(await locked(desk, period=month), Audience.PUBLIC, NOW) for month in months[:2]]
    await one_more(database)  # in the eighth month
    published.append(await desk.read(await locked(desk, period=months[2]), Audience.PUBLIC, NOW))
    assert published[2].table("ways").cell("phone", "before") == published[1].table("ways").cell("phone", "now")
    kept = await locked(desk)
    quarter, exact = await desk.read(kept, Audience.PUBLIC, NOW), await desk.read(kept, Audience.SUPERIOR, NOW)
    compared = 0
    for table in ("ways", "topics", "who", "communes", "sex", "age", "referral", "weekday"):
        for row in quarter.table(table).rows:
            parts = [each.table(table).cell(row.key, "now") for each in published]
            if isinstance(row.cells[1], int):
                assert row.cells[1] == sum(part for part in parts if isinstance(part, int)), (table, row.key)
                compared += 1
    assert compared > 20
    late = exact.table("sex").cell("total", "now")
    assert late == int(str(quarter.table("sex").cell("total", "now"))) + 1, "the superior gets every contact"


async def test_a_draft_of_a_public_copy_binds_nobody(database: Database, desk: ReportDesk) -> None:
    await fill(database, records(900))
    kept = await desk.draft(Q3, PROVINCE, NOW)
    seen = await desk.read(kept, Audience.PUBLIC, NOW)
    await one_more(database)
    total = (await desk.read(kept, Audience.PUBLIC, NOW)).table("sex").cell("total", "now")
    assert total == int(str(seen.table("sex").cell("total", "now"))) + 1
    assert seen.state is ReportState.DRAFT


async def test_there_is_no_public_copy_of_a_period_that_is_not_over(database: Database, desk: ReportDesk) -> None:
    """From the difference of two days a single contact could be read."""
    kept = await desk.draft(SETTINGS.calendar.quarter(2026, 4), PROVINCE, NOW)
    with pytest.raises(PeriodRunning):
        await desk.read(kept, Audience.PUBLIC, datetime(2026, 12, 14, 16, 59, tzinfo=UTC))
    assert (await desk.read(kept, Audience.PUBLIC, datetime(2026, 12, 14, 17, 0, tzinfo=UTC))).audience == "public"


async def test_there_is_no_public_copy_of_free_dates_or_of_a_commune(database: Database, desk: ReportDesk) -> None:
    free = SETTINGS.calendar.free(date(2026, 6, 15), date(2026, 9, 13))
    for kept in (await desk.draft(free, PROVINCE, NOW), await desk.draft(Q3, Scope(frozenset({"Tân Bình"})), NOW)):
        with pytest.raises(NoPublicCopy):
            await desk.read(kept, Audience.PUBLIC, NOW)


async def test_a_figure_leads_back_to_internal_numbers_and_the_look_is_in_the_trail(
    database: Database, desk: ReportDesk
) -> None:
    await fill(database, records(60))
    await one_more(database)
    report = await desk.read(await desk.draft(Q3, PROVINCE, NOW), Audience.SUPERIOR, NOW)
    tracing = Tracing(BUILDER, vietnamese())
    async with database.transaction() as uow:
        for table, row in (
            ("ways", "phone"),
            ("who", "family"),
            ("communes", "Tân Bình"),
            ("overview", "by_staff"),
            ("outcome", "met"),
        ):
            traced = await tracing.trace(uow, Q3, PROVINCE, table, row, NOW, by=5)
            assert traced is not None
            expected = report.table(table).cell(row, "now")
            assert len(traced.records) == expected, table
        for group in TopicGroup:
            traced = await tracing.trace(uow, Q3, PROVINCE, "topics", group, NOW, by=5)
            assert traced is not None and len(traced.records) == sum(
                Q3.holds(each.happened_on) and each.outcome == Outcome.MET and group_of(each.topic) is group
                for each in records(60)
            ) + (group is TopicGroup.OTHER)
        assert await tracing.trace(uow, Q3, PROVINCE, "ways", "chat.web", NOW, by=5) is None
        assert await tracing.trace(uow, Q3, PROVINCE, "hours", "9", NOW, by=5) is None
        mine = await tracing.trace(uow, Q3, Scope(frozenset({"Tân Bình"})), "ways", "phone", NOW, by=5)
        assert mine is not None and 77 in {request for _, request in mine.records}
    async with database.reading() as uow:
        assert await uow.audit.verify() >= 9


async def test_a_new_key_leaves_locked_reports_as_they_were(
    database: Database, desk: ReportDesk, database_url: str, key_source: KeySource
) -> None:
    kept = await locked(desk)
    before = await desk.read(kept, Audience.SUPERIOR, NOW)
    await database.close()
    await rotate_key(database_url, key_source)
    opened = await open_database(database_url, key_source)
    assert await ReportDesk(opened, BUILDER).read(kept, Audience.SUPERIOR, NOW) == before
    await opened.close()
