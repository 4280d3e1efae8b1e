"""The whole Word file: heading, sections with their tables, remarks, signature."""

from __future__ import annotations

import io
from itertools import count

from docx.document import Document as Word

from domain.report import Report, Section
from reports.word.heading import write_heading, write_signature
from reports.word.left_out import without_zeros
from reports.word.page import BODY, LIST, SECTION_TITLE, new_document, turn_page, write_footer
from reports.word.tables import needs_to_lie, write_table
from texts import Texts

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def render(report: Report, texts: Texts) -> bytes:
    """A .docx that an officer can put a number on, sign, or change."""
    word = new_document()
    _set_properties(word, report)
    if report.state_name:
        footer = texts(
            "report_files.draft_footer", state=report.state_name, period=report.period_name, version=report.version
        )
        write_footer(word, footer)
    write_heading(word, report, texts)
    body = _Body(word, texts)
    for section in report.sections:
        body.write(section)
    body.write_left_out()
    body.write_list(texts("report_files.remarks"), report.remarks)
    body.write_list(texts("report_files.changes"), report.changes)
    body.stand_upright()
    write_signature(word, report, texts)
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


class _Body:
    """Counts sections and tables through the document and turns pages for wide tables."""

    def __init__(self, word: Word, texts: Texts) -> None:
        self._word, self._texts = word, texts
        self._sections, self._tables = count(1), count(1)
        self._across = False
        self._left_out: list[str] = []

    def write(self, whole: Section) -> None:
        section, left_out = without_zeros(whole, self._texts)
        self._left_out += left_out
        first = section.tables[0] if section.tables and not section.paragraphs else None
        self._turn(across=first is not None and needs_to_lie(first))
        self._write_title(section.title)
        for paragraph in section.paragraphs:
            self._word.add_paragraph(paragraph, style=BODY)
        for table in section.tables:
            self._turn(across=needs_to_lie(table))
            write_table(self._word, table, next(self._tables), self._texts)

    def write_left_out(self) -> None:
        """Which tables are not there, because there is nothing in them."""
        if self._left_out:
            self.stand_upright()
            named = "; ".join(self._left_out)
            self._word.add_paragraph(self._texts("report_files.tables_left_out", tables=named), style=BODY)

    def write_list(self, title: str, lines: tuple[str, ...]) -> None:
        if not lines:
            return
        self.stand_upright()
        self._write_title(title)
        for line in lines:
            self._word.add_paragraph(f"- {line}", style=LIST)

    def stand_upright(self) -> None:
        self._turn(across=False)

    def _write_title(self, title: str) -> None:
        self._word.add_paragraph(f"{_roman(next(self._sections))}. {title.upper()}", style=SECTION_TITLE)

    def _turn(self, *, across: bool) -> None:
        if across is not self._across:
            turn_page(self._word, across=across)
            self._across = across


def _set_properties(word: Word, report: Report) -> None:
    """Without the library's own: its template says who made it, and when."""
    properties = word.core_properties
    properties.title = f"{report.heading.title}: {report.heading.subject}"
    properties.subject = report.period_name
    properties.author = properties.last_modified_by = report.heading.agency
    properties.comments, properties.keywords = "", ""
    properties.language = "vi-VN"
    properties.created = properties.modified = report.made_at
    properties.version = str(report.version)


def _roman(number: int) -> str:
    """1 to 39."""
    written = ""
    for value, sign in _ROMAN:
        while number >= value:
            written, number = written + sign, number - value
    return written
