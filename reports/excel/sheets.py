"""One table of a report as one sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import ceil

from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from domain.report import Hidden, Kind, Row, RowRole, Table
from reports.cells import NOTHING
from reports.excel.formats import MINUTES_OF_A_DAY, Formats

_A4 = 9
_NAME_LENGTH = 31
_NOT_IN_NAMES = str.maketrans("[]:*?/\\'", "        ")
_UPRIGHT_WIDTH = 110
_LABEL_WIDTH, _LEAST_WIDTH, _MOST_WIDTH = 44, 12, 22
"""In figures of the usual font."""
_LETTER_WIDTH = 7
"""Pixels, about."""
_LINE_HEIGHT = 16
"""Points, of one line."""
_INDENT = 2
_LETTER = 0.85
"""Letters of Times New Roman are narrower than the figures by which Excel measures columns."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a table lies in the workbook; rows and columns count from 0.

    end: the first row below everything. width: of the table, in pixels.
    """

    name: str
    table: Table
    sheet: Worksheet
    first_row: int
    end: int
    width: int

    def body_rows(self) -> list[tuple[int, int]]:
        """Runs of neighbouring BODY rows, first and last."""
        numbered = [self.first_row + place for place, row in enumerate(self.table.rows) if row.role is RowRole.BODY]
        runs: list[tuple[int, int]] = []
        for number in numbered:
            if runs and runs[-1][1] == number - 1:
                runs[-1] = (runs[-1][0], number)
            else:
                runs.append((number, number))
        return runs


def sheet_name(number: int, title: str) -> str:
    """ "3 Theo xã, phường": at most 31 letters, cut at a word; unique by its number."""
    words = title.translate(_NOT_IN_NAMES).split()
    name = str(number)
    for word in words:
        if len(name) + 1 + len(word) > _NAME_LENGTH:
            break
        name = f"{name} {word}"
    return name


def write_sheet(book: Workbook, formats: Formats, name: str, table: Table, caption: str, draft: str) -> Placed:
    """`caption` stands above the table, `draft` above that as long as the report is not signed."""
    sheet = book.add_worksheet(name)
    top = 0
    if draft:
        sheet.write_string(top, 0, draft, formats.draft())
        top += 1
    sheet.write_string(top, 0, caption, formats.title())
    head = top + 1
    first = _write_head(sheet, formats, table, head)
    widths = _set_widths(sheet, table)
    for place, row in enumerate(table.rows):
        _write_row(sheet, formats, table, row, first + place)
        _set_height(sheet, first + place, row, widths)
    end, width = first + len(table.rows), sum(widths)
    for note in table.notes:
        _write_note(sheet, formats, end, len(table.columns), note, width)
        end += 1
    sheet.freeze_panes(first, 1)
    sheet.repeat_rows(head, first - 1)
    set_page(sheet, across=width > _UPRIGHT_WIDTH)
    return Placed(name, table, sheet, first, end, width * _LETTER_WIDTH)


def set_page(sheet: Worksheet, *, across: bool) -> None:
    """A4, one page wide, as many long as it takes; the sheet's name and the page below."""
    sheet.set_paper(_A4)
    if across:
        sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.8, right=0.6, top=0.8, bottom=0.8)
    sheet.set_footer("&C&A – &P/&N")
    sheet.hide_gridlines(2)


def _write_head(sheet: Worksheet, formats: Formats, table: Table, line: int) -> int:
    """The row below the head."""
    look = formats.head()
    if not any(column.group for column in table.columns):
        for place, column in enumerate(table.columns):
            sheet.write_string(line, place, column.title, look)
        return line + 1
    place = 0
    for group, members in groupby(table.columns, key=lambda column: column.group):
        columns = list(members)
        last = place + len(columns) - 1
        if group and last > place:
            sheet.merge_range(line, place, line, last, group, look)
        elif group:
            sheet.write_string(line, place, group, look)
        for below, column in enumerate(columns, place):
            if group:
                sheet.write_string(line + 1, below, column.title, look)
            else:
                sheet.merge_range(line, below, line + 1, below, column.title, look)
        place = last + 1
    return line + 2


def _write_row(sheet: Worksheet, formats: Formats, table: Table, row: Row, line: int) -> None:
    for place, (column, value) in enumerate(zip(table.columns, row.cells, strict=True)):
        kind = table.kind_of(row, column)
        level = 0 if place else row.level
        right = column.kind is not Kind.TEXT
        look = formats.cell(kind, row.role, level, right=right)
        match value:
            case None | Hidden() | str():
                text = NOTHING if value is None else str(value)
                sheet.write_string(line, place, text, formats.cell(Kind.TEXT, row.role, level, right=right))
            case Decimal():
                sheet.write_number(line, place, float(value / 100), look)
            case int():
                sheet.write_number(line, place, value / MINUTES_OF_A_DAY if kind is Kind.MINUTES else value, look)
            case _:
                sheet.write_datetime(line, place, value, look)


def _write_note(sheet: Worksheet, formats: Formats, line: int, columns: int, note: str, width: int) -> None:
    if columns > 1:
        sheet.merge_range(line, 0, line, columns - 1, "", formats.note())
    sheet.write_string(line, 0, note, formats.note())
    sheet.set_row(line, _LINE_HEIGHT * ceil(len(note) / width))


def _set_widths(sheet: Worksheet, table: Table) -> list[int]:
    """Of every column, in letters."""
    widths = [
        _column_width(place, column.title, (row.cells[place] for row in table.rows))
        for place, column in enumerate(table.columns)
    ]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    return widths


def _set_height(sheet: Worksheet, line: int, row: Row, widths: list[int]) -> None:
    """For words that take more than one line: LibreOffice does not look for itself."""
    lines = max(
        ceil((len(cell) * _LETTER + (0 if place else row.level * _INDENT)) / width)
        for place, (cell, width) in enumerate(zip((str(cell) for cell in row.cells), widths, strict=True))
    )
    if lines > 1:
        sheet.set_row(line, _LINE_HEIGHT * lines)


def _column_width(place: int, title: str, cells: Iterable[object]) -> int:
    longest = max((len(cell) for cell in cells if isinstance(cell, str)), default=0)
    if place == 0:
        return min(max(longest + 4, _LEAST_WIDTH * 2), _LABEL_WIDTH)
    return min(max(longest + 2, ceil(len(title) * 0.8), _LEAST_WIDTH), _MOST_WIDTH)
