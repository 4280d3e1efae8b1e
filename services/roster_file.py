"""Reads a roster from the bytes of an Excel or CSV file. Cells are text or dates, never evaluated."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import Any

from domain.clients import LegalGround, code_key
from domain.contact_records import Sex
from domain.places import Commune, Places, folded
from domain.roster import (
    COLUMNS,
    REQUIRED,
    RosterRow,
    RosterUnreadable,
    heading_is_personal,
    looks_like_name,
    looks_personal,
)
from domain.sheets import BadCell, is_empty, read_day, read_whole
from domain.terms import LAW_IN_FORCE_ON, add_months, computed_end
from services.sheets import excel_rows
from texts import Texts

MOST_ROWS = 5000
MOST_BYTES = 10 * 1024 * 1024
_HEADING_WITHIN = 15
"""Agencies put titles above the table: the headings are looked for in so many rows."""

_FEWEST_HEADINGS = 3
_LONGEST_TEXT = 40
_LONGEST_CODE = 30
_SOON = timedelta(days=60)
"""Who will finish so soon may be entered already: the notice comes 30 days before."""

_LONGEST_YEARS = 5
_SHOWN_COMMUNES = 5

Fault = tuple[str, dict[str, object]]


@dataclass(frozen=True, slots=True)
class Reading:
    """rows: those in which nothing is wrong. ignored: headings that are no part of a roster and harm nobody."""

    rows: list[RosterRow]
    bad: list[BadCell]
    ignored: list[str]


@dataclass(frozen=True, slots=True)
class RosterReader:
    """province: where communes are looked for that name none."""

    texts: Texts
    places: Callable[[], Places]
    province: str = ""

    def read(self, content: bytes, today: date) -> Reading:
        """All rows and all that is wrong. Raises RosterUnreadable."""
        lines = list(_lines(content))
        for place, (line, cells) in enumerate(lines[:_HEADING_WITHIN]):
            columns = self._columns(cells)
            if len(columns) >= _FEWEST_HEADINGS:
                return self._read_below(line, cells, columns, lines[place + 1 :], today)
        raise RosterUnreadable

    def _columns(self, cells: Sequence[Any]) -> dict[str, int]:
        """Where each column of the template is."""
        headings = {_heading(cell): place for place, cell in reversed(list(enumerate(cells))) if not is_empty(cell)}
        found = {}
        for column in COLUMNS:
            for name in (self.texts(f"roster.column_{column}"), *self.texts(f"roster.also_{column}").split(";")):
                if _heading(name) in headings:
                    found[column] = headings[_heading(name)]
                    break
        return found

    def _read_below(
        self,
        heading_line: int,
        headings: Sequence[Any],
        columns: Mapping[str, int],
        lines: Sequence[tuple[int, Sequence[Any]]],
        today: date,
    ) -> Reading:
        lines = [(line, cells) for line, cells in lines if not all(is_empty(cell) for cell in cells)]
        others = {
            place: str(heading).strip()
            for place, heading in enumerate(headings)
            if place not in columns.values() and not is_empty(heading)
        }
        bad = [
            BadCell(heading_line, _cut(heading), "roster.personal_column")
            for place, heading in others.items()
            if heading_is_personal(heading) or _holds_people(place, lines)
        ]
        bad += [
            BadCell(heading_line, "", "roster.personal_column")
            for place in range(max((len(cells) for _, cells in lines), default=0))
            if place not in columns.values() and place not in others and _holds_people(place, lines)
        ]
        bad += [
            BadCell(heading_line, column, "roster.column_missing")
            for column in COLUMNS
            if column in REQUIRED - set(columns)
        ]
        if bad:
            return Reading([], bad, [])
        if len(lines) > MOST_ROWS:
            return Reading([], [BadCell(lines[MOST_ROWS][0], COLUMNS[0], "roster.too_many", {"most": MOST_ROWS})], [])
        rows: list[RosterRow] = []
        seen: dict[str, int] = {}
        for line, cells in lines:
            given = {column: cells[place] if place < len(cells) else None for column, place in columns.items()}
            row, wrong = self._row(line, given, today)
            if row is not None and (first := seen.setdefault(code_key(row.code), line)) != line:
                wrong.append(BadCell(line, "code", "roster.twice", {"first": first}))
            bad += wrong
            if row is not None and not wrong:
                rows.append(row)
        return Reading(rows, bad, [_cut(heading) for heading in others.values()])

    def _row(self, line: int, given: Mapping[str, Any], today: date) -> tuple[RosterRow | None, list[BadCell]]:
        values: dict[str, Any] = {}
        wrong: list[BadCell] = []
        for column, cell in given.items():
            if is_empty(cell):
                if column in REQUIRED:
                    wrong.append(BadCell(line, column, "roster.missing"))
                continue
            read = self._cell(column, cell, today)
            if isinstance(read, tuple):
                wrong.append(BadCell(line, column, *read))
            else:
                values[column] = read
        if wrong:
            return None, wrong
        row = RosterRow(line, **values)
        return row, [BadCell(line, column, *fault) for column, fault in _contradictions(row, today)]

    def _cell(self, column: str, cell: Any, today: date) -> Any | Fault:
        """The value, or what is wrong with it."""
        match column:
            case "start" | "end" | "decided":
                day = read_day(cell)
                return day if day is not None else ("roster.not_a_day", {})
            case "birth_year":
                year = read_whole(cell)
                return year if year and today.year - 100 <= year <= today.year - 10 else ("roster.not_a_year", {})
            case "ground":
                return self._choice("ground", LegalGround, cell)
            case "sex":
                return self._choice("sex", (Sex.MALE, Sex.FEMALE, Sex.OTHER), cell)
            case "commune":
                return self._commune(str(cell))
        text = " ".join(_as_text(cell).split())
        if looks_like_name(text):
            return "roster.looks_like_name", {}
        if looks_personal(text):
            return "roster.looks_personal", {}
        longest = _LONGEST_CODE if column in {"code", "volunteer"} else _LONGEST_TEXT
        return text if len(text) <= longest else ("roster.too_long", {"most": longest})

    def _choice(self, column: str, values: Sequence[Any] | type[LegalGround], cell: Any) -> Any | Fault:
        labels = {value: self.texts(f"roster.{column}_{value}") for value in values}
        said = folded(str(cell))
        for value, label in labels.items():
            also = self.texts(f"roster.{column}_{value}_also").split(";")
            if said in {folded(label), *(folded(each) for each in also)}:
                return value
        return "roster.not_in_list", {"allowed": "; ".join(labels.values())}

    def _commune(self, text: str) -> Commune | Fault:
        found = self.places().find(text, self.province)
        if len(found) == 1:
            return found[0]
        if not found:
            return "roster.no_commune", {}
        shown = "; ".join(f"{each.name}, {each.province}" for each in found[:_SHOWN_COMMUNES])
        return "roster.which_commune", {"found": shown + ("; …" if len(found) > _SHOWN_COMMUNES else "")}


def _contradictions(row: RosterRow, today: date) -> Iterator[tuple[str, Fault]]:
    """What each cell says for itself and the row as a whole cannot mean."""
    before = row.ground is LegalGround.BEFORE_LAW
    if row.start > today + _SOON:
        yield "start", ("roster.start_far", {})
    if before != (row.start < LAW_IN_FORCE_ON):
        yield "ground", ("roster.ground_before" if before else "roster.ground_after", {})
    if before and row.end is None:
        yield "end", ("roster.end_needed", {})
    if row.end is not None and not row.start < row.end <= add_months(row.start, 12 * _LONGEST_YEARS):
        yield "end", ("roster.end_wrong", {})
    ends_on = row.end or computed_end(row.ground, row.start)
    if ends_on is not None and row.start < ends_on < today:
        yield "end", ("roster.over", {"on": f"{ends_on:%d/%m/%Y}"})
    if row.decided is not None and not row.start - 2 * _SOON <= row.decided <= today:
        yield "decided", ("roster.decided_wrong", {})
    if row.birth_year is not None:
        age = row.start.year - row.birth_year
        if (row.ground is LegalGround.MINOR and not 12 <= age <= 18) or (
            row.ground is LegalGround.COMPULSORY and age < 18
        ):
            yield "birth_year", ("roster.age_wrong", {})


def _lines(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows with their numbers as a spreadsheet shows them. Raises RosterUnreadable."""
    if len(content) > MOST_BYTES:
        raise RosterUnreadable
    if content[:4] == b"PK\x03\x04":
        yield from _excel(content)
    else:
        yield from _csv(content)


def _excel(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    rows = excel_rows(io.BytesIO(content), RosterUnreadable())
    return islice(enumerate(rows, 1), MOST_ROWS + _HEADING_WITHIN + 1)


def _csv(content: bytes) -> Iterator[tuple[int, Sequence[Any]]]:
    """UTF-8 with or without mark, or the "Unicode text" of Excel; comma, semicolon or tab."""
    try:
        text = content.decode("utf-16" if content[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError:
        raise RosterUnreadable from None
    if "\0" in text:
        raise RosterUnreadable
    head = "\n".join(text.splitlines()[:_HEADING_WITHIN])
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise RosterUnreadable from None


def _holds_people(place: int, lines: Sequence[tuple[int, Sequence[Any]]]) -> bool:
    """Whether a column that is no part of the template has a cell that leads to a person."""
    return any(place < len(cells) and looks_personal(_as_text(cells[place])) for _, cells in lines)


def _as_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None or isinstance(cell, date) else str(cell)


def _heading(cell: Any) -> str:
    return folded(str(cell).partition("(")[0])


def _cut(heading: str) -> str:
    return heading if len(heading) <= _LONGEST_TEXT else heading[:_LONGEST_TEXT] + "…"
