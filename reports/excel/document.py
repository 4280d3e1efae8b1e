"""The whole workbook: an overview, then a sheet for each table with its charts below."""

from __future__ import annotations

import io
from itertools import count

import xlsxwriter
from xlsxwriter.utility import quote_sheetname
from xlsxwriter.worksheet import Worksheet

from domain.report import Report, Section
from reports.excel.charts import columns_under, insert_chart
from reports.excel.formats import Formats
from reports.excel.sheets import Placed, set_page, sheet_name, write_sheet
from texts import Texts

SAFE = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
"""What looks like a formula, an address or a number stays the text that it is."""
_FACT_WIDTH, _VALUE_WIDTH = 34, 66


def render(report: Report, texts: Texts) -> bytes:
    """A .xlsx to check the figures of the signed document."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True} | SAFE) as book:
        book.set_properties(
            {
                "title": f"{report.heading.title}: {report.heading.subject}",
                "author": report.heading.agency,
                "created": report.made_at,
            }
        )
        formats = Formats(book)
        overview = book.add_worksheet(texts("report_files.overview"))
        numbers = count(1)
        placed = [
            entry
            for section in report.sections
            for entry in _write_section(book, formats, report, section, numbers, texts)
        ]
        _write_overview(overview, formats, report, placed, texts)
    return file.getvalue()


def _write_section(
    book: xlsxwriter.Workbook, formats: Formats, report: Report, section: Section, numbers: count[int], texts: Texts
) -> list[Placed]:
    placed = []
    for table in section.tables:
        number = next(numbers)
        caption = texts("report_files.table", number=number, title=table.title)
        entry = write_sheet(book, formats, sheet_name(number, table.title), table, caption, report.state_name)
        line, columns = entry.end, len(table.columns)
        for chart in section.charts:
            if chart.table == table.key and entry.body_rows():
                line, columns = insert_chart(book, entry, chart, line + 1), columns_under(entry)
        entry.sheet.print_area(0, 0, line - 1, columns - 1)
        placed.append(entry)
    return placed


def _write_overview(sheet: Worksheet, formats: Formats, report: Report, placed: list[Placed], texts: Texts) -> None:
    sheet.set_column(0, 0, _FACT_WIDTH)
    sheet.set_column(1, 1, _VALUE_WIDTH)
    lines: list[tuple[str, str]] = [(fact.title, fact.value) for fact in report.facts]
    lines += [(texts("report_files.remarks"), remark) for remark in report.remarks]
    lines += [(texts("report_files.changes"), change) for change in report.changes]
    sheet.write_string(0, 0, report.heading.agency, formats.plain())
    sheet.write_string(1, 0, report.heading.title, formats.title())
    sheet.write_string(2, 0, report.heading.subject, formats.title())
    at = 3
    if report.state_name:
        sheet.write_string(at, 0, report.state_name, formats.draft())
        at += 1
    for label, value in lines:
        at += 1
        sheet.write_string(at, 0, label, formats.note())
        sheet.write_string(at, 1, value, formats.plain())
    at += 2
    sheet.write_string(at, 0, texts("report_files.tables_in_file"), formats.title())
    for entry in placed:
        at += 1
        target = f"internal:{quote_sheetname(entry.name)}!A1"
        sheet.write_url(at, 0, target, formats.link(), entry.name)
        sheet.write_string(at, 1, entry.table.title, formats.plain())
    set_page(sheet, across=False)
    sheet.print_area(0, 0, at, 1)
