"""A table of the report as a real Word table whose head is repeated on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from docx.document import Document as Word
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell

from domain.report import Kind, Row, RowRole, Table
from reports.cells import write_cell
from reports.word.lines import cannot_split, set_cell_margins, set_widths
from reports.word.page import ACROSS_WIDTH, TABLE_NOTE, TABLE_TEXT, TABLE_TITLE, UPRIGHT_WIDTH, keep_with_next
from texts import Texts

_LABEL_WIDTH = 52
_WIDTHS = {Kind.TEXT: 40, Kind.COUNT: 20, Kind.PERCENT: 21, Kind.MINUTES: 27, Kind.DATE: 25}
"""What a column needs in letters of size 12, in millimetres."""
_TIGHT_LABEL_WIDTH = 38
_TIGHT_WIDTHS = {Kind.TEXT: 22, Kind.COUNT: 16, Kind.PERCENT: 17, Kind.MINUTES: 22, Kind.DATE: 22}
"""The same in the small size."""
_MOST_SPARE = 6
_INDENT = 5
_SHADE = "E8EEF4"
_SMALL_SIZE = 10
_SHORT = 12
"""Up to so many rows stay on one page; of more, the last is never alone on a page. Notes stay with their table."""


def needs_to_lie(table: Table) -> bool:
    """Too wide for an upright page, even in small letters."""
    return _TIGHT_LABEL_WIDTH + sum(_least_widths(table, _TIGHT_WIDTHS)) > UPRIGHT_WIDTH


def write_table(word: Word, table: Table, number: int, texts: Texts) -> None:
    """`number` counts through the whole document."""
    word.add_paragraph(texts("report_files.table", number=number, title=table.title), style=TABLE_TITLE)
    grouped = any(column.group for column in table.columns)
    heads = 2 if grouped else 1
    made = word.add_table(rows=heads + len(table.rows), cols=len(table.columns), style="Table Grid")
    width = ACROSS_WIDTH if needs_to_lie(table) else UPRIGHT_WIDTH
    small = _LABEL_WIDTH + sum(_least_widths(table, _WIDTHS)) > width
    lines = [list(row.cells) for row in made.rows]
    _write_head(table, lines[:heads])
    stays = len(table.rows) if len(table.rows) <= _SHORT else 2
    for place, (row, cells) in enumerate(zip(table.rows, lines[heads:], strict=True), 1):
        _write_row(table, row, cells, texts)
        if place > len(table.rows) - stays and (place < len(table.rows) or table.notes):
            keep_with_next(cells[0].paragraphs[0])
    if small:
        _shrink(made)
    set_widths(made, _widths(table, width, small=small))
    set_cell_margins(made, 1.2)
    cannot_split(made)
    for head in made._tbl.tr_lst[:heads]:
        head.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for place, note in enumerate(table.notes, 1):
        paragraph = word.add_paragraph(note, style=TABLE_NOTE)
        if place < len(table.notes):
            keep_with_next(paragraph)


def _write_head(table: Table, heads: Sequence[Sequence[_Cell]]) -> None:
    *upper, lower = heads
    if upper:
        place = 0
        for group, members in groupby(table.columns, key=lambda column: column.group):
            size = len(list(members))
            if group:
                _write(_merged(upper[0][place], upper[0][place + size - 1]), group, head=True)
            else:
                for lone in range(place, place + size):
                    _write(_merged(upper[0][lone], lower[lone]), table.columns[lone].title, head=True)
            place += size
    for column, cell in zip(table.columns, lower, strict=True):
        if not upper or column.group:
            _write(cell, column.title, head=True)


def _write_row(table: Table, row: Row, cells: Sequence[_Cell], texts: Texts) -> None:
    strong = row.role is not RowRole.BODY
    for place, (column, value, cell) in enumerate(zip(table.columns, row.cells, cells, strict=True)):
        kind = table.kind_of(row, column)
        align = WD_ALIGN_PARAGRAPH.LEFT if column.kind is Kind.TEXT else WD_ALIGN_PARAGRAPH.RIGHT
        _write(cell, write_cell(value, kind, texts), bold=strong, align=align, indent=0 if place else row.level)
        if row.role is RowRole.TOTAL:
            _shade(cell)


def _write(
    cell: _Cell,
    text: str,
    *,
    head: bool = False,
    bold: bool = False,
    align: WD_ALIGN_PARAGRAPH = WD_ALIGN_PARAGRAPH.CENTER,
    indent: int = 0,
) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = TABLE_TEXT
    paragraph.alignment = align
    if indent:
        paragraph.paragraph_format.left_indent = Mm(indent * _INDENT)
    if head:
        keep_with_next(paragraph)
    paragraph.add_run(text).bold = head or bold
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    if head:
        _shade(cell)


def _merged(first: _Cell, last: _Cell) -> _Cell:
    return first if first is last else first.merge(last)


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", _SHADE)):
        shade.set(qn(f"w:{name}"), value)
    properties = cell._tc.get_or_add_tcPr()
    properties.insert_element_before(shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign")


def _shrink(made: WordTable) -> None:
    for run in made._tbl.iter(qn("w:r")):
        size = OxmlElement("w:sz")
        size.set(qn("w:val"), str(Pt(_SMALL_SIZE).pt * 2).removesuffix(".0"))
        run.get_or_add_rPr().append(size)


def _least_widths(table: Table, widths: Mapping[Kind, int]) -> list[int]:
    """Of all columns but the first; a row with a kind of its own may need more than its column."""
    return [
        max(widths[kind] for kind in {column.kind, *(table.kind_of(row, column) for row in table.rows)})
        for column in table.columns[1:]
    ]


def _widths(table: Table, width: int, *, small: bool) -> tuple[int, ...]:
    """In millimetres; the first column takes what the others leave."""
    others = _least_widths(table, _TIGHT_WIDTHS if small else _WIDTHS)
    room = width - (_TIGHT_LABEL_WIDTH if small else _LABEL_WIDTH)
    if sum(others) > room:
        others = [least * room // sum(others) for least in others]
    else:
        spare = min((room - sum(others)) // (len(others) or 1), _MOST_SPARE)
        others = [least + spare for least in others]
    return (width - sum(others), *others)
