"""The main chart as a picture that can be read in a chat on a phone.

The library's own font, DejaVu Sans, has all Vietnamese letters: no font of the machine is needed.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from textwrap import fill
from threading import Lock

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator

from domain.figures import write_count
from domain.report import Cell, Chart, ChartShape, Hidden, Kind, Report, Row, RowRole, Table
from reports.cells import write_cell
from reports.colours import SERIES
from texts import Texts

_INK, _PALE = "#1A1A1A", "#D9D9D9"
_DPI = 160
_WIDTH = 6.75
"""Inches: 1,080 pixels, as wide as most phones."""
_MOST_HEIGHT = 13.0
_LABEL_LETTERS, _TITLE_LETTERS = 24, 40
_MOST_GROUPS = 15
_CROWDED = 12
"""More figures than that do not fit side by side."""
_MANY_GROUPS, _LONG_NAME = 8, 12
_PADDED = ConstrainedLayoutEngine(w_pad=0.14, h_pad=0.14)
"""Inches between the edge and what is drawn."""
_drawing = Lock()
"""The library's fonts and settings are shared by all threads."""


def render(report: Report, chart: Chart, texts: Texts) -> bytes:
    """A PNG 1,080 pixels wide on white. Hidden figures leave a gap with their sign.

    Of more than 15 groups in lying bars only the largest are drawn, and the chart says so.
    """
    table = report.table(chart.table)
    rows = [row for row in table.rows if row.role is RowRole.BODY]
    places = [table.place(key) for key in chart.values]
    left_out = 0
    if chart.shape is ChartShape.BARS and len(rows) > _MOST_GROUPS:
        rows.sort(key=lambda row: -_number(row.cells[places[0]]))
        left_out = len(rows) - _MOST_GROUPS
        rows = rows[:_MOST_GROUPS]
    with _drawing:
        return _draw(report, chart, table, rows, places, left_out, texts)


def _draw(
    report: Report, chart: Chart, table: Table, rows: list[Row], places: list[int], left_out: int, texts: Texts
) -> bytes:
    series = [[row.cells[place] for row in rows] for place in places]
    names = [table.columns[place].full_title for place in places]
    kind = table.columns[places[0]].kind
    labels = [fill(str(row.cells[table.place(chart.labels)]), _LABEL_LETTERS) for row in rows]
    figure = Figure(figsize=(_WIDTH, _height(chart.shape, labels, len(places))), dpi=_DPI, layout=_PADDED)
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    written = [[write_cell(cell, kind, texts) for cell in values] for values in series]
    if chart.shape is ChartShape.BARS:
        _draw_bars(axes, labels, series, written, names)
    elif chart.shape is ChartShape.COLUMNS:
        _draw_columns(axes, labels, series, written, names)
    else:
        _draw_line(axes, labels, series, written, names)
    _finish(axes, chart, kind, len(places))
    figure.suptitle(fill(chart.title, _TITLE_LETTERS), fontsize=15, fontweight="bold", color=_INK, x=0.02, ha="left")
    below = [report.period_name, report.scope_name, report.state_name]
    if left_out:
        below.insert(0, texts("report_files.largest", shown=len(rows), left_out=left_out))
    figure.supxlabel(fill(" · ".join(filter(None, below)), 60), fontsize=10, color=_INK, x=0.02, ha="left")
    file = io.BytesIO()
    figure.savefig(file, format="png", metadata={"Title": chart.title, "Software": None})
    return file.getvalue()


def _draw_bars(
    axes: Axes, labels: Sequence[str], series: list[list[Cell]], written: list[list[str]], names: list[str]
) -> None:
    together = _together(series)
    thick = together / len(series)
    for number, (values, texts) in enumerate(zip(series, written, strict=True)):
        places = [at - together / 2 + thick * (number + 0.5) for at in range(len(labels))]
        bars = axes.barh(
            places, [_number(value) for value in values], thick * 0.92, color=_colour(number), label=names[number]
        )
        axes.bar_label(bars, texts, padding=4, fontsize=11, color=_INK)
    axes.set_yticks(range(len(labels)), labels, fontsize=11, color=_INK)
    axes.invert_yaxis()
    axes.margins(x=0.14)
    axes.xaxis.set_visible(False)


def _draw_columns(
    axes: Axes, labels: Sequence[str], series: list[list[Cell]], written: list[list[str]], names: list[str]
) -> None:
    together = _together(series)
    thick = together / len(series)
    crowded = len(labels) * len(series) > _CROWDED
    for number, (values, texts) in enumerate(zip(series, written, strict=True)):
        places = [at - together / 2 + thick * (number + 0.5) for at in range(len(labels))]
        bars = axes.bar(
            places, [_number(value) for value in values], thick * 0.92, color=_colour(number), label=names[number]
        )
        axes.bar_label(bars, texts, padding=3, fontsize=8 if crowded else 11, color=_INK, rotation=90 if crowded else 0)
    _name_below(axes, labels)
    axes.margins(y=0.14)


def _draw_line(
    axes: Axes, labels: Sequence[str], series: list[list[Cell]], written: list[list[str]], names: list[str]
) -> None:
    for number, (values, texts) in enumerate(zip(series, written, strict=True)):
        heights = [float("nan") if isinstance(value, Hidden) or value is None else _number(value) for value in values]
        axes.plot(range(len(labels)), heights, color=_colour(number), label=names[number], linewidth=2.5, marker="o")
        if len(labels) <= _CROWDED:
            for at, (value, text) in enumerate(zip(values, texts, strict=True)):
                where = (at, _number(value))
                axes.annotate(text, where, (0, 7), textcoords="offset points", ha="center", fontsize=10)
    _name_below(axes, labels)
    axes.set_ylim(bottom=0)
    axes.margins(y=0.14)


def _name_below(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_xticks(range(len(labels)), labels, fontsize=10, color=_INK)
    if len(labels) > _MANY_GROUPS:
        axes.tick_params(axis="x", rotation=90)
    elif max((len(label) for label in labels), default=0) > _LONG_NAME:
        axes.tick_params(axis="x", rotation=45)


def _together(series: list[list[Cell]]) -> float:
    """How much of its place the bars of one group fill, 0 to 1."""
    return 0.6 if len(series) == 1 else 0.8


def _finish(axes: Axes, chart: Chart, kind: Kind, many: int) -> None:
    lying = chart.shape is ChartShape.BARS
    for side in ("top", "right", "bottom" if lying else "left"):
        axes.spines[side].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(_PALE)
    axes.tick_params(length=0)
    if not lying:
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        unit = "%" if kind is Kind.PERCENT else ""
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write_count(int(value)) + unit))
        axes.grid(axis="y", color=_PALE, linewidth=0.8)
        axes.set_axisbelow(True)
    if many > 1:
        where = {"loc": "upper center", "bbox_to_anchor": (0.4, 0)} if lying else {"loc": "best"}
        axes.legend(ncols=min(many, 3) if lying else 1, frameon=False, fontsize=11, **where)


def _height(shape: ChartShape, labels: Sequence[str], many: int) -> float:
    """Inches; lying bars get as much as their labels and bars need."""
    if shape is not ChartShape.BARS:
        return _WIDTH
    each = max(0.3 * many, 0.22 * max((label.count("\n") + 1 for label in labels), default=1)) + 0.22
    return min(1.8 + each * max(len(labels), 1), _MOST_HEIGHT)


def _number(cell: Cell) -> float:
    """Hidden and missing ones are drawn as nothing; their sign stands there."""
    return float(cell) if isinstance(cell, int | Decimal) else 0.0


def _colour(number: int) -> str:
    return SERIES[number % len(SERIES)]
