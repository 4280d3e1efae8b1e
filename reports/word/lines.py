"""Single lines with their own size and weight, the rules under them, and tables that only hold places."""

from __future__ import annotations

from docx.document import Document as Word
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

CENTER, LEFT = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.LEFT


def add_line(
    place: Word | _Cell,
    text: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH = CENTER,
    before: int = 0,
) -> Paragraph:
    paragraph = _next(place)
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)
    return paragraph


def add_rule(place: Word | _Cell, width: int, length: int) -> Paragraph:
    """A thin line of `length` millimetres in the middle of a place `width` millimetres wide."""
    paragraph = _next(place)
    paragraph.add_run().font.size = Pt(2)
    paragraph.paragraph_format.line_spacing = Pt(3)
    side = Mm((width - length) / 2)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = side
    _border(paragraph, ("bottom",), size=6)
    return paragraph


def add_box(place: Word | _Cell, text: str, *, size: int, before: int, indent: int) -> Paragraph:
    """Bold words in a frame, `indent` millimetres away from both sides."""
    paragraph = add_line(place, text, size=size, bold=True, before=before)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    _border(paragraph, ("top", "left", "bottom", "right"), size=8)
    return paragraph


def add_places(word: Word, widths: tuple[int, ...]) -> tuple[_Cell, ...]:
    """Cells side by side without borders, `widths` in millimetres; they stay on one page."""
    table = word.add_table(rows=1, cols=len(widths))
    set_widths(table, widths)
    set_cell_margins(table, 0)
    cannot_split(table)
    return tuple(table.rows[0].cells)


def set_widths(table: Table, widths: tuple[int, ...]) -> None:
    """In millimetres; both in the grid (LibreOffice) and in every cell (Word)."""
    table.autofit = False
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table._tbl.tr_lst:
        place = 0
        for cell in row.tc_lst:
            cell.width = Mm(sum(widths[place : place + cell.grid_span]))
            place += cell.grid_span


def set_cell_margins(table: Table, side: float) -> None:
    """Left and right, in millimetres."""
    margins = OxmlElement("w:tblCellMar")
    for edge in ("left", "right"):
        margin = OxmlElement(f"w:{edge}")
        margin.set(qn("w:w"), str(Mm(side).twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.append(margins)


def cannot_split(table: Table) -> None:
    """No row is torn apart by the end of a page."""
    for row in table._tbl.tr_lst:
        row.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _next(place: Word | _Cell) -> Paragraph:
    """A new cell already has one empty paragraph: it is used first."""
    begun: list[Paragraph] = place.paragraphs
    unused = isinstance(place, _Cell) and len(begun) == 1 and not begun[0].runs
    return begun[0] if unused else place.add_paragraph()


def _border(paragraph: Paragraph, edges: tuple[str, ...], size: int) -> None:
    """`size` in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    for edge in edges:
        line = OxmlElement(f"w:{edge}")
        for name, value in (("val", "single"), ("sz", str(size)), ("space", "1"), ("color", "000000")):
            line.set(qn(f"w:{name}"), value)
        borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(
        borders, "w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )
