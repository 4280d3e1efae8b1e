"""Communes as people type them."""

from __future__ import annotations

import pytest

from domain.communes import canonical, same_place


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("xã  tân bình", "Tân Bình"),
        ("P. Mỹ Tho", "Mỹ Tho"),
        ("PHƯỜNG CAO LÃNH", "Cao Lãnh"),
        ("đặc khu Phú Quốc", "Phú Quốc"),
        ("xa tan binh", "Tan Binh"),
        ("", ""),
    ],
)
def test_a_commune_has_one_form(typed: str, kept: str) -> None:
    assert canonical(typed) == kept
    assert canonical(canonical(typed)) == canonical(typed)


def test_a_commune_is_found_without_tone_marks_and_one_of_elsewhere_is_not() -> None:
    known = {"Tân Bình", "Đồng Tiến"}
    assert same_place("xa tan binh", known) == "Tân Bình"
    assert same_place("dong tien", known) == "Đồng Tiến"
    assert same_place("Cao Lãnh", known) is None
