"""Long lists of rows to a file, page by page, in memory that does not grow with them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from domain.report import Cell, Column, Hidden, Kind, RowRole
from reports.cells import as_plain_text
from reports.csv import MARK, plain
from reports.excel.document import SAFE
from reports.excel.formats import MINUTES_OF_A_DAY, Formats
from reports.excel.sheets import set_page, sheet_name

ROWS_OF_A_SHEET = 1_000_000
"""Excel has 1,048,576 rows; the head is one of them, and a round number is easier to count."""
_WIDTHS = {Kind.TEXT: 24, Kind.COUNT: 12, Kind.PERCENT: 12, Kind.MINUTES: 12, Kind.DATE: 13}
_UPRIGHT_COLUMNS = 6
_BESIDE = {Kind.COUNT, Kind.PERCENT, Kind.MINUTES}


class CsvListing:
    """For programs: keys as head, plain figures. Nothing is left behind when it breaks off in the middle."""

    def __init__(self, path: Path, columns: Sequence[Column]) -> None:
        self._path, self._columns = path, columns

    def __enter__(self) -> Self:
        self._file = self._path.open("w", encoding="utf-8", newline="")
        self._file.write(MARK)
        self._writer = csv.writer(self._file)
        self._writer.writerow([column.key for column in self._columns])
        return self

    def write(self, rows: Iterable[tuple[Cell, ...]]) -> None:
        self._writer.writerows(
            [
                as_plain_text(cell) if isinstance(cell, str) and not isinstance(cell, Hidden) else plain(cell)
                for cell in row
            ]
            for row in rows
        )

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        if kind is not None:
            self._path.unlink(missing_ok=True)


class XlsxListing:
    """For people: titles as head, real numbers and dates; a further sheet when one is full.

    Rows go to a temporary file as they come (`constant_memory`); the workbook is put together at the end.
    """

    def __init__(
        self, path: Path, columns: Sequence[Column], title: str, *, rows_of_a_sheet: int = ROWS_OF_A_SHEET
    ) -> None:
        self._path, self._columns, self._title, self._most = path, columns, title, rows_of_a_sheet
        self._sheets = 0

    def __enter__(self) -> Self:
        beside = {"constant_memory": True, "tmpdir": str(self._path.parent)}  # a small server may keep /tmp in memory
        self._book = xlsxwriter.Workbook(self._path, beside | SAFE)
        self._book.set_properties({"title": self._title})
        self._formats = Formats(self._book)
        self._looks = [
            self._formats.cell(column.kind, RowRole.BODY, 0, right=column.kind in _BESIDE, bordered=False)
            for column in self._columns
        ]
        self._sheet = self._next_sheet()
        return self

    def write(self, rows: Iterable[tuple[Cell, ...]]) -> None:
        for row in rows:
            if self._line > self._most:
                self._finish_sheet()
                self._sheet = self._next_sheet()
            self._write_row(self._sheet, row)
            self._line += 1

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._finish_sheet()
        self._book.close()
        if kind is not None:
            self._path.unlink(missing_ok=True)

    def _next_sheet(self) -> Worksheet:
        self._sheets += 1
        sheet = self._book.add_worksheet(sheet_name(self._sheets, self._title))
        for place, column in enumerate(self._columns):
            sheet.set_column(place, place, _WIDTHS[column.kind])
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        set_page(sheet, across=len(self._columns) > _UPRIGHT_COLUMNS)
        for place, column in enumerate(self._columns):
            sheet.write_string(0, place, column.title, self._formats.head())
        self._line = 1
        return sheet

    def _finish_sheet(self) -> None:
        self._sheet.autofilter(0, 0, max(self._line - 1, 1), len(self._columns) - 1)

    def _write_row(self, sheet: Worksheet, row: tuple[Cell, ...]) -> None:
        line = self._line
        for place, (cell, look) in enumerate(zip(row, self._looks, strict=True)):
            match cell:
                case None:
                    continue
                case str():
                    sheet.write_string(line, place, cell, look)
                case Decimal():
                    sheet.write_number(line, place, float(cell / 100), look)
                case date():
                    sheet.write_datetime(line, place, cell, look)
                case _:
                    minutes = self._columns[place].kind is Kind.MINUTES
                    sheet.write_number(line, place, cell / MINUTES_OF_A_DAY if minutes else cell, look)
