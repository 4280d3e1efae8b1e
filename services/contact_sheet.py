"""Reads a sheet of contacts outside the bot: what it says, and every cell that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

from domain.communes import canonical
from domain.contact_records import NewContactRecord
from domain.contact_sheet import CHOICES, COLUMNS, REQUIRED, SheetRow, SheetUnreadable
from domain.sheets import BadCell, holds_long_number, is_empty, read_day, read_whole
from domain.staff import Staff
from services.sheets import excel_rows
from texts import Texts

MOST_ROWS = 5000
_HEADER_ROW = 1
_MOST_MINUTES = 480
_LONGEST = {"commune": 80, "note": 500}


def read_sheet(file: Path | BinaryIO, today: date, texts: Texts) -> tuple[list[SheetRow], list[BadCell]]:
    """All rows, and all that is wrong with them; a row with something wrong is not among the rows.

    Raises SheetUnreadable.
    """
    lines = excel_rows(file, SheetUnreadable(where=file.name if isinstance(file, Path) else ""))
    places = _places(next(lines, ()), texts)
    rows: list[SheetRow] = []
    bad = [BadCell(_HEADER_ROW, column, "contacts.column_missing") for column in COLUMNS if column not in places]
    if bad:
        return [], bad
    for line, cells in enumerate(lines, _HEADER_ROW + 1):
        given = {column: cells[place] if place < len(cells) else None for column, place in places.items()}
        if all(is_empty(value) for value in given.values()):
            continue
        if line - _HEADER_ROW > MOST_ROWS:
            bad.append(BadCell(line, COLUMNS[0], "contacts.too_many_rows", {"most": MOST_ROWS}))
            break
        values, wrong = _read_row(line, given, today, texts)
        bad += wrong
        if not wrong:
            rows.append(SheetRow(line, **values))
    return rows, bad


def unknown_staff(rows: Iterable[SheetRow], known: Collection[int]) -> list[BadCell]:
    """Rows that name a number that nobody who works here has or had."""
    return [
        BadCell(row.line, "staff", "contacts.unknown_staff")
        for row in rows
        if row.staff is not None and row.staff not in known
    ]


def out_of_scope(rows: Iterable[SheetRow], staff: Staff) -> list[BadCell]:
    """Rows from communes whose counts are not for this member to change."""
    return [BadCell(row.line, "commune", "roster.out_of_scope") for row in rows if not staff.covers(row.commune)]


def in_words(bad: Sequence[BadCell], texts: Texts) -> list[str]:
    """One line for each cell that is wrong, from the top of the sheet down."""
    return [
        texts(
            "contacts.bad_row",
            line=cell.line,
            column=texts(f"contacts.column_{cell.column}").removesuffix(" *"),
            problem=texts(cell.key, **cell.values),
        )
        for cell in sorted(bad, key=lambda each: each.line)
    ]


def to_record(row: SheetRow, now: datetime) -> NewContactRecord:
    return NewContactRecord(
        happened_on=row.day,
        recorded_at=now,
        way=row.way,
        staff_id=row.staff,
        outcome="",
        topic=row.topic.topic,
        who=row.who,
        commune=row.commune,
        sex=row.sex,
        age_group=row.age,
        referral=row.referral,
        minutes=row.minutes,
        note=row.note,
    )


def _places(headings: tuple[Any, ...], texts: Texts) -> dict[str, int]:
    said = {_folded(str(heading)): place for place, heading in enumerate(headings) if heading is not None}
    names = {column: _folded(texts(f"contacts.column_{column}")) for column in COLUMNS}
    return {column: said[name] for column, name in names.items() if name in said}


def _read_row(line: int, given: Mapping[str, Any], today: date, texts: Texts) -> tuple[dict[str, Any], list[BadCell]]:
    values: dict[str, Any] = {}
    wrong: list[BadCell] = []
    for column, cell in given.items():
        if is_empty(cell):
            if column in REQUIRED:
                wrong.append(BadCell(line, column, "contacts.missing"))
            continue
        read = _read_cell(column, cell, today, texts)
        if isinstance(read, tuple):
            wrong.append(BadCell(line, column, *read))
        else:
            values[column] = read
    return values, wrong


def _read_cell(column: str, cell: Any, today: date, texts: Texts) -> Any | tuple[str, dict[str, object]]:
    """The value, or the key of what is wrong with it."""
    if column == "day":
        day = read_day(cell)
        return day if day is not None and day <= today else ("contacts.not_a_day", {})
    if column == "minutes":
        minutes = read_whole(cell)
        fits = minutes is not None and 1 <= minutes <= _MOST_MINUTES
        return minutes if fits else ("contacts.not_minutes", {})
    if column == "staff":
        number = read_whole(cell)
        return number if number is not None and number > 0 else ("contacts.unknown_staff", {})
    if column in CHOICES:
        by_label = {texts(f"record.{column}_{value}"): value for value in CHOICES[column]}
        said = _folded(str(cell))
        found = [value for label, value in by_label.items() if _folded(label) == said]
        return found[0] if found else ("contacts.not_in_list", {"allowed": "; ".join(by_label)})
    text = " ".join(str(cell).split())[: _LONGEST[column]]
    if holds_long_number(text):
        return "contacts.looks_personal", {}
    return canonical(text) if column == "commune" else text


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("*", " ").split())
