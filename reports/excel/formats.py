"""How cells of the workbook look; each look is made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from domain.report import Kind, RowRole

SHADE = "#E8EEF4"
MINUTES_OF_A_DAY = 24 * 60
_NUMBERS = {
    Kind.TEXT: "@",
    Kind.COUNT: "#,##0",
    Kind.PERCENT: "0.00%",
    Kind.MINUTES: "[h]:mm",
    Kind.DATE: "dd/mm/yyyy",
}
"""Excel puts in the reader's own separators: 1.840 and 87,99% on a Vietnamese computer."""


class Formats:
    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made = cache(self._make)

    def title(self) -> Format:
        return self._made(bold=True, font_size=14)

    def plain(self) -> Format:
        return self._made(text_wrap=True, valign="top")

    def note(self) -> Format:
        return self._made(italic=True, text_wrap=True, valign="top")

    def link(self) -> Format:
        return self._made(font_color="#0B5394", underline=1)

    def draft(self) -> Format:
        return self._made(bold=True, font_color="#9C1C1C")

    def head(self) -> Format:
        return self._made(bold=True, bg_color=SHADE, border=1, text_wrap=True, align="center", valign="vcenter")

    def cell(self, kind: Kind, role: RowRole, level: int, *, right: bool, bordered: bool = True) -> Format:
        """`right`: beside the right edge, as figures stand, and signs in the place of a figure."""
        look: dict[str, Any] = {"num_format": _NUMBERS[kind], "valign": "vcenter"}
        if bordered:
            look["border"] = 1
        look |= {"align": "right"} if right else {"text_wrap": bordered}
        if role is not RowRole.BODY:
            look["bold"] = True
        if role is RowRole.TOTAL:
            look["bg_color"] = SHADE
        if level:
            look["indent"] = level
        return self._made(**look)

    def _make(self, **look: Any) -> Format:
        return self._book.add_format({"font_name": "Times New Roman", "font_size": 12} | look)
