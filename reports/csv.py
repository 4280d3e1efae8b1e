"""A report for programs: one line for each figure, with keys that stay the same from period to period.

Plain figures (1840, 87.99, 2026-09-14) in UTF-8 with a mark at the beginning, so that Excel sees Vietnamese letters.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from domain.report import Cell, Hidden, Kind, Report
from reports.cells import as_plain_text
from texts import Texts

MARK = "\ufeff"
COLUMNS = (
    "period_first",
    "period_last",
    "scope",
    "audience",
    "state",
    "version",
    "section",
    "table",
    "row",
    "row_role",
    "row_title",
    "column",
    "column_title",
    "span",
    "kind",
    "shown",
    "value",
)
"""`shown`: yes, none (there is no such figure), small or guard (hidden in the public copy; `value` is empty then)."""

_SHOWN = {Hidden.SMALL: "small", Hidden.GUARD: "guard"}


def render(report: Report, _: Texts) -> bytes:
    """Texts that a spreadsheet program would take for a formula have an apostrophe in front."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([as_plain_text(value) if guarded else value for value, guarded in line] for line in _lines(report))
    return (MARK + file.getvalue()).encode()


def plain(cell: Cell) -> str:
    """Nothing for what is hidden or missing."""
    match cell:
        case None | Hidden():
            return ""
        case date():
            return cell.isoformat()
        case Decimal() | int():
            return str(cell)
        case str():
            return cell


def _lines(report: Report) -> Iterator[list[tuple[str, bool]]]:
    """Values, and whether each is words; figures may begin with a minus."""
    about = [
        report.period.first.isoformat(),
        report.period.last.isoformat(),
        report.scope_name,
        report.audience.value,
        report.state.value,
        str(report.version),
    ]
    for section in report.sections:
        for table in section.tables:
            for row in table.rows:
                title = plain(row.cells[0])
                for place, (column, cell) in enumerate(zip(table.columns, row.cells, strict=True)):
                    if place == 0 and column.kind is Kind.TEXT:
                        continue  # it is the title of the row
                    kind = table.kind_of(row, column)
                    shown = "none" if cell is None else _SHOWN.get(cell, "yes") if isinstance(cell, Hidden) else "yes"
                    words = [*about, section.key, table.key, row.key, row.role.value, title, column.key]
                    words += [column.full_title, column.span.value, kind.value, shown]
                    yield [(word, True) for word in words] + [(plain(cell), isinstance(cell, str))]
