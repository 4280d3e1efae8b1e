"""The Excel sheet in which contacts outside the bot are collected: the template, and reading it back.

Every cell is read as text or date, never evaluated: one that begins with = + - @ is just these letters.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipFile

import xlsxwriter
from openpyxl import load_workbook

from domain.communes import canonical
from domain.contact_records import AgeGroup, NewContactRecord, Referral, Sex, Way, Who
from domain.errors import HotlineError
from domain.topic_groups import TopicGroup
from texts import Texts

MOST_ROWS = 5000
_MOST_BYTES = 50 * 1024 * 1024
"""Unpacked."""

_HEADER_ROW = 1
_TEMPLATE_ROWS = 1000
_MOST_MINUTES = 480
_LONGEST = {"commune": 80, "note": 500}
_PERSONAL = re.compile(r"(?:\d[ .\-]?){9,}")
"""Nine digits in a row: a phone number, an identity card."""

COLUMNS = ("day", "way", "topic", "who", "commune", "sex", "age", "referral", "minutes", "staff", "note")
_REQUIRED = {"day", "way", "topic", "who"}
_CHOICES: Mapping[str, Sequence[str]] = {
    "way": (Way.PHONE, Way.WALK_IN, Way.VISIT, Way.LETTER),
    "topic": tuple(TopicGroup),
    "who": (Who.PERSON, Who.FAMILY, Who.OTHER),
    "sex": (Sex.FEMALE, Sex.MALE, Sex.OTHER),
    "age": (AgeGroup.UNDER_12, AgeGroup.FROM_12, AgeGroup.FROM_18, AgeGroup.FROM_30),
    "referral": tuple(Referral),
}


class SheetUnreadable(HotlineError):
    """Not an Excel file, or not one made from the template."""

    text_key = "contacts.file_unreadable"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One contact; empty strings and None where nothing was entered. `line` is the row's number in Excel."""

    line: int
    day: date
    way: Way
    topic: TopicGroup
    who: Who
    commune: str = ""
    sex: Sex = Sex.UNKNOWN
    age: AgeGroup = AgeGroup.UNKNOWN
    referral: Referral = Referral.NONE
    minutes: int | None = None
    staff: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class BadCell:
    """`key` is the text that says what is wrong, `values` fill it in; the cell's own words are never repeated."""

    line: int
    column: str
    key: str
    values: Mapping[str, object]


def write_template(file: Path | BinaryIO, texts: Texts) -> None:
    """A sheet with headings, lists to choose from, and a page of guidance."""
    with xlsxwriter.Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        sheet = book.add_worksheet(texts("contacts.sheet"))
        heading = book.add_format({"bold": True, "bg_color": "#E8EEF4", "border": 1, "text_wrap": True})
        day, plain = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "@"})
        for place, column in enumerate(COLUMNS):
            sheet.write_string(0, place, texts(f"contacts.column_{column}"), heading)
            cells = day if column == "day" else None if column in {"minutes", "staff"} else plain
            sheet.set_column(place, place, 30 if column in {"way", "topic", "referral", "note"} else 16, cells)
            if column in _CHOICES:
                allowed = {"validate": "list", "source": _labels(column, texts), "error_type": "stop"}
                sheet.data_validation(1, place, _TEMPLATE_ROWS, place, allowed)
        sheet.freeze_panes(1, 0)
        guide = book.add_worksheet(texts("contacts.guide_sheet"))
        guide.set_column(0, 0, 100, book.add_format({"text_wrap": True}))
        guide.write_string(0, 0, texts("contacts.guide"))


def read_sheet(file: Path | BinaryIO, today: date, texts: Texts) -> tuple[list[SheetRow], list[BadCell]]:
    """All rows, and all that is wrong with them; a row with something wrong is not among the rows.

    Raises SheetUnreadable.
    """
    lines = _cells(file)
    places = _places(next(lines, ()), texts)
    rows: list[SheetRow] = []
    bad = [BadCell(_HEADER_ROW, column, "contacts.column_missing", {}) for column in COLUMNS if column not in places]
    if bad:
        return [], bad
    for line, cells in enumerate(lines, _HEADER_ROW + 1):
        given = {column: cells[place] if place < len(cells) else None for column, place in places.items()}
        if all(_is_empty(value) for value in given.values()):
            continue
        if line - _HEADER_ROW > MOST_ROWS:
            bad.append(BadCell(line, COLUMNS[0], "contacts.too_many_rows", {"most": MOST_ROWS}))
            break
        values, wrong = _read_row(line, given, today, texts)
        bad += wrong
        if not wrong:
            rows.append(SheetRow(line, **values))
    return rows, bad


def unknown_staff(rows: Sequence[SheetRow], known: Collection[int]) -> list[BadCell]:
    """Rows that name a number that nobody who works here has or had."""
    return [
        BadCell(row.line, "staff", "contacts.unknown_staff", {})
        for row in rows
        if row.staff is not None and row.staff not in known
    ]


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


def _cells(file: Path | BinaryIO) -> Iterator[tuple[Any, ...]]:
    where = file.name if isinstance(file, Path) else ""
    try:
        with ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_BYTES:  # a small file may unpack without end
                raise SheetUnreadable(where=where)
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except SheetUnreadable:
        raise
    except Exception:  # openpyxl raises what its parsers raise
        raise SheetUnreadable(where=where) from None
    try:
        yield from book.worksheets[0].iter_rows(values_only=True)
    except Exception:  # it reads on while it yields
        raise SheetUnreadable(where=where) from None
    finally:
        book.close()


def _places(headings: tuple[Any, ...], texts: Texts) -> dict[str, int]:
    said = {_folded(str(heading)): place for place, heading in enumerate(headings) if heading is not None}
    names = {column: _folded(texts(f"contacts.column_{column}")) for column in COLUMNS}
    return {column: said[name] for column, name in names.items() if name in said}


def _read_row(line: int, given: Mapping[str, Any], today: date, texts: Texts) -> tuple[dict[str, Any], list[BadCell]]:
    values: dict[str, Any] = {}
    wrong: list[BadCell] = []
    for column, cell in given.items():
        if _is_empty(cell):
            if column in _REQUIRED:
                wrong.append(BadCell(line, column, "contacts.missing", {}))
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
        day = _day(cell)
        return day if day is not None and day <= today else ("contacts.not_a_day", {})
    if column == "minutes":
        minutes = _whole(cell)
        fits = minutes is not None and 1 <= minutes <= _MOST_MINUTES
        return minutes if fits else ("contacts.not_minutes", {})
    if column == "staff":
        number = _whole(cell)
        return number if number is not None and number > 0 else ("contacts.unknown_staff", {})
    if column in _CHOICES:
        labels = _labels(column, texts)
        by_label = {_folded(label): value for label, value in zip(labels, _CHOICES[column], strict=True)}
        found = by_label.get(_folded(str(cell)))
        return found if found is not None else ("contacts.not_in_list", {"allowed": "; ".join(labels)})
    text = " ".join(str(cell).split())[: _LONGEST[column]]
    if _PERSONAL.search(text):
        return "contacts.looks_personal", {}
    return canonical(text) if column == "commune" else text


def _labels(column: str, texts: Texts) -> list[str]:
    return [texts(f"record.{column}_{value}") for value in _CHOICES[column]]


def _day(cell: Any) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    for form in ("%d/%m/%Y", "%d-%m-%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(str(cell).strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _whole(cell: Any) -> int | None:
    try:
        number = float(str(cell).strip())
    except ValueError:
        return None
    return int(number) if number.is_integer() else None


def _is_empty(cell: Any) -> bool:
    return cell is None or not str(cell).strip()


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("*", " ").split())
