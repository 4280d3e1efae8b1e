"""What a page does without: groups that are zero in every column, tables of nothing else, and the parts of a zero.

A total, or the line that has the parts, still says it all. Single figures stay, and so do the files for checking.
"""

from __future__ import annotations

from dataclasses import replace

from domain.report import Cell, Hidden, Row, RowRole, Section, Table
from texts import Texts


def without_zeros(section: Section, texts: Texts) -> tuple[Section, tuple[str, ...]]:
    """The section as it is printed, and the titles of the tables that it does without."""
    printed = [_of_lines(table, texts) if _is_list(table) else _of_groups(table, texts) for table in section.tables]
    gone = tuple(table.title for table, kept in zip(section.tables, printed, strict=True) if not kept.rows)
    return replace(section, tables=tuple(table for table in printed if table.rows)), gone


def _is_list(table: Table) -> bool:
    """Single figures below each other; a table without any row is one of groups."""
    return bool(table.rows) and table.rows[-1].role is not RowRole.TOTAL


def _of_groups(table: Table, texts: Texts) -> Table:
    rows = tuple(row for row in table.rows if row.role is not RowRole.BODY or not _is_zero(row))
    if len(rows) == len(table.rows):
        return table
    if all(_is_zero(row) for row in rows):
        return replace(table, rows=())
    return replace(table, rows=rows, notes=(*table.notes, texts("report_files.zeros_left_out")))


def _of_lines(table: Table, texts: Texts) -> Table:
    rows: list[Row] = []
    of_zero = False
    for row in table.rows:
        if not row.level:
            of_zero = _is_zero(row)
        if not (row.level and of_zero and _is_zero(row)):
            rows.append(row)
    if len(rows) == len(table.rows):
        return table
    return replace(table, rows=tuple(rows), notes=(*table.notes, texts("report_files.parts_left_out")))


def _is_zero(row: Row) -> bool:
    return all(_says_nothing(cell) for cell in row.cells[1:])


def _says_nothing(cell: Cell) -> bool:
    return cell is None or (not isinstance(cell, str | Hidden) and cell == 0)
