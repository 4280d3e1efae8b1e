"""Opens an Excel file that somebody sent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile

from openpyxl import load_workbook

from domain.errors import HotlineError

_MOST_BYTES = 50 * 1024 * 1024
"""Unpacked: a small file may unpack without end."""


def excel_rows(file: Path | BinaryIO, unreadable: HotlineError) -> Iterator[tuple[Any, ...]]:
    """The rows of the first sheet. Raises `unreadable`: no workbook, or one that is too large."""
    try:
        with ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_BYTES:
                raise unreadable
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            yield from book.worksheets[0].iter_rows(values_only=True)
        finally:
            book.close()
    except Exception:  # openpyxl raises what its parsers raise, also while it yields
        raise unreadable from None
