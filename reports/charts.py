"""The main chart as a picture that can be read in a chat on a phone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from textwrap import fill
from threading import Lock

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from domain.figures import write_count
from domain.report import Cell, Chart, ChartShape, Column, Hidden, Kind, Report, Row, RowRole, Table
from reports.cells import write_cell
from reports.colours import SERIES
from texts import Texts

_FONT = {"font.family": "DejaVu Sans"}
"""Comes with the library and has all Vietnamese letters, so no font of the machine is needed."""
_INK, _PALE = "#1A1A1A", "#D9D9D9"
_DPI = 160
_WIDTH = 6.75
"""Inches: 1,080 pixels, as wide as most phones."""
_MOST_HEIGHT = 13.0
_LABEL_LETTERS, _TITLE_LETTERS = 24, 40
_MOST_GROUPS = 15
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
    names = [_name(table.columns[place]) for place in places]
    kind = table.columns[places[0]].kind
    labels = [fill(str(row.cells[table.place(chart.labels)]), _LABEL_LETTERS) for row in rows]
    with rc_context(_FONT):
        figure = Figure(figsize=(_WIDTH, _height(chart.shape, labels, len(places))), dpi=_DPI, layout="constrained")
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
        figure.suptitle(
            fill(chart.title, _TITLE_LETTERS), fontsize=15, fontweight="bold", color=_INK, x=0.02, ha="left"
        )
        below = [report.period_name, report.scope_name, report.state_name]
        if left_out:
            below.insert(0, texts("report_files.largest", shown=len(rows), left_out=left_out))
        figure.supxlabel(
            fill(" · ".join(filter(None, below)), 60), fontsize=10, color=_INK, x=0.02, ha="left"
        )
        file = io.BytesIO()
        figure.savefig(file, format="png", metadata={"Title": chart.title, "Software": None})
    return file.getvalue()


def _draw_bars(
    axes: Axes, labels: Sequence[str], series: list[list[Cell]], written: list[list[str]], names: list[str]
) -> None:
    thick = 0.8 / len(series)
    for number, (values, texts) in enumerate(zip(series, written, strict=True)):
        places = [at - 0.4 + thick * (number + 0.5) for at in range(len(labels))]
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
    thick = 0.8 / len(series)
    crowded = len(labels) * len(series) > 12
    for number, (values, texts) in enumerate(zip(series, written, strict=True)):
        places = [at - 0.4 + thick * (number + 0.5) for at in range(len(labels))]
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
        if len(labels) <= 12:
            for at, (height, text) in enumerate(zip(heights, texts, strict=True)):
                axes.annotate(text, (at, height if height == height else 0), (0, 7), textcoords="offset points", ha="center", fontsize=10)
    _name_below(axes, labels)
    axes.set_ylim(bottom=0)
    axes.margins(y=0.14)


def _name_below(axes: Axes, labels: Sequence[str]) -> None:
    slanted = len(labels) > 8 or max((len(label) for label in labels), default=0) > 12
    axes.set_xticks(range(len(labels)), labels, fontsize=10, color=_INK)
    if slanted:
        axes.tick_params(axis="x", rotation=90 if len(labels) > 8 else 45)


def _finish(axes: Axes, chart: Chart, kind: Kind, many: int) -> None:
    for side in ("top", "right", "bottom" if chart.shape is ChartShape.BARS else "left"):
        axes.spines[side].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(_PALE)
    axes.tick_params(length=0)
    if chart.shape is not ChartShape.BARS:
        axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: write_count(int(value)) + ("%" if kind is Kind.PERCENT else "")))
        axes.grid(axis="y", color=_PALE, linewidth=0.8)
        axes.set_axisbelow(True)
    if many > 1:
        axes.legend(loc="upper center", bbox_to_anchor=(0.4, 0), ncols=min(many, 3), frameon=False, fontsize=11) if (
            chart.shape is ChartShape.BARS
        ) else axes.legend(loc="best", frameon=False, fontsize=11)


def _height(shape: ChartShape, labels: Sequence[str], many: int) -> float:
    """Inches; lying bars get as much as their labels and bars need."""
    if shape is not ChartShape.BARS:
        return _WIDTH
    each = max(0.34 * many, 0.22 * max((label.count("\n") + 1 for label in labels), default=1)) + 0.22
    return min(1.8 + each * max(len(labels), 1), _MOST_HEIGHT)


def _number(cell: Cell) -> float:
    """Hidden and missing ones are drawn as nothing; their sign stands there."""
    return 0.0 if cell is None or isinstance(cell, Hidden | str) or not hasattr(cell, "__float__") else float(cell)


def _name(column: Column) -> str:
    return f"{column.group}: {column.title}" if column.group else column.title


def _colour(number: int) -> str:
    return SERIES[number % len(SERIES)]

