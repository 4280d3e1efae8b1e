"""The workbook is opened again: real numbers and dates, ready to print, nothing that is calculated."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import datetime, timedelta

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from domain.report import Column, Kind, Report, Row, Section, Table
from reports.excel.document import render
from reports.excel.sheets import sheet_name
from tests.reports.example import PLACES, example_report, locked_report
from texts import vietnamese

texts = vietnamese()


def opened(report: Report) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(render(report, texts)))


def with_table(table: Table) -> Report:
    return replace(example_report(), sections=(Section("one", "Một", (), (table,)),))


def row_with(sheet: Worksheet, label: str) -> list[object]:
    return next([cell.value for cell in row] for row in sheet.iter_rows() if row[0].value == label)


def test_first_sheet_tells_what_it_is_and_leads_to_every_table() -> None:
    book = opened(example_report())
    assert book.sheetnames == [
        "Tổng quan",
        "1 Lượt tư vấn theo nhóm nội",
        "2 Yêu cầu gọi lại",
        "3 Người sau cai nghiện được",
        "4 Theo xã, phường",
        "5 Giới tính và độ tuổi",
    ]
    overview = book["Tổng quan"]
    links = [cell.hyperlink.location for row in overview.iter_rows() for cell in row if cell.hyperlink]
    assert [location.rsplit("!", 1)[0].strip("'") for location in links] == book.sheetnames[1:]
    said = [cell.value for row in overview.iter_rows() for cell in row if cell.value]
    assert "BẢN NHÁP – CHƯA KÝ" in said and "Hạn gửi" in said


def test_figures_are_numbers_with_the_format_of_their_kind() -> None:
    book = opened(example_report())
    sheet = book["3 Người sau cai nghiện được"]
    label, part, whole, share = next(row for row in sheet.iter_rows() if row[0].value == "Người sau cai được quản lý")
    assert (part.value, part.number_format) == (1619, "#,##0")
    assert whole.value == 1840
    assert share.value == pytest.approx(0.8799) and share.number_format == "0.00%"
    assert label.data_type == "s"


def test_days_and_times_are_real_ones() -> None:
    sheet = opened(example_report())["2 Yêu cầu gọi lại"]
    day = next(row for row in sheet.iter_rows() if row[0].value == "Ngày có nhiều yêu cầu nhất")[1]
    assert (day.value, day.number_format) == (datetime(2026, 11, 2), "dd/mm/yyyy")  # noqa: DTZ001 - Excel knows no zones
    waited = next(row for row in sheet.iter_rows() if row[0].value == "Thời gian chờ, 90% không quá")
    assert waited[1].value == timedelta(minutes=1505) and waited[1].number_format == "[h]:mm"
    assert waited[2].value == "–"


def test_hidden_figures_are_signs_and_stand_where_figures_stand() -> None:
    sheet = opened(example_report())["5 Giới tính và độ tuổi"]
    assert row_with(sheet, "Nữ") == ["Nữ", "<5", 12]
    assert row_with(sheet, "Nam") == ["Nam", "×", 30]
    sign = next(row for row in sheet.iter_rows() if row[0].value == "Nữ")[1]
    assert sign.alignment.horizontal == "right"


def test_rows_of_each_sheet_add_up_to_its_total() -> None:
    sheet = opened(example_report())["4 Theo xã, phường"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    body = [row[1:10] for row in rows if str(row[0]).startswith("Xã số ")]
    total = next(row[1:10] for row in rows if row[0] == "Tổng cộng")
    assert len(body) == 45
    assert [sum(column) for column in zip(*body, strict=True)] == total


def test_nothing_is_calculated() -> None:
    with zipfile.ZipFile(io.BytesIO(render(example_report(), texts))) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 6
    assert not any("<f>" in sheet or "<f " in sheet for sheet in sheets)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "http://", "{="])
def test_words_that_look_like_a_formula_or_an_address_are_words(start: str) -> None:
    words = f"{start}1+1"
    table = Table(
        "t", words, (Column("label", words, Kind.TEXT), Column("n", "n", Kind.COUNT)), (Row("r", (words, 1)),)
    )
    sheet = opened(with_table(table)).worksheets[1]
    assert row_with(sheet, words) is not None
    assert all(cell.data_type != "f" and cell.hyperlink is None for row in sheet.iter_rows() for cell in row)


def test_head_stays_on_the_screen_and_on_every_printed_page() -> None:
    book = opened(example_report())
    sheet = book["4 Theo xã, phường"]
    assert sheet.freeze_panes == "B5"
    assert sheet.print_title_rows == "$3:$4"
    signed = opened(locked_report())["4 Theo xã, phường"]
    assert signed.freeze_panes == "B4"


def test_every_sheet_prints_on_a4_one_page_wide() -> None:
    for sheet in opened(example_report()).worksheets:
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) in {(1, 0), (None, 0)}
        assert sheet.print_area


def test_print_area_holds_the_charts_too() -> None:
    sheet = opened(example_report())["1 Lượt tư vấn theo nhóm nội"]
    last = int(sheet.print_area.rsplit("$", 1)[1])
    anchors = [chart.anchor._from.row for chart in sheet._charts]
    assert len(anchors) == 2
    assert last > max(anchors) + 10


def test_only_the_wide_sheet_lies_across() -> None:
    book = opened(example_report())
    across = [sheet.title for sheet in book.worksheets if sheet.page_setup.orientation == "landscape"]
    assert across == ["4 Theo xã, phường"]


def test_charts_draw_the_body_rows_and_never_the_total() -> None:
    book = opened(example_report())
    chart = book["1 Lượt tư vấn theo nhóm nội"]._charts[0]
    assert len(chart.series) == 2
    drawn = chart.series[0].val.numRef.f
    first, last = (int(part.split("$")[-1]) for part in drawn.rsplit("!", 1)[1].split(":"))
    sheet = book["1 Lượt tư vấn theo nhóm nội"]
    assert [sheet.cell(line, 2).value for line in range(first, last + 1)] == [812, 403, 318, 207, 96, 4]


def test_names_of_sheets_are_short_without_forbidden_signs_and_unique() -> None:
    long = "Người [đang] cai: tại gia đình/cộng đồng? *và* ở cơ sở\\công lập 'A'"
    names = {sheet_name(number, long) for number in range(1, 30)}
    assert len(names) == 29
    assert all(len(name) <= 31 and not set("[]:*?/\\'") & set(name) for name in names)


def test_one_row_and_one_column_are_enough() -> None:
    table = replace(PLACES, columns=PLACES.columns[:1], rows=(Row("r", ("Không có",)),), notes=("Ghi chú",))
    sheet = opened(with_table(table)).worksheets[1]
    assert row_with(sheet, "Không có") == ["Không có"]
    assert row_with(sheet, "Ghi chú") == ["Ghi chú"]


def test_empty_table_makes_a_sheet_with_its_head() -> None:
    sheet = opened(with_table(replace(PLACES, rows=()))).worksheets[1]
    assert row_with(sheet, "Xã, phường")[0] == "Xã, phường"


def test_rows_whose_words_take_several_lines_are_as_high() -> None:
    long = "Xem có giám sát điện tử không (12 đến dưới 18 tuổi: chỉ khi cha mẹ đề nghị hoặc không có nơi ở ổn định)"
    table = replace(PLACES, rows=(replace(PLACES.rows[0], cells=(long, *PLACES.rows[0].cells[1:])), PLACES.rows[1]))
    sheet = opened(with_table(table)).worksheets[1]
    at = next(row[0].row for row in sheet.iter_rows() if row[0].value == long)
    assert round(sheet.row_dimensions[at].height) == 2 * 16  # Excel keeps whole pixels
    assert sheet.row_dimensions[at + 1].height in {None, 15}
