"""What stands above and below the body: who writes, to whom, about what, and who signs.

Source: Nghị định 30/2020/NĐ-CP, Điều 8 and Phụ lục I, Phần I, mục II: sizes and weights; a report to the level above
names it twice, after "Kính gửi:" and, as "Như trên", under "Nơi nhận:".
"""

from __future__ import annotations

from datetime import date

from docx.document import Document as Word
from docx.shared import Mm
from docx.text.paragraph import Paragraph

from domain.report import Heading, Report
from reports.word.lines import LEFT, add_box, add_line, add_places, add_rule
from reports.word.page import UPRIGHT_WIDTH, keep_with_next
from texts import Texts

_AGENCY_WIDTH, _COUNTRY_WIDTH = 74, 91
_AGENCY_RULE, _MOTTO_RULE, _TITLE_RULE = 22, 59, 45
_SIGNATURE_LINES = 4
_COPIES_WIDTH, _SIGNER_WIDTH = 80, 85
_FACT_WIDTHS = (40, 115)
_FIRST_MONTHS = 2


def write_heading(word: Word, report: Report, texts: Texts) -> None:
    heading = report.heading
    left, right = add_places(word, (_AGENCY_WIDTH, _COUNTRY_WIDTH))
    if heading.superior:
        add_line(left, heading.superior.upper(), size=12)
    add_line(left, heading.agency.upper(), size=12, bold=True)
    add_rule(left, _AGENCY_WIDTH, _AGENCY_RULE)
    number = (
        texts("report_files.number", number=heading.number) if heading.number else texts("report_files.number_blank")
    )
    add_line(left, number, size=13, before=6)
    if report.state_name:
        add_box(left, report.state_name, size=12, before=6, indent=6)
    add_line(right, texts("report_files.country"), size=12, bold=True)
    add_line(right, texts("report_files.motto"), size=13, bold=True)
    add_rule(right, _COUNTRY_WIDTH, _MOTTO_RULE)
    add_line(right, write_place_and_day(heading, texts), size=13, italic=True, before=6)
    add_line(word, heading.title.upper(), size=14, bold=True, before=18)
    add_line(word, heading.subject, size=14, bold=True)
    add_rule(word, UPRIGHT_WIDTH, _TITLE_RULE)
    _write_sent_to(word, heading, texts)
    _write_facts(word, report)


def write_signature(word: Word, report: Report, texts: Texts) -> None:
    """Never alone on a page: the end of the body comes with it."""
    heading = report.heading
    _keep_end(word)
    keep_with_next(add_line(word, "", size=6))
    left, right = add_places(word, (_COPIES_WIDTH, _SIGNER_WIDTH))
    if heading.addressees:
        add_line(left, texts("report_files.copies_to"), size=12, bold=True, italic=True, align=LEFT)
        for line in _dashed(heading.addressees):
            add_line(left, line, size=11, align=LEFT)
    for line in (heading.signed_for, heading.signer_title):
        if line:
            add_line(right, line.upper(), size=14, bold=True)
    for _ in range(_SIGNATURE_LINES):
        add_line(right, "", size=14)
    add_line(right, heading.signer_name or texts("report_files.signer_blank"), size=14, bold=bool(heading.signer_name))


def _keep_end(word: Word) -> None:
    *_, last = word.iter_inner_content()
    keep_with_next(last if isinstance(last, Paragraph) else last.rows[-1].cells[0].paragraphs[0])


def write_place_and_day(heading: Heading, texts: Texts) -> str:
    """ "Cao Lãnh, ngày 05 tháng 02 năm 2027": days below 10 and the first two months with a leading zero."""
    place = heading.place or texts("report_files.place_blank")
    day: date | None = heading.dated_on
    if day is None:
        return texts("report_files.dated_blank", place=place)
    month = f"{day.month:02d}" if day.month <= _FIRST_MONTHS else str(day.month)
    return texts("report_files.dated", place=place, day=f"{day.day:02d}", month=month, year=day.year)


def _write_sent_to(word: Word, heading: Heading, texts: Texts) -> None:
    match heading.sent_to:
        case ():
            return
        case (only,):
            add_line(word, f"{texts('report_files.sent_to')} {only}.", size=14, before=12)
        case several:
            opening = add_line(word, texts("report_files.sent_to"), size=14, align=LEFT, before=12)
            opening.paragraph_format.left_indent = Mm(30)
            for line in _dashed(several):
                add_line(word, line, size=14, align=LEFT).paragraph_format.left_indent = Mm(53)


def _write_facts(word: Word, report: Report) -> None:
    add_line(word, "", size=6)
    for fact in report.facts:
        label, value = add_places(word, _FACT_WIDTHS)
        add_line(label, f"{fact.title}:", size=13, italic=True, align=LEFT)
        keep_with_next(add_line(value, fact.value, size=13, align=LEFT))
    add_line(word, "", size=6)


def _dashed(lines: tuple[str, ...]) -> list[str]:
    """ "- Như trên;", the last with a full stop."""
    bare = [line.strip().lstrip("-").rstrip(";.").strip() for line in lines]
    return [f"- {line}{';' if place < len(bare) else '.'}" for place, line in enumerate(bare, 1)]
