"""The picture of the main chart, as a phone shows it."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from domain.report import Chart, ChartShape, Hidden, Report, Row
from reports.charts import render
from reports.colours import SERIES
from reports.formats import FORMATS, NoMainChart
from tests.reports.example import PLACES, PUBLIC, TOPIC_CHART, TOPICS, example_report
from texts import vietnamese

texts = vietnamese()


def drawn(chart: Chart, report: Report | None = None) -> Image.Image:
    return Image.open(io.BytesIO(render(report or example_report(), chart, texts)))


def share_of(picture: Image.Image, colour: str) -> float:
    wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)])
    return float((np.asarray(picture.convert("RGB")) == wanted).all(axis=2).mean())


def test_picture_is_as_wide_as_a_phone_light_and_small_enough_to_send() -> None:
    made = FORMATS["png"](example_report(), texts)
    picture = Image.open(io.BytesIO(made))
    assert picture.format == "PNG" and picture.width == 1080
    assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)
    assert len(made) < 400_000


@pytest.mark.parametrize("shape", list(ChartShape))
def test_every_shape_draws_each_series_in_its_own_colour(shape: ChartShape) -> None:
    picture = drawn(replace(TOPIC_CHART, shape=shape))
    least = 0.0005 if shape is ChartShape.LINE else 0.01
    assert share_of(picture, SERIES[0]) > least and share_of(picture, SERIES[1]) > least
    assert share_of(picture, SERIES[2]) == 0


def test_longer_bars_have_more_colour_and_the_total_is_not_drawn() -> None:
    few = replace(TOPICS, rows=tuple(Row(row.key, (row.cells[0], 1, 812, 1, None)) for row in TOPICS.rows[:1]))
    report = replace(example_report(), sections=(replace(example_report().sections[0], tables=(few,)),))
    picture = drawn(TOPIC_CHART, report)
    assert share_of(picture, SERIES[0]) < share_of(picture, SERIES[1]) / 20


@pytest.mark.parametrize("shape", list(ChartShape))
def test_hidden_figures_have_no_bar(shape: ChartShape) -> None:
    public = replace(PUBLIC, rows=tuple(Row(str(n), (f"Nhóm {n}", Hidden.SMALL, 5)) for n in range(3)))
    report = replace(example_report(), sections=(replace(example_report().sections[0], tables=(public,)),))
    picture = drawn(Chart("c", "C", shape, "public", "label", ("now",)), report)
    assert share_of(picture, SERIES[0]) == 0


def test_of_many_groups_the_largest_are_drawn_and_the_picture_stays_short() -> None:
    chart = Chart("c", "Theo xã, phường", ChartShape.BARS, "places", "label", ("calls_now",))
    assert len(PLACES.rows) > 40
    assert drawn(chart).height <= 13 * 160


def test_letters_of_vietnamese_have_shapes_of_their_own() -> None:
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    font = FT2Font(font_manager.findfont("DejaVu Sans"))
    letters = "ăâđêôơưĂÂĐÊÔƠƯàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ–·"
    assert [letter for letter in letters if font.get_char_index(ord(letter)) == 0] == []


def test_report_without_a_main_chart_has_no_picture() -> None:
    plain = replace(example_report(), sections=(replace(example_report().sections[0], charts=()),))
    with pytest.raises(NoMainChart):
        FORMATS["png"](plain, texts)


def test_nothing_heavy_is_loaded_before_a_file_is_made() -> None:
    said = "import sys, reports.formats; print(sorted({'matplotlib', 'docx', 'xlsxwriter'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
