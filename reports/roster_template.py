"""The empty roster: headings, lists to choose from, dates as dates, and a page of guidance."""

from __future__ import annotations

import io

import xlsxwriter

from domain.clients import LegalGround
from domain.contact_records import Sex
from domain.roster import COLUMNS
from texts import Texts

_ROWS = 1000
_DAYS = frozenset({"start", "end", "decided"})
_WIDE = frozenset({"commune", "ground"})
_CHOICES: dict[str, tuple[str, ...]] = {"ground": tuple(LegalGround), "sex": (Sex.MALE, Sex.FEMALE, Sex.OTHER)}


def roster_template(texts: Texts) -> bytes:
    """An Excel file."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(texts("roster.sheet"))
        heading = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        day, plain = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "@"})
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, texts(f"roster.column_{column}"), heading)
            cells = day if column in _DAYS else None if column == "birth_year" else plain
            sheet.set_column(place, place, 34 if column in _WIDE else 18, cells)
            if column in _CHOICES:
                labels = [texts(f"roster.{column}_{value}") for value in _CHOICES[column]]
                sheet.data_validation(
                    1, place, _ROWS, place, {"validate": "list", "source": labels, "error_type": "stop"}
                )
        sheet.freeze_panes(1, 1)
        guide = book.add_worksheet(texts("roster.guide_sheet"))
        guide.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
        for line, words in enumerate(texts("roster.guide").splitlines()):
            guide.write_string(line, 0, words)
    return content.getvalue()
