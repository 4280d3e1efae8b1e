"""Figures as a real provincial report of 2021 prints them."""

from __future__ import annotations

import pytest

from domain.figures import percent, write_count, write_percent


@pytest.mark.parametrize(
    ("part", "whole", "printed"),
    [
        (1619, 1840, "87,99%"),
        (625, 1619, "38,60%"),
        (427, 1840, "23,21%"),
        (427, 1619, "26,37%"),
        (6, 12, "50%"),
        (127, 143, "88,81%"),
        (0, 5, "0%"),
        (1, 800, "0,13%"),
        (2469, 2, "123.450%"),
    ],
)
def test_percentages_are_those_that_were_printed(part: int, whole: int, printed: str) -> None:
    points = percent(part, whole)
    assert points is not None and write_percent(points) == printed


def test_there_is_no_percentage_of_nothing() -> None:
    assert percent(0, 0) is None


def test_counts_have_a_point_after_the_thousands() -> None:
    assert [write_count(each) for each in (0, 37, 1840, 1234567)] == ["0", "37", "1.840", "1.234.567"]
