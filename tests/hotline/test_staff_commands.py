"""Inviting, verifying the trail, and contacts from Excel, over the command line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

from db.opening import KeySource, open_database
from db.session import Database
from domain.clock import local_date, utc_now
from domain.contact_records import ContactRecord, Way
from domain.contact_sheet import COLUMNS
from domain.models import Channel, Contact
from domain.staff import Role
from hotline.caring import usual_care
from hotline.cli import app
from hotline.config import Config, DatabaseConfig
from hotline.staff_commands import NotAVolunteer, import_sheet, invite
from reports.sheet_templates import contact_template
from services import staffing
from services.contact_sheet import read_sheet
from tests.care import rosters
from texts import vietnamese

texts = vietnamese()
HEADINGS = [texts(f"contacts.column_{column}") for column in COLUMNS]
GOOD = ["19/11/2026", "Gọi đến đường dây", "Chi phí, hỗ trợ, methadone", "Gia đình", "Tân Bình", "Nữ", "Từ 30"]
TODAY = date(2026, 11, 22)


def sheet(path: Path, *rows: list[Any], headings: list[str] = HEADINGS) -> Path:
    book = Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    for cells in book.active.iter_rows():
        for cell in cells:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


@pytest.fixture
def config(database_url: str, key_source: KeySource) -> Config:
    return Config(database=DatabaseConfig(url=database_url, key_file=key_source.file))


async def recorded(database: Database) -> list[ContactRecord]:
    async with database.reading() as uow:
        return await uow.contact_records.list_between(date(2020, 1, 1), local_date(utc_now()))


def test_the_template_offers_lists_and_an_empty_one_has_no_rows(tmp_path: Path) -> None:
    (tmp_path / "mau.xlsx").write_bytes(contact_template(texts))
    book = load_workbook(tmp_path / "mau.xlsx")
    assert [cell.value for cell in book.worksheets[0][1]] == HEADINGS
    assert len(book.worksheets[0].data_validations.dataValidation) == 6
    assert read_sheet(tmp_path / "mau.xlsx", TODAY, texts) == ([], [])


def test_a_row_is_read_as_it_was_chosen_and_dates_may_be_text_or_dates(tmp_path: Path) -> None:
    more = [
        datetime(2026, 11, 18),  # noqa: DTZ001 - as Excel has it
        *GOOD[1:],
        "Tư vấn xong",
        15,
        None,
        "hẹn quay lại",
    ]
    [first, second], bad = read_sheet(sheet(tmp_path / "a.xlsx", GOOD, [], more), TODAY, texts)
    assert bad == []
    assert (first.line, first.day, first.way, first.minutes) == (2, date(2026, 11, 19), Way.PHONE, None)
    assert (second.line, second.day, second.minutes, second.note) == (4, date(2026, 11, 18), 15, "hẹn quay lại")


def test_every_bad_cell_is_named_and_none_of_its_words_repeated(tmp_path: Path) -> None:
    rows = [
        ["23/11/2026", *GOOD[1:]],
        ["hôm qua", "Điện thoại", None, "Gia đình"],
        [*GOOD, "Tư vấn xong", 900, -1, "gọi lại 0912 345 678 nhé"],
    ]
    read, bad = read_sheet(sheet(tmp_path / "a.xlsx", *rows), TODAY, texts)
    assert read == []
    assert [(cell.line, cell.column) for cell in bad] == [
        (2, "day"),
        (3, "day"),
        (3, "way"),
        (3, "topic"),
        (4, "minutes"),
        (4, "staff"),
        (4, "note"),
    ]
    said = " ".join(texts(cell.key, **cell.values) for cell in bad)
    assert "0912" not in said and "hôm qua" not in said


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-5", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_a_cell_that_looks_like_a_formula_is_text(tmp_path: Path, cell: str) -> None:
    [row], bad = read_sheet(sheet(tmp_path / "a.xlsx", [*GOOD, None, None, None, cell]), TODAY, texts)
    assert bad == [] and row.note == cell


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04" + b"\0" * 200])
def test_a_file_that_is_no_workbook_is_said_plainly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "x.xlsx").write_bytes(content)
    result = CliRunner().invoke(app, ["contacts", "import", "x.xlsx"])
    assert result.exit_code == 1
    assert type(result.exception).__name__ == "SheetUnreadable"
    assert not (tmp_path / "data").exists()


async def test_importing_twice_adds_nothing_and_equal_rows_are_two_contacts(
    tmp_path: Path, config: Config, database: Database
) -> None:
    said: list[str] = []
    first = sheet(tmp_path / "a.xlsx", GOOD, GOOD)
    assert await import_sheet(config, first, said.append, dry_run=True)
    assert await recorded(database) == []
    assert await import_sheet(config, first, said.append, dry_run=False)
    assert await import_sheet(config, first, said.append, dry_run=False)
    longer = sheet(tmp_path / "b.xlsx", GOOD, ["20/11/2026", *GOOD[1:]], GOOD)
    assert await import_sheet(config, longer, said.append, dry_run=False)
    assert said == [
        texts("contacts.dry_run", new=2, known=0),
        texts("contacts.written", new=2, known=0),
        texts("contacts.written", new=0, known=2),
        texts("contacts.written", new=1, known=2),
    ]
    records = await recorded(database)
    assert [(each.way, each.outcome, each.staff_id) for each in records] == [(Way.PHONE, "met", None)] * 3
    async with database.reading() as uow:
        assert await uow.audit.verify() == 2  # only what added something


async def test_one_bad_row_and_nothing_is_written(tmp_path: Path, config: Config, database: Database) -> None:
    said: list[str] = []
    file = sheet(tmp_path / "a.xlsx", GOOD, [*GOOD, None, None, 99])
    assert not await import_sheet(config, file, said.append, dry_run=False)
    assert said == [
        texts("contacts.bad_row", line=3, column="Số của người làm", problem=texts("contacts.unknown_staff")),
        texts("contacts.nothing_written", count=1),
    ]
    assert await recorded(database) == []


async def test_a_missing_column_is_named(tmp_path: Path, config: Config, database: Database) -> None:
    said: list[str] = []
    file = sheet(tmp_path / "a.xlsx", GOOD[1:], headings=HEADINGS[1:])
    assert not await import_sheet(config, file, said.append, dry_run=False)
    assert said[0] == texts("contacts.bad_row", line=1, column="Ngày", problem=texts("contacts.column_missing"))


async def test_a_number_of_somebody_who_left_still_stands_in_old_sheets(
    tmp_path: Path, config: Config, database: Database
) -> None:
    async with database.transaction() as uow:
        staff = await uow.staff.add(Contact(5, Channel.TERMINAL), Role.COUNSELLOR, (), "x", utc_now())
        await uow.staff.set_left(staff.number, utc_now())
    file = sheet(tmp_path / "a.xlsx", [*GOOD, None, None, staff.number])
    assert await import_sheet(config, file, lambda _: None, dry_run=False)
    [record] = await recorded(database)
    assert record.staff_id == staff.number


def test_an_invitation_is_printed_once_and_opens_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import asyncio

    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["invite", "--role", "officer", "--commune", "Tân Bình", "--commune", "Mỹ Tho"])
    assert result.exit_code == 0, result.output
    code = next(word for word in result.output.split() if word.startswith("MOI-"))
    assert "Mỹ Tho, Tân Bình" in result.output or "Tân Bình, Mỹ Tho" in result.output

    async def join() -> None:
        source = KeySource(Path("secret/hotline.key"))
        opened = await open_database("sqlite+aiosqlite:///data/hotline.db", source)
        async with opened.transaction() as uow:
            contact = uow.contacts.known_as(Channel.TERMINAL, "p")
            await uow.contacts.see({(Channel.TERMINAL, "p"): contact}, utc_now())
            found = staffing.code_in(code)
            assert found is not None
            staff = await staffing.join(uow, contact, found, utc_now())
            assert (staff.role, staff.communes) == (Role.OFFICER, {"Tân Bình", "Mỹ Tho"})
        await opened.close()

    asyncio.run(join())
    stolen = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir())
    assert code.encode() not in stolen and (staffing.code_in(code) or "-").encode() not in stolen
    result = CliRunner().invoke(app, ["audit", "verify"])
    assert result.exit_code == 0
    assert texts("audit.whole", count=2) in result.output


def test_only_a_role_that_exists_can_be_invited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["invite", "--role", "citizen"])
    assert type(result.exception).__name__ == "NotARole"


async def test_an_invitation_for_a_volunteer_of_the_roster_gives_the_account_the_clients(
    config: Config, database: Database
) -> None:
    async with database.transaction() as uow:
        await rosters.take_over(uow, usual_care(), rosters.as_csv([rosters.row("SC-01")]), utc_now())
    said: list[str] = []
    await invite(config, "volunteer", [], said.append, volunteer="tnv-1")
    assert said[0] == texts("invite.volunteer", volunteer="tnv-1")
    assert "Phường Ba Đình" in said[1]
    code = next(found for word in said[1].split() if (found := staffing.code_in(word)))
    async with database.transaction() as uow:
        joined = await staffing.join(uow, Contact(5, Channel.TERMINAL), code, utc_now())
        volunteer = await uow.volunteers.find_of_staff(joined.number)
        assert volunteer is not None
        [client] = await uow.clients.list_of(volunteer=volunteer.number)
        assert (volunteer.code, client.code, joined.communes) == ("TNV-1", "SC-01", {"Ba Đình"})


async def test_a_code_that_the_roster_does_not_know_is_said_to_be_new(config: Config, database: Database) -> None:
    said: list[str] = []
    await invite(config, "volunteer", ["Tân Bình"], said.append, volunteer="TNV-9")
    assert said[0] == texts("invite.volunteer_new", volunteer="TNV-9")
    with pytest.raises(NotAVolunteer):
        await invite(config, "officer", [], said.append, volunteer="TNV-9")
