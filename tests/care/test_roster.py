"""The roster: right rows are taken over, wrong ones named by line and reason, and nothing that leads to a person."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook

from db.session import Database
from db.uow import UnitOfWork
from domain.clients import Change, EndsReason, LegalGround
from domain.models import Channel
from domain.roster import RosterUnreadable, looks_like_name
from domain.staff import Role, Staff
from hotline.caring import usual_care
from reports.sheet_templates import roster_template
from services import staffing
from services.roster_words import outcome_lines
from tests.care.rosters import HEADINGS, NGOC_HA, as_csv, client, row, take_over, texts

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
care = usual_care()


async def wrong(database: Database, content: bytes) -> list[tuple[int, str, str]]:
    async with database.reading() as uow:
        checked = await care.rosters.check(uow, content, NOW)
        return [(each.line, each.column, each.key.removeprefix("roster.")) for each in checked.bad]


async def test_a_roster_is_taken_over_with_end_dates_by_article_42(database: Database) -> None:
    rows = [row("A"), row("B", ground="Bắt buộc", start="01/08/2026"), row("C", ground="12-17")]
    async with database.transaction() as uow:
        checked = await take_over(uow, care, as_csv(rows), NOW)
        assert (checked.new, checked.volunteers) == (3, ["TNV-1"])
        ends = [(await client(uow, code)).terms for code in "ABC"]
    assert [each.ends_on for each in ends] == [date(2027, 11, 2), date(2028, 8, 1), date(2027, 11, 2)]
    assert [each.reason for each in ends][1] is EndsReason.ARTICLE_42_2


async def test_the_same_file_again_changes_nothing_and_another_one_only_what_is_different(database: Database) -> None:
    async with database.transaction() as uow:
        await take_over(uow, care, as_csv([row("A"), row("B")]), NOW)
        before = [await uow.follow_ups.list_of_client((await client(uow, code)).id) for code in "AB"]
        again = await take_over(uow, care, as_csv([row("A"), row("B")]), NOW)
        assert (again.new, again.changed, again.same) == (0, 0, 2)
        changed = await take_over(uow, care, as_csv([row("a", volunteer="tnv-9"), row("B", ground="Methadone")]), NOW)
        assert [each.columns for each in changed.differences] == [("volunteer",), ("ground",)]
        first, second = await client(uow, "A"), await client(uow, "B")
        assert [each.change for each in await uow.clients.changes(second.id)] == [Change.IMPORTED, Change.CORRECTED]
        assert second.ground is LegalGround.SUBSTITUTION
        slots = [[each.slot for each in await uow.follow_ups.list_of_client(each.id)] for each in (first, second)]
        assert slots == [[each.slot for each in client_before] for client_before in before]


async def test_every_wrong_cell_is_named_and_nothing_is_written(database: Database) -> None:
    rows = [
        row("A", commune="Xã Không Có"),
        row("A", start="31/02/2026"),
        row("B", ground="lạ"),
        row("C", start="01/05/2026"),
        row("D", ground="Luật cũ", start="01/05/2026"),
        row("", volunteer="Nguyễn Văn An"),
        row("0912 345 678"),
        row("E"),
        row("e"),
        row("F", commune="Tân Thành"),
    ]
    content = as_csv(rows)
    assert await wrong(database, content) == [
        (2, "commune", "no_commune"),
        (3, "start", "not_a_day"),
        (4, "ground", "not_in_list"),
        (5, "ground", "ground_after"),
        (6, "end", "end_needed"),
        (7, "code", "missing"),
        (7, "volunteer", "looks_like_name"),
        (8, "code", "looks_personal"),
        (10, "code", "twice"),
        (11, "commune", "which_commune"),
    ]
    async with database.transaction() as uow:
        checked = await care.rosters.check(uow, content, NOW)
        await care.rosters.write(uow, checked, NOW, by=None)
        assert await uow.clients.list_of() == []
        said = "\n".join(outcome_lines(checked, texts, written=True))
        assert "Nguyễn" not in said
        assert "0912" not in said
        assert "10 chỗ sai, không ghi gì" in said


@pytest.mark.parametrize(
    "heading",
    ["Họ và tên", "HỌ TÊN NGƯỜI SAU CAI", "SĐT", "Số điện thoại", "CCCD", "Số định danh cá nhân", "Ngày sinh"],
)
async def test_a_column_that_leads_to_a_person_is_refused_by_its_heading(database: Database, heading: str) -> None:
    content = as_csv([[*row("A"), "x"]]).replace(b"\r\n", f";{heading}\r\n".encode(), 1)
    assert await wrong(database, content) == [(1, heading, "personal_column")]


@pytest.mark.parametrize("cell", ["Trần Thị Bích", "LE VAN CUONG", "0912.345.678", "001090012345"])
async def test_a_column_that_leads_to_a_person_is_refused_by_what_stands_in_it(database: Database, cell: str) -> None:
    content = as_csv([[*row("A"), cell]]).replace(b"\r\n", b";Ghi ch\xc3\xba\r\n", 1)
    assert await wrong(database, content) == [(1, "Ghi chú", "personal_column")]
    without_heading = as_csv([[*row("A"), cell]]).replace(b"\r\n", b";\r\n", 1)
    assert await wrong(database, without_heading) == [(1, "", "personal_column")]


async def test_a_harmless_column_is_left_out_and_said_so(database: Database) -> None:
    content = as_csv([["1", *row("A")]], ("code", *HEADINGS)).replace("Mã người sau cai".encode(), b"STT", 1)
    async with database.reading() as uow:
        checked = await care.rosters.check(uow, content, NOW)
    assert (checked.bad, checked.ignored) == ([], ["STT"])


def test_codes_and_places_do_not_look_like_names() -> None:
    assert not any(map(looks_like_name, ["SC-01", "BD 2026 07", "Ba Đình", "TNV Một", "Hồ", "12/QĐ-UBND"]))
    assert all(map(looks_like_name, ["Nguyễn Văn A", "hồ thị b", "VŨ AN"]))


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
async def test_csv_is_read_as_spreadsheets_write_it(database: Database, delimiter: str, encoding: str) -> None:
    content = as_csv([row("A")], delimiter=delimiter).decode().encode(encoding)
    assert await wrong(database, content) == []


async def test_the_template_filled_in_is_read_with_a_title_above_and_dates_as_dates(database: Database) -> None:
    book = load_workbook(io.BytesIO(roster_template(texts)))
    sheet = book.worksheets[0]
    sheet.append(["A", NGOC_HA, texts("roster.ground_voluntary"), date(2026, 11, 2), None, "1/QĐ", None, "T1", "Nam"])
    sheet.insert_rows(1)
    sheet["A1"] = "UBND phường"
    assert await wrong(database, _bytes(book)) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04broken", b"\xff\xfe\x00", b"a,b,c\n1,2,3\n", b"\x00" * 100])
async def test_what_is_no_roster_is_refused(database: Database, content: bytes) -> None:
    async with database.reading() as uow:
        with pytest.raises(RosterUnreadable):
            await care.rosters.check(uow, content, NOW)


async def test_a_small_file_that_unpacks_without_end_is_refused(database: Database) -> None:
    content = io.BytesIO(roster_template(texts))
    with ZipFile(content, "a", ZIP_DEFLATED) as packed:
        packed.writestr("xl/media/image1.png", bytes(51 * 1024**2))
    assert len(content.getvalue()) < 100_000
    async with database.reading() as uow:
        with pytest.raises(RosterUnreadable):
            await care.rosters.check(uow, content.getvalue(), NOW)


async def test_no_file_makes_the_program_fail(database: Database) -> None:
    """Whatever bytes: it is read, or it is said that it cannot be."""
    chance = random.Random(7)
    good = as_csv([row("A"), row("B")])
    async with database.reading() as uow:
        for _ in range(300):
            content = bytearray(good)
            for _ in range(chance.randrange(1, 20)):
                content[chance.randrange(len(content))] = chance.randrange(256)
            try:
                await care.rosters.check(uow, bytes(content), NOW)
            except RosterUnreadable:
                continue


async def an_officer(uow: UnitOfWork) -> Staff:
    """Of Ba Đình."""
    contact = uow.contacts.known_as(Channel.TERMINAL, "o")
    await uow.contacts.see({(Channel.TERMINAL, "o"): contact}, NOW)
    return await staffing.join(uow, contact, await staffing.invite(uow, Role.OFFICER, ["ba đình"], NOW), NOW)


async def test_an_officer_imports_for_the_own_communes_only(database: Database) -> None:
    async with database.transaction() as uow:
        officer = await an_officer(uow)
        await take_over(uow, care, as_csv([row("X", volunteer="TNV-2", commune=NGOC_HA)]), NOW)
        checked = await care.rosters.check(
            uow, as_csv([row("A"), row("B", commune=NGOC_HA), row("X")]), NOW, staff=officer
        )
    assert [(each.line, each.key) for each in checked.bad] == [(3, "roster.out_of_scope"), (4, "roster.code_elsewhere")]


async def test_a_file_gives_nobody_to_a_volunteer_of_other_communes(database: Database) -> None:
    """Or the officer could invite that volunteer anew, and read the clients of the other commune."""
    async with database.transaction() as uow:
        officer = await an_officer(uow)
        await take_over(uow, care, as_csv([row("X", volunteer="TNV-2", commune=NGOC_HA)]), NOW)
        await take_over(uow, care, as_csv([row("A")]), NOW, officer)
        rows = [row("A", volunteer="tnv-2"), row("B", volunteer="TNV-2"), row("C"), row("D", volunteer="TNV-3")]
        checked = await care.rosters.check(uow, as_csv(rows), NOW, staff=officer)
        assert (await care.rosters.check(uow, as_csv(rows), NOW)).bad == []
    assert [(each.line, each.column) for each in checked.bad] == [(2, "volunteer"), (3, "volunteer")]


async def test_formulas_are_letters(database: Database) -> None:
    book = Workbook()
    _append(book, [[texts(f"roster.column_{each}") for each in HEADINGS], row("=1+1")])
    async with database.transaction() as uow:
        await take_over(uow, care, _bytes(book), NOW)
        assert (await client(uow, "=1+1")).code == "=1+1"


async def test_300_clients_of_a_commune_are_taken_over_planned_and_listed(database: Database) -> None:
    rows = [row(f"SC-{number:03}", volunteer=f"TNV-{number % 40:02}") for number in range(300)]
    async with database.transaction() as uow:
        checked = await take_over(uow, care, as_csv(rows), NOW)
        assert (checked.new, len(checked.volunteers)) == (300, 40)
        assert len(await uow.clients.list_of(communes={"Phường Ba Đình"})) == 300
        counts = await uow.follow_ups.count(date(2026, 11, 2), date(2027, 11, 2), "commune")
    assert set(counts.values()) == {300 * 16}


def _append(book: Workbook, rows: Sequence[Sequence[object]]) -> None:
    for each in rows:
        book.worksheets[0].append(list(each))


def _bytes(book: Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
