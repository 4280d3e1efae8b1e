"""What programs read: stable keys, plain figures, and no cell that runs when a spreadsheet opens it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from domain.report import Column, Kind, Report, Row, Section, Table
from reports.csv import COLUMNS, render
from tests.reports.example import OF_2021, PLACES, TOPICS, example_report
from texts import vietnamese


def lines(report: Report) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(report, vietnamese()).decode("utf-8-sig"), newline="")))


def value(report: Report, table: str, row: str, column: str) -> dict[str, str]:
    wanted = (table, row, column)
    return next(line for line in lines(report) if (line["table"], line["row"], line["column"]) == wanted)


def test_file_begins_with_the_mark_that_shows_excel_its_letters() -> None:
    made = render(example_report(), vietnamese())
    assert made.startswith(b"\xef\xbb\xbf" + COLUMNS[0].encode())
    assert "Đăng ký cai nghiện".encode() in made


def test_each_figure_is_found_by_its_keys_and_plain() -> None:
    report = example_report()
    assert value(report, "year_2021", "managed", "part")["value"] == "1619"
    assert value(report, "year_2021", "managed", "share")["value"] == "87.99"
    assert value(report, "year_2021", "places", "share")["value"] == "50.00"
    day = value(report, "waiting", "day", "now")
    assert (day["value"], day["kind"]) == ("2026-11-02", "date")
    assert value(report, "topics", "register", "before")["span"] == "before"


def test_period_scope_state_and_version_stand_in_every_line() -> None:
    for line in lines(example_report()):
        assert (line["period_first"], line["period_last"]) == ("2026-09-15", "2026-12-14")
        assert (line["scope"], line["state"], line["version"]) == ("Phường Cao Lãnh", "draft", "1")


def test_hidden_is_not_missing_and_neither_has_a_value() -> None:
    report = example_report()
    found = [
        value(report, *at)
        for at in (("public", "female", "now"), ("public", "male", "now"), ("waiting", "p90", "before"))
    ]
    assert [(line["shown"], line["value"]) for line in found] == [("small", ""), ("guard", ""), ("none", "")]


def test_figures_of_the_file_add_up_to_its_totals() -> None:
    found = [line for line in lines(example_report()) if line["table"] == "places" and line["column"] == "calls_now"]
    body = sum(int(line["value"]) for line in found if line["row_role"] == "body")
    assert body == int(next(line["value"] for line in found if line["row_role"] == "total")) > 0


def test_every_figure_of_every_table_has_one_line() -> None:
    report = replace(example_report(), sections=(Section("s", "S", (), (TOPICS, OF_2021, PLACES)),))
    figures = sum(len(table.rows) * (len(table.columns) - 1) for table in (TOPICS, OF_2021, PLACES))
    found = lines(report)
    assert len(found) == figures == len({(line["table"], line["row"], line["column"]) for line in found})


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_words_that_a_spreadsheet_would_run_have_an_apostrophe(start: str) -> None:
    words = f"{start}cmd|' /C calc'!A0"
    table = Table(
        "t", "t", (Column("label", "x", Kind.TEXT), Column("n", words, Kind.TEXT)), (Row("r", (words, words)),)
    )
    line = lines(replace(example_report(), sections=(Section("s", "S", (), (table,)),)))[0]
    assert line["row_title"] == line["column_title"] == line["value"] == f"'{words}"


def test_a_gap_below_zero_stays_a_number() -> None:
    table = Table(
        "t",
        "t",
        (Column("label", "x", Kind.TEXT), Column("gap", "g", Kind.PERCENT)),
        (Row("r", ("a", Decimal("-12.01"))),),
    )
    assert lines(replace(example_report(), sections=(Section("s", "S", (), (table,)),)))[0]["value"] == "-12.01"
