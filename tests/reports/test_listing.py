"""Long lists: split into sheets, safe to open, and as light at the end as at the beginning."""

from __future__ import annotations

import csv
import tracemalloc
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from domain.report import Cell, Column, Kind
from reports.listing import ROWS_OF_A_SHEET, CsvListing, XlsxListing

COLUMNS = (
    Column("happened_on", "Ngày", Kind.DATE),
    Column("commune", "Xã, phường", Kind.TEXT),
    Column("attempts", "Số lần gọi", Kind.COUNT),
    Column("waited", "Chờ", Kind.MINUTES),
    Column("share", "Tỷ lệ", Kind.PERCENT),
)


def row(number: int) -> tuple[Cell, ...]:
    return (date(2026, 1, 1 + number % 28), f"Xã {number}", number, number % 90, Decimal("12.50"))


def pages(many: int, size: int) -> Iterator[list[tuple[Cell, ...]]]:
    for start in range(0, many, size):
        yield [row(number) for number in range(start, min(start + size, many))]


def write(listing: CsvListing | XlsxListing, many: int, size: int = 100) -> None:
    with listing as opened:
        for page in pages(many, size):
            opened.write(page)


def test_a_full_sheet_is_followed_by_another_with_its_own_head(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    write(XlsxListing(file, COLUMNS, "Quý IV", rows_of_a_sheet=100), 250, size=30)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["1 Quý IV", "2 Quý IV", "3 Quý IV"]
    assert [sheet.max_row - 1 for sheet in book] == [100, 100, 50]
    for sheet in book:
        assert [cell.value for cell in sheet[1]] == ["Ngày", "Xã, phường", "Số lần gọi", "Chờ", "Tỷ lệ"]
        assert sheet.freeze_panes == "A2" and sheet.print_title_rows == "$1:$1"
    assert sum(cell.value for sheet in book for (cell,) in sheet.iter_rows(2, None, 3, 3)) == sum(range(250))


def test_sheet_with_exactly_as_many_rows_as_fit_is_not_followed_by_an_empty_one(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    write(XlsxListing(file, COLUMNS, "Quý IV", rows_of_a_sheet=100), 100)
    assert openpyxl.load_workbook(file).sheetnames == ["1 Quý IV"]


def test_rows_and_head_fit_into_what_excel_can_hold() -> None:
    assert ROWS_OF_A_SHEET + 1 <= 1_048_576


def test_cells_are_real_days_numbers_and_shares(tmp_path: Path) -> None:
    file = tmp_path / "list.xlsx"
    write(XlsxListing(file, COLUMNS, "Quý IV"), 3)
    day, commune, attempts, waited, share = openpyxl.load_workbook(file).active[3]
    assert day.value == datetime(2026, 1, 2) and day.number_format == "dd/mm/yyyy"  # noqa: DTZ001 - Excel knows no zones
    assert (commune.value, attempts.value) == ("Xã 1", 1)
    assert waited.number_format == "[h]:mm" and share.value == pytest.approx(0.125)


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_words_that_look_like_formulas_are_words_in_both(tmp_path: Path, start: str) -> None:
    words = f'{start}HYPERLINK("http://x")'
    columns = COLUMNS[1:2]
    with XlsxListing(tmp_path / "list.xlsx", columns, "x") as xlsx, CsvListing(tmp_path / "list.csv", columns) as made:
        xlsx.write([(words,)])
        made.write([(words,)])
    cell = openpyxl.load_workbook(tmp_path / "list.xlsx").active["A2"]
    assert (cell.value, cell.data_type) == (words, "s")
    with (tmp_path / "list.csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.reader(file)) == [["commune"], [f"'{words}"]]


def test_csv_has_keys_as_head_and_plain_figures(tmp_path: Path) -> None:
    write(CsvListing(tmp_path / "list.csv", COLUMNS), 2)
    made = (tmp_path / "list.csv").read_bytes()
    assert made.startswith(b"\xef\xbb\xbfhappened_on,commune,attempts,waited,share\r\n")
    assert made.decode("utf-8-sig").splitlines()[2] == "2026-01-02,Xã 1,1,1,12.50"


@pytest.mark.parametrize("end", ["xlsx", "csv"])
def test_what_breaks_off_in_the_middle_leaves_no_file(tmp_path: Path, end: str) -> None:
    file = tmp_path / f"list.{end}"
    listing = XlsxListing(file, COLUMNS, "x") if end == "xlsx" else CsvListing(file, COLUMNS)
    with pytest.raises(ConnectionError), listing as opened:
        opened.write([row(1)])
        raise ConnectionError
    assert not file.exists()


@pytest.mark.parametrize("end", ["xlsx", "csv"])
def test_ten_times_the_rows_take_no_more_memory(tmp_path: Path, end: str) -> None:
    def peak(many: int) -> int:
        file = tmp_path / f"{many}.{end}"
        listing = XlsxListing(file, COLUMNS, "x") if end == "xlsx" else CsvListing(file, COLUMNS)
        tracemalloc.start()
        write(listing, many)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(50)
    assert peak(5_000) < peak(500) + 500_000
