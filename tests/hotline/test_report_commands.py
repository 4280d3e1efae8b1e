"""`hotline report`: files of a report, its life, and all its rows, over the command line."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from db.opening import KeySource, open_database
from domain.clock import local_date, utc_now
from hotline import report_commands
from hotline.cli import app
from hotline.config import Config, DatabaseConfig
from hotline.report_commands import FormUnknown, Which
from reports import pdf
from reports.pdf import OfficeMissing
from tests.report_example import COMMUNES, fill, records
from texts import vietnamese

texts = vietnamese()
MANY = 120


@pytest.fixture
def config(database_url: str, key_source: KeySource) -> Config:
    return Config(database=DatabaseConfig(url=database_url, key_file=key_source.file))


@pytest.fixture
def period() -> Which:
    """The last month, all of it in the past."""
    today = local_date(utc_now())
    return Which(f"{today - timedelta(days=30)}..{today - timedelta(days=1)}")


@pytest.fixture
async def filled(config: Config, key_source: KeySource, period: Which) -> Config:
    database = await open_database(config.database.url, key_source)
    first = local_date(utc_now()) - timedelta(days=30)
    await fill(database, records(MANY, first=first, days=30))
    await database.close()
    return config


def written(out: Path, end: str) -> Path:
    [file] = out.glob(f"*.{end}")
    return file


async def test_one_command_writes_word_excel_and_csv_with_the_same_figures(
    filled: Config, period: Which, tmp_path: Path
) -> None:
    said: list[str] = []
    out = tmp_path / "out"
    await report_commands.make(filled, period, "docx, xlsx,csv", out, said.append, public=False)
    assert said[:3] == [texts("report_cli.written", where=written(out, end)) for end in ("docx", "xlsx", "csv")]
    lines = csv.DictReader(io.StringIO(written(out, "csv").read_text("utf-8-sig"), newline=""))
    [total] = [
        int(line["value"])
        for line in lines
        if (line["table"], line["column"], line["row_role"]) == ("communes", "now", "total")
    ]
    assert 0 < total < MANY  # whom nobody reached was not consulted
    sheets = load_workbook(written(out, "xlsx")).worksheets
    by_commune = next(sheet for sheet in sheets if "xã, phường" in sheet.title)
    assert total in [cell.value for row in by_commune.iter_rows() for cell in row]
    tables = docx.Document(str(written(out, "docx"))).tables
    assert any(row.cells[1].text == str(total) for table in tables for row in table.rows if len(row.cells) > 2)


async def test_where_one_form_cannot_be_made_the_others_are_written_and_the_reason_is_told(
    filled: Config, period: Which, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "find_office", lambda: None)
    with pytest.raises(OfficeMissing):
        await report_commands.make(filled, period, "pdf,csv", tmp_path, lambda _: None, public=False)
    assert written(tmp_path, "csv").stat().st_size > 0
    assert list(tmp_path.glob("*.pdf")) == []


async def test_form_that_does_not_exist_is_refused_before_anything_is_written(
    filled: Config, period: Which, tmp_path: Path
) -> None:
    with pytest.raises(FormUnknown):
        await report_commands.make(filled, period, "docx,odt", tmp_path / "out", lambda _: None, public=False)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_export_has_every_contact_once_and_no_notes(
    filled: Config, period: Which, tmp_path: Path, form: str
) -> None:
    said: list[str] = []
    await report_commands.export(filled, period, form, tmp_path, said.append)
    file = written(tmp_path, form)
    assert said[-1] == texts("report_cli.exported", count=MANY, where=file)
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))
        heads, numbers = list(rows[0]), {row["id"] for row in rows}
    else:
        (head, *cells) = load_workbook(file).active.iter_rows(values_only=True)
        heads, numbers = [str(name) for name in head], {str(row[0]) for row in cells}
    assert len(numbers) == MANY
    assert not any("note" in name.lower() or "ghi chú" in name.lower() for name in heads)


async def test_export_of_a_commune_has_its_rows_only(filled: Config, period: Which, tmp_path: Path) -> None:
    await report_commands.export(filled, Which(period.period, COMMUNES[0]), "csv", tmp_path, lambda _: None)
    rows = list(csv.DictReader(io.StringIO(written(tmp_path, "csv").read_text("utf-8-sig"), newline="")))
    assert 0 < len(rows) < MANY
    assert {row["commune"] for row in rows} == {COMMUNES[0]}


def test_without_a_period_the_help_is_shown() -> None:
    done = CliRunner().invoke(app, ["report"])
    assert done.exit_code == 2
    assert "--period" in done.output
