"""Paper, margins, fonts and page numbers.

Source: Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I, mục I: A4; 20-25 mm from the upper and the lower edge, 30-35 mm from
the left, 15-20 mm from the right; Times New Roman, black; page numbers in Arabic figures of size 13-14 in the middle of
the upper margin, none on the first page; a document with wide tables may lie across.
"""

from __future__ import annotations

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

FONT = "Times New Roman"
_SHORT_EDGE, _LONG_EDGE = 210, 297
_UPPER, _LOWER, _LEFT, _RIGHT = 20, 20, 30, 15
UPRIGHT_WIDTH = _SHORT_EDGE - _LEFT - _RIGHT
"""Millimetres between the margins."""
ACROSS_WIDTH = _LONG_EDGE - _LEFT - _RIGHT

BODY, TABLE_TEXT, TABLE_NOTE, LIST = "Body Text", "Table Text", "Table Note", "List Dash"
SECTION_TITLE, TABLE_TITLE = "Heading 1", "Caption"
_FOOTER_SIZE = 10


def new_document() -> Word:
    """An empty A4 document with our styles; nothing of the library's template shows."""
    word = Document()
    _set_language(word)
    _set_styles(word)
    first = word.sections[0]
    _set_paper(first, across=False)
    first.different_first_page_header_footer = True
    _number_pages(first)
    return word


def turn_page(word: Word, *, across: bool) -> None:
    """Begin a new page, upright or across; page numbers go on."""
    section = word.add_section(WD_SECTION.NEW_PAGE)
    section.different_first_page_header_footer = False
    _set_paper(section, across=across)


def write_footer(word: Word, text: str) -> None:
    """Small, on every page, the first included."""
    first = word.sections[0]
    for footer in (first.footer, first.first_page_footer):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        run = paragraph.add_run(text)
        run.italic = True
        run.font.size = Pt(_FOOTER_SIZE)


def _set_paper(section: Section, *, across: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    section.page_width = Mm(_LONG_EDGE if across else _SHORT_EDGE)
    section.page_height = Mm(_SHORT_EDGE if across else _LONG_EDGE)
    section.top_margin, section.bottom_margin = Mm(_UPPER), Mm(_LOWER)
    section.left_margin, section.right_margin = Mm(_LEFT), Mm(_RIGHT)
    section.header_distance = section.footer_distance = Mm(10)


def _number_pages(section: Section) -> None:
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    run.font.size = Pt(13)
    for mark, text in (("begin", ""), ("", "PAGE"), ("separate", ""), ("shown", "2"), ("end", "")):
        run._r.append(_field_part(mark, text))  # the library has no fields


def _field_part(mark: str, text: str) -> BaseOxmlElement:
    if mark in {"", "shown"}:
        part = OxmlElement("w:t" if mark else "w:instrText")
        part.text = text
        return part
    part = OxmlElement("w:fldChar")
    part.set(qn("w:fldCharType"), mark)
    return part


def _set_language(word: Word) -> None:
    """So that Word does not underline every word in red."""
    defaults = word.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    language = defaults.find(qn("w:lang"))
    for script in ("w:val", "w:eastAsia"):
        language.set(qn(script), "vi-VN")


def _set_styles(word: Word) -> None:
    normal = _style(word, "Normal", size=14)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    body = _style(word, BODY, size=14, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    body.paragraph_format.first_line_indent = Mm(10)
    _space(body, before=0, after=6)
    dashes = _style(word, LIST, size=14, align=WD_ALIGN_PARAGRAPH.JUSTIFY)
    dashes.paragraph_format.first_line_indent = Mm(10)
    _space(dashes, before=0, after=6)
    title = _style(word, SECTION_TITLE, size=14, bold=True)
    title.paragraph_format.first_line_indent = Mm(10)
    title.paragraph_format.keep_with_next = True
    _space(title, before=12, after=6)
    caption = _style(word, TABLE_TITLE, size=13, bold=True, align=WD_ALIGN_PARAGRAPH.CENTER)
    caption.paragraph_format.keep_with_next = True
    _space(caption, before=10, after=4)
    _space(_style(word, TABLE_TEXT, size=12), before=2, after=2)
    _space(_style(word, TABLE_NOTE, size=12, italic=True), before=3, after=0)


def _style(
    word: Word,
    name: str,
    *,
    size: int,
    bold: bool = False,
    italic: bool = False,
    align: WD_ALIGN_PARAGRAPH | None = None,
) -> ParagraphStyle:
    known = name in {style.name for style in word.styles}
    style = word.styles[name] if known else word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    assert isinstance(style, ParagraphStyle)
    if not known:
        style.base_style = word.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(size)
    style.font.bold, style.font.italic = bold, italic
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.rPr.rFonts
    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), FONT)
    for script in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
        fonts.attrib.pop(qn(script), None)  # a theme font would win over the name
    if align is not None:
        style.paragraph_format.alignment = align
    return style


def _space(style: ParagraphStyle, *, before: int, after: int) -> None:
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def keep_with_next(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.keep_with_next = True
