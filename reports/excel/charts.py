"""Charts that Excel draws itself, below their table: whoever changes a figure sees them change."""

from __future__ import annotations

from math import ceil
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_range_abs

from domain.report import Chart, ChartShape, Kind
from reports.colours import SERIES
from reports.excel.sheets import Placed

_TYPES = {ChartShape.BARS: "bar", ChartShape.COLUMNS: "column", ChartShape.LINE: "line"}
_LEAST_WIDTH = 560
_LEAST_HEIGHT, _BAR_HEIGHT = 320, 34
ROW_HEIGHT = 20
"""Pixels."""


_COLUMN_WIDTH = 64
"""Of a column that nobody has set."""


def width_of(placed: Placed) -> int:
    """As wide as the table, so that neither sticks out of the page."""
    return max(placed.width, _LEAST_WIDTH)


def columns_under(placed: Placed) -> int:
    """How many columns the table and its charts take."""
    return len(placed.table.columns) + ceil((width_of(placed) - placed.width) / _COLUMN_WIDTH)


def insert_chart(book: Workbook, placed: Placed, chart: Chart, line: int) -> int:
    """Puts the chart at row `line`; the first row below it."""
    drawn = book.add_chart({"type": _TYPES[chart.shape]})
    for number, key in enumerate(chart.values):
        place = placed.table.place(key)
        colour = SERIES[number % len(SERIES)]
        series: dict[str, Any] = {
            "name": placed.table.columns[place].full_title,
            "categories": _rows(placed, placed.table.place(chart.labels)),
            "values": _rows(placed, place),
            "data_labels": {"value": True, "font": {"size": 9}},
        }
        if chart.shape is ChartShape.LINE:
            series |= {"line": {"color": colour, "width": 2.25}, "marker": {"type": "circle"}}
        else:
            series |= {"fill": {"color": colour}, "gap": 60}
        drawn.add_series(series)
    drawn.set_title({"name": chart.title, "name_font": {"size": 13}})
    drawn.set_legend({"none": True} if len(chart.values) == 1 else {"position": "bottom"})
    figures = {"num_format": _number_format(placed, chart), "min": 0, "major_gridlines": {"visible": False}}
    if chart.shape is ChartShape.BARS:
        drawn.set_y_axis({"reverse": True})
        drawn.set_x_axis(figures | {"visible": False})  # every bar has its figure
    else:
        drawn.set_y_axis(figures)
    groups = sum(last - first + 1 for first, last in placed.body_rows())
    height = max(_LEAST_HEIGHT, groups * _BAR_HEIGHT + 140) if chart.shape is ChartShape.BARS else _LEAST_HEIGHT
    drawn.set_size({"width": width_of(placed) - 10, "height": height})
    placed.sheet.insert_chart(line, 0, drawn, {"x_offset": 5, "y_offset": 5, "description": chart.title})
    return line + height // ROW_HEIGHT + 2


def _rows(placed: Placed, place: int) -> str:
    """The BODY rows of a column; more than one run in brackets, as Excel writes them."""
    sheet = quote_sheetname(placed.name)
    runs = [f"{sheet}!{xl_range_abs(first, place, last, place)}" for first, last in placed.body_rows()]
    return f"={runs[0]}" if len(runs) == 1 else f"=({','.join(runs)})"


def _number_format(placed: Placed, chart: Chart) -> str:
    kinds = {placed.table.columns[placed.table.place(key)].kind for key in chart.values}
    return "0%" if kinds == {Kind.PERCENT} else "#,##0"
