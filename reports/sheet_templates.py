"""The empty sheets that are filled in and sent back: headings, lists to choose from, and a page of guidance."""

from __future__ import annotations

import io
from collections.abc import Collection, Mapping, Sequence

import xlsxwriter

from domain import contact_sheet, roster
from domain.clients import LegalGround
from domain.contact_records import Sex
from reports.excel.document import SAFE
from reports.excel.formats import SHADE
from texts import Texts

_ROWS = 1000
_WIDE, _NARROW = 34, 18


def contact_template(texts: Texts) -> bytes:
    """An Excel file for contacts outside the bot."""
    lists = {
        column: [texts(f"record.{column}_{value}") for value in values]
        for column, values in contact_sheet.CHOICES.items()
    }
    wide, numbers = {"way", "topic", "referral", "note"}, {"minutes", "staff"}
    return _template("contacts", contact_sheet.COLUMNS, lists, texts, wide=wide, days={"day"}, numbers=numbers)


def roster_template(texts: Texts) -> bytes:
    """An Excel file for people after rehabilitation."""
    lists = {
        "ground": [texts(f"roster.ground_{each}") for each in LegalGround],
        "sex": [texts(f"roster.sex_{each}") for each in (Sex.MALE, Sex.FEMALE, Sex.OTHER)],
    }
    days, wide = {"start", "end", "decided"}, {"commune", "ground"}
    return _template("roster", roster.COLUMNS, lists, texts, wide=wide, days=days, numbers={"birth_year"})


def _template(
    name: str,
    columns: Sequence[str],
    lists: Mapping[str, Sequence[str]],
    texts: Texts,
    *,
    wide: Collection[str],
    days: Collection[str],
    numbers: Collection[str],
) -> bytes:
    """`name`: the table of the texts that has the headings."""
    content = io.BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True} | SAFE) as book:
        sheet = book.add_worksheet(texts(f"{name}.sheet"))
        heading = book.add_format({"bold": True, "bg_color": SHADE, "border": 1, "text_wrap": True})
        day, plain = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "@"})
        for place, column in enumerate(columns):
            sheet.write_string(0, place, texts(f"{name}.column_{column}"), heading)
            cells = day if column in days else None if column in numbers else plain
            sheet.set_column(place, place, _WIDE if column in wide else _NARROW, cells)
            if column in lists:
                allowed = {"validate": "list", "source": lists[column], "error_type": "stop"}
                sheet.data_validation(1, place, _ROWS, place, allowed)
        sheet.freeze_panes(1, 1)
        guide = book.add_worksheet(texts(f"{name}.guide_sheet"))
        guide.set_column(0, 0, 110, book.add_format({"text_wrap": True}))
        for line, words in enumerate(texts(f"{name}.guide").splitlines()):
            guide.write_string(line, 0, words)
    return content.getvalue()
