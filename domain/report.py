"""A finished report as a value: what is written where, before any file is made of it.

`services/report_building.py` makes it, `reports/` turns it into files. Words are final Vietnamese, figures are real
numbers: a renderer formats, and never calculates.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from domain.periods import Period


class Kind(StrEnum):
    """What the cells of a column hold.

    TEXT str; COUNT int; PERCENT Decimal of percent points with two decimals (87.99 is 87,99%); MINUTES int;
    DATE date. Any cell may be None (there is no such figure) or `Hidden`.
    """

    TEXT = "text"
    COUNT = "count"
    PERCENT = "percent"
    MINUTES = "minutes"
    DATE = "date"


class Hidden(StrEnum):
    """What stands in the public copy instead of a figure; the value is what is shown."""

    SMALL = "<5"
    """1 to 4."""

    GUARD = "×"
    """Not small itself: shown, it would give away a small one."""


Cell = str | int | Decimal | date | Hidden | None


class Span(StrEnum):
    """To which time a column belongs; a table may show all three side by side."""

    NONE = "none"
    NOW = "now"
    BEFORE = "before"
    YEAR = "year"
    """From the first day of the reporting year to the end of the period."""


@dataclass(frozen=True, slots=True)
class Column:
    """`group`: what stands above neighbouring columns with the same group; empty for none."""

    key: str
    title: str
    kind: Kind
    span: Span = Span.NONE
    group: str = ""

    @property
    def full_title(self) -> str:
        """As it is named where its group does not stand above it."""
        return f"{self.group}: {self.title}" if self.group else self.title


class RowRole(StrEnum):
    BODY = "body"
    SUBTOTAL = "subtotal"
    TOTAL = "total"


@dataclass(frozen=True, slots=True)
class Row:
    """One cell per column of the table.

    key: stable across periods and versions; with the column's key it names a figure.
    kind: when given, replaces the kind of all columns that are not TEXT: a line of minutes among counts.
    level: how far the first cell is indented; 1 is a part of the line above with a smaller level.
    """

    key: str
    cells: tuple[Cell, ...]
    role: RowRole = RowRole.BODY
    kind: Kind | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """`notes` stand under the table, each on its own line: where the figures come from, what they leave out."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()

    def kind_of(self, row: Row, column: Column) -> Kind:
        return row.kind if row.kind and column.kind is not Kind.TEXT else column.kind

    def place(self, column_key: str) -> int:
        """The place of a column, from 0. Raises KeyError."""
        for place, column in enumerate(self.columns):
            if column.key == column_key:
                return place
        raise KeyError(column_key)

    def cell(self, row_key: str, column_key: str) -> Cell:
        """Raises KeyError."""
        place = self.place(column_key)
        for row in self.rows:
            if row.key == row_key:
                return row.cells[place]
        raise KeyError(row_key)


class ChartShape(StrEnum):
    BARS = "bars"
    """Lying: many groups with long names."""

    COLUMNS = "columns"
    LINE = "line"


@dataclass(frozen=True, slots=True)
class Chart:
    """Drawn from BODY rows of one table in the same section; hidden figures leave a gap with their sign.

    labels: the key of the column that names the groups. values: keys of the columns that are drawn, one series each.
    main: the one picture that is shown in the chat.
    """

    key: str
    title: str
    shape: ChartShape
    table: str
    labels: str
    values: tuple[str, ...]
    main: bool = False


@dataclass(frozen=True, slots=True)
class Section:
    """`paragraphs` stand between the heading and the tables."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()


class ReportState(StrEnum):
    DRAFT = "draft"
    COMPLETE = "complete"
    LOCKED = "locked"


class Audience(StrEnum):
    SUPERIOR = "superior"
    """Exact."""

    PUBLIC = "public"
    """Small figures hidden, and whatever would give them away."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What an administrative document has around its body (Nghị định 30/2020/NĐ-CP, Điều 8 and Phụ lục I).

    Empty strings and None are left blank for the pen, as dotted lines.

    superior, agency: stand top left, the agency bold. sent_to: the agencies of "Kính gửi:", as a report to the level
    above names them. number: "123/BC-CAX". place: "Đồng Tháp".
    title: "BÁO CÁO". subject: what it is about, in one line (trích yếu).
    addressees: the lines under "Nơi nhận:". signed_for: "TM. ỦY BAN NHÂN DÂN"; empty: nothing above the signer's title.
    """

    superior: str
    agency: str
    number: str
    place: str
    dated_on: date | None
    title: str
    subject: str
    sent_to: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    signed_for: str = ""
    signer_title: str = ""
    signer_name: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the block of facts under the title: "Kỳ báo cáo" - "Quý IV năm 2026 (15/9/2026 - 14/12/2026)"."""

    key: str
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class Report:
    """A report that can be rendered.

    period_name, scope_name: in words. version: 1 is the first.
    state_name: "BẢN NHÁP" and the like, to be printed as long as it is not empty.
    facts: period, scope, version, made when, due when, in time or not: ready to print, in this order.
    remarks: what the officer wrote for figures that are empty, and otherwise. changes: what differs from the version
    before; empty for the first.
    """

    heading: Heading
    period: Period
    period_name: str
    scope_name: str
    audience: Audience
    version: int
    state: ReportState
    state_name: str
    made_at: datetime
    due_on: date | None
    in_time: bool | None
    sections: tuple[Section, ...]
    facts: tuple[Fact, ...] = ()
    remarks: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    file_stem: str = "bao-cao"

    def table(self, key: str) -> Table:
        """Raises KeyError."""
        for section in self.sections:
            for table in section.tables:
                if table.key == key:
                    return table
        raise KeyError(key)
