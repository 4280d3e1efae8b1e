"""The Word file is opened again and read as an officer would: what stands where, and how it looks."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from functools import cache

import pytest
from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table as WordTable

from domain.report import Column, Hidden, Kind, Report, Row, RowRole, Section, Table
from reports.word.document import render
from reports.word.heading import write_place_and_day
from tests.reports.example import HEADING, OF_2021, example_report, locked_report
from texts import vietnamese

texts = vietnamese()


made = cache(lambda report: render(report, texts))


def opened(report: Report) -> Word:
    return Document(io.BytesIO(made(report)))


def all_text(word: Word) -> str:
    return "\n".join(node.text or "" for node in word.element.body.iter(qn("w:t")))


def data_tables(word: Word) -> list[WordTable]:
    """Without those that only hold places side by side."""
    return [table for table in word.tables if table.style is not None and table.style.name == "Table Grid"]


def rows_of(table: WordTable) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_percentages_of_2021_are_written_as_the_province_wrote_them() -> None:
    rows = rows_of(data_tables(opened(example_report()))[2])
    assert rows[0] == ["Chỉ tiêu", "Kết quả", "Trên tổng số", "Tỷ lệ"]
    assert [row[1:] for row in rows[1:]] == [
        ["1.619", "1.840", "87,99%"],
        ["625", "1.619", "38,60%"],
        ["427", "1.840", "23,21%"],
        ["427", "1.619", "26,37%"],
        ["6", "12", "50%"],
        ["127", "143", "88,81%"],
    ]


def test_telephone_consultations_of_2021_stand_in_the_summary() -> None:
    assert "37 lượt tư vấn qua điện thoại" in all_text(opened(example_report()))


def test_paper_and_margins_are_those_of_the_decree() -> None:
    for section in opened(example_report()).sections:
        short, long = sorted((round(section.page_width.mm), round(section.page_height.mm)))
        assert (short, long) == (210, 297)
        assert 20 <= section.top_margin.mm <= 25.01 and 20 <= section.bottom_margin.mm <= 25.01
        assert 30 <= round(section.left_margin.mm, 1) <= 35
        assert 15 <= round(section.right_margin.mm, 1) <= 20


def test_page_number_stands_in_the_upper_margin_and_not_on_the_first_page() -> None:
    first = opened(example_report()).sections[0]
    assert first.different_first_page_header_footer
    assert first.first_page_header.paragraphs[0].text == ""
    header = first.header.paragraphs[0]
    assert header.alignment == WD_ALIGN_PARAGRAPH.CENTER
    assert [node.text for node in header._p.iter(qn("w:instrText"))] == ["PAGE"]
    assert header.runs[0].font.size.pt == 13


def test_later_sections_go_on_numbering_pages() -> None:
    for section in opened(example_report()).sections[1:]:
        assert section.header.is_linked_to_previous
        assert not section.different_first_page_header_footer


def test_every_letter_is_times_new_roman_and_black() -> None:
    word = opened(example_report())
    for paragraph in [
        *word.paragraphs,
        *(p for t in word.tables for r in t.rows for c in r.cells for p in c.paragraphs),
    ]:
        style = paragraph.style
        assert style.font.name == "Times New Roman"
        assert style.element.rPr.rFonts.get(qn("w:asciiTheme")) is None
        assert str(style.font.color.rgb) == "000000"
        assert all(run.font.name is None and run.font.color.rgb is None for run in paragraph.runs)


def test_body_is_of_size_14_and_headings_are_bold() -> None:
    styles = opened(example_report()).styles
    assert styles["Body Text"].font.size.pt == 14
    assert styles["Heading 1"].font.bold
    assert styles["Table Text"].font.size.pt == 12


def test_country_motto_agencies_number_and_place_stand_at_the_top() -> None:
    left, right = opened(example_report()).tables[0].rows[0].cells
    above, agency, _, number, mark = [paragraph.text for paragraph in left.paragraphs]
    assert (above, agency) == ("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP", "ỦY BAN NHÂN DÂN PHƯỜNG CAO LÃNH")
    assert number == "Số: 12/BC-UBND"
    assert mark == "BẢN NHÁP – CHƯA KÝ"
    assert not left.paragraphs[0].runs[0].bold and left.paragraphs[1].runs[0].bold
    lines = [paragraph.text for paragraph in right.paragraphs]
    assert lines == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "",
        "Cao Lãnh, ngày 15 tháng 12 năm 2026",
    ]
    assert right.paragraphs[3].runs[0].italic


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2027, 2, 5), "Cao Lãnh, ngày 05 tháng 02 năm 2027"),
        (date(2026, 7, 9), "Cao Lãnh, ngày 09 tháng 7 năm 2026"),
        (None, "Cao Lãnh, ngày …… tháng …… năm ……"),
    ],
)
def test_small_days_and_the_first_two_months_have_a_zero_before_them(day: date | None, written: str) -> None:
    assert write_place_and_day(replace(HEADING, dated_on=day), texts) == written


def test_what_is_unknown_is_left_to_the_pen() -> None:
    bare = replace(HEADING, number="", place="", dated_on=None, signer_name="")
    said = all_text(opened(replace(example_report(), heading=bare)))
    assert "Số: ……/BC-……" in said
    assert "…………, ngày …… tháng …… năm ……" in said
    assert "………………………" in said


def test_level_above_is_addressed_and_the_list_of_copies_ends_with_a_full_stop() -> None:
    word = opened(example_report())
    said = [paragraph.text for paragraph in word.paragraphs]
    at = said.index("Kính gửi:")
    assert said[at + 1 : at + 3] == ["- Ủy ban nhân dân tỉnh Đồng Tháp;", "- Công an tỉnh Đồng Tháp."]
    left, right = word.tables[-1].rows[0].cells
    assert [p.text for p in left.paragraphs] == ["Nơi nhận:", "- Như trên;", "- Đảng ủy phường;", "- Lưu: VT, CAP."]
    assert [p.text for p in right.paragraphs if p.text][:2] == ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]


def test_one_agency_is_addressed_in_one_line() -> None:
    heading = replace(HEADING, sent_to=("Công an tỉnh Đồng Tháp",))
    assert "Kính gửi: Công an tỉnh Đồng Tháp." in all_text(opened(replace(example_report(), heading=heading)))


def test_heads_of_tables_are_repeated_and_rows_are_not_torn() -> None:
    for table, expected in zip(data_tables(opened(example_report())), (2, 2, 1, 2, 2), strict=True):
        repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert repeated == [True] * expected + [False] * (len(table.rows) - expected)
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)


def test_common_headings_stand_over_their_columns() -> None:
    rows = rows_of(data_tables(opened(example_report()))[0])
    assert rows[0] == ["Nội dung", "Số lượt", "Số lượt", "Số lượt", "Tỷ lệ kỳ này"]
    assert rows[1] == ["Nội dung", "Kỳ này", "Kỳ trước", "Từ đầu năm", "Tỷ lệ kỳ này"]


def test_minutes_days_missing_and_hidden_figures_are_written_in_words_and_signs() -> None:
    tables = data_tables(opened(example_report()))
    waiting, public = rows_of(tables[1]), rows_of(tables[4])
    assert waiting[4][1:] == ["1 giờ 35 phút", "2 giờ 10 phút", "1 giờ 41 phút"]
    assert waiting[5][1:] == ["25 giờ 05 phút", "–", "24 giờ 00 phút"]
    assert waiting[6][1:] == ["02/11/2026", "30/08/2026", "07/04/2026"]
    assert public[2:] == [["Nữ", "<5", "12"], ["Nam", "×", "30"], ["Tổng cộng", "44", "42"]]


def test_figures_stand_right_and_totals_are_bold() -> None:
    last = data_tables(opened(example_report()))[0].rows[-1]
    assert all(cell.paragraphs[0].runs[0].bold for cell in last.cells)
    assert [cell.paragraphs[0].alignment for cell in last.cells][1:] == [WD_ALIGN_PARAGRAPH.RIGHT] * 4


def test_rows_of_the_file_add_up_to_its_total() -> None:
    rows = rows_of(data_tables(opened(example_report()))[3])
    figures = [[int(text.replace(".", "")) for text in row[1:]] for row in rows[2:]]
    assert [sum(column) for column in zip(*figures[:-1], strict=True)] == figures[-1]


def test_only_the_wide_table_lies_across() -> None:
    turned = [section.orientation for section in opened(example_report()).sections]
    assert turned == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT]


def test_no_table_is_wider_than_its_page() -> None:
    word = opened(example_report())
    room = {WD_ORIENT.PORTRAIT: 165.5, WD_ORIENT.LANDSCAPE: 252.5}
    widths = [sum(column.width.mm for column in table.columns) for table in data_tables(word)]
    across = [WD_ORIENT.PORTRAIT] * 3 + [WD_ORIENT.LANDSCAPE] + [WD_ORIENT.PORTRAIT]
    assert all(width <= room[lies] for width, lies in zip(widths, across, strict=True))


def test_sections_and_tables_are_numbered_through() -> None:
    word = opened(locked_report())
    heads = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Heading 1"]
    assert [head.split(".")[0] for head in heads] == ["I", "II", "III", "IV"]
    assert heads[2:] == ["III. GIẢI TRÌNH", "IV. NỘI DUNG ĐIỀU CHỈNH SO VỚI BẢN TRƯỚC"]
    captions = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name == "Caption"]
    assert [re.match(r"Bảng (\d)\. ", caption)[1] for caption in captions] == list("12345")
    assert captions[2] == f"Bảng 3. {OF_2021.title}"


def test_draft_says_so_on_every_page_and_the_signed_one_nowhere() -> None:
    first = opened(example_report()).sections[0]
    for footer in (first.footer, first.first_page_footer):
        assert footer.paragraphs[0].text.startswith("BẢN NHÁP – CHƯA KÝ – Quý IV năm 2026")
    locked = opened(locked_report())
    assert "NHÁP" not in all_text(locked)
    assert locked.sections[0].footer.paragraphs[0].text == ""


def test_file_tells_about_the_report_and_nothing_about_the_library() -> None:
    properties = opened(example_report()).core_properties
    assert properties.author == properties.last_modified_by == "Ủy ban nhân dân phường Cao Lãnh"
    assert properties.title.startswith("BÁO CÁO: Kết quả tư vấn")
    assert properties.comments == "" and "python" not in properties.title
    assert (properties.created.year, properties.created.month) == (2026, 12)


def test_language_is_vietnamese_and_the_file_holds_no_fields_but_the_page_number() -> None:
    with zipfile.ZipFile(io.BytesIO(made(example_report()))) as parts:
        assert 'w:val="vi-VN"' in parts.read("word/styles.xml").decode()
        assert "w:instrText" not in parts.read("word/document.xml").decode()


def test_signature_is_never_alone_on_a_page() -> None:
    *_, body, gap, _ = opened(example_report()).iter_inner_content()
    assert body.paragraph_format.keep_with_next and gap.paragraph_format.keep_with_next


def test_a_table_that_fits_in_small_letters_stays_upright() -> None:
    columns = (*OF_2021.columns, *(replace(OF_2021.columns[1], key=f"more_{n}") for n in range(4)))
    rows = tuple(replace(row, cells=(*row.cells, 1, 2, 3, 4)) for row in OF_2021.rows)
    section = replace(example_report().sections[1], tables=(replace(OF_2021, columns=columns, rows=rows),))
    word = opened(replace(example_report(), sections=(section,)))
    assert [section.orientation for section in word.sections] == [WD_ORIENT.PORTRAIT]
    [made_table] = data_tables(word)
    assert sum(column.width.mm for column in made_table.columns) <= 165.5
    assert made_table.cell(0, 0).paragraphs[0].runs[0].font.size.pt == 10


def test_groups_without_any_figure_are_left_out_and_it_says_so() -> None:
    columns = (Column("label", "Nội dung", Kind.TEXT), Column("now", "Kỳ này", Kind.COUNT))
    some = (Row("a", ("Nam", 3)), Row("b", ("Khác", 0)), Row("c", ("Nữ", Hidden.SMALL)))
    rows = {
        "Theo giới": (*some, Row("total", ("Tổng", 3), RowRole.TOTAL)),
        "Theo tuổi": (Row("a", ("Dưới 12 tuổi", 0)), Row("total", ("Tổng", 0), RowRole.TOTAL)),
        "Theo xã": (),
        "Tổng hợp": (Row("a", ("Lượt tư vấn", 0)), Row("b", ("Qua điện thoại", 0), level=1), Row("c", ("Chờ", None))),
    }
    tables = tuple(Table(title, title, columns, each) for title, each in rows.items())
    word = opened(replace(example_report(), sections=(Section("all", "Số liệu", (), tables),)))
    assert [rows_of(table)[1:] for table in data_tables(word)] == [
        [["Nam", "3"], ["Nữ", "<5"], ["Tổng", "3"]],
        [["Lượt tư vấn", "0"], ["Chờ", "–"]],
    ]
    assert "Không in phần chi tiết của các dòng bằng 0 ở mọi cột." in all_text(word)
    assert "Không in các dòng bằng 0 ở mọi cột." in all_text(word)
    assert "(bằng 0 ở mọi cột): Theo tuổi; Theo xã." in all_text(word)
