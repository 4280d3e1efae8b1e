"""Figures on their way into a table: counted for several spans of days, not yet laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from domain.figures import percent
from domain.report import Cell, Chart, ChartShape, Column, Kind, Row, RowRole, Span, Table
from domain.statistics import Values
from texts import Texts

NOW, BEFORE, YEAR = 0, 1, 2
"""The places of the three spans that a table shows side by side."""


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    label: str
    values: Values


@dataclass(frozen=True, slots=True)
class Distribution:
    """Groups that together are a whole: every counted one is in exactly one of them.

    additive: months add up to quarters; what stands at the end of a span does not.
    shape: how it is drawn; None: not at all.
    """

    key: str
    title: str
    groups: tuple[Group, ...]
    total_label: str = ""
    notes: tuple[str, ...] = ()
    additive: bool = True
    shape: ChartShape | None = None
    main: bool = False

    @property
    def total(self) -> Values:
        many = len(self.groups[0].values) if self.groups else 0
        return tuple(sum(group.values[place] for group in self.groups) for place in range(many))


Figure = int | Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a list. `wanted`: when it is empty, a remark is required before the report is complete."""

    key: str
    label: str
    values: tuple[Figure, ...]
    kind: Kind | None = None
    level: int = 0
    wanted: bool = False


@dataclass(frozen=True, slots=True)
class Lines:
    """Figures that belong together and are no parts of a whole."""

    key: str
    title: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()


Measured = Distribution | Lines


@dataclass(frozen=True, slots=True)
class Part:
    """A section before it is laid out."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    measured: tuple[Measured, ...] = field(default=())


def grouped(labels: Mapping[str, str], counted: Mapping[str, Values], many: int) -> tuple[Group, ...]:
    """A group for each label, in this order, also where nothing was counted; what has no label comes last as it is."""
    zero = (0,) * many
    known = [Group(key, label, counted.get(key, zero)) for key, label in labels.items()]
    return (*known, *(Group(key, key, values) for key, values in sorted(counted.items()) if key not in labels))


def table_of(measured: Measured, texts: Texts) -> Table:
    """The exact table with its three spans."""
    return _distribution(measured, texts) if isinstance(measured, Distribution) else _lines(measured, texts)


def columns(texts: Texts, *, share: bool) -> tuple[Column, ...]:
    label = Column("label", texts("report.column_label"), Kind.TEXT)
    now = Column("now", texts("report.column_now"), Kind.COUNT, Span.NOW)
    part = Column("share", texts("report.column_share"), Kind.PERCENT, Span.NOW)
    before = Column("before", texts("report.column_before"), Kind.COUNT, Span.BEFORE)
    year = Column("year", texts("report.column_year"), Kind.COUNT, Span.YEAR)
    return (label, now, part, before, year) if share else (label, now, before, year)


def _distribution(measured: Distribution, texts: Texts) -> Table:
    total = measured.total
    rows = [_shared(group.key, group.label, group.values, total, RowRole.BODY) for group in measured.groups]
    if measured.groups:
        label = measured.total_label or texts("report.total")
        rows.append(_shared("total", label, total, total, RowRole.TOTAL))
    return Table(measured.key, measured.title, columns(texts, share=True), tuple(rows), measured.notes)


def _shared(key: str, label: str, values: Values, total: Values, role: RowRole) -> Row:
    share = percent(values[NOW], total[NOW])
    return Row(key, (label, values[NOW], share, values[BEFORE], values[YEAR]), role)


def _lines(measured: Lines, texts: Texts) -> Table:
    rows = [
        Row(line.key, (line.label, *_three(line.values)), kind=line.kind, level=line.level) for line in measured.lines
    ]
    return Table(measured.key, measured.title, columns(texts, share=False), tuple(rows), measured.notes)


def _three(values: Sequence[Figure]) -> tuple[Cell, Cell, Cell]:
    return values[NOW], values[BEFORE], values[YEAR]


def chart_of(measured: Measured) -> Chart | None:
    """Only what has something to draw."""
    if not isinstance(measured, Distribution) or measured.shape is None or not measured.total[NOW]:
        return None
    return Chart(measured.key, measured.title, measured.shape, measured.key, "label", ("now",), measured.main)
