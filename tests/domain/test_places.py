"""Communes of today by whatever name people write."""

from __future__ import annotations

import pytest

from domain.places import places, same_commune


def named(text: str, province: str = "") -> list[str]:
    return [each.name for each in places().find(text, province)]


def test_there_are_34_provinces_and_3321_communes() -> None:
    assert len(places().communes) == 3321
    assert len({each.province for each in places().communes.values()}) == 34


def test_every_commune_is_found_by_its_own_name_in_its_province_and_by_its_code() -> None:
    for commune in places().communes.values():
        assert places().find(commune.name, commune.province) == [commune]
        assert places().find(f"{commune.name}, {commune.province}") == [commune]
        assert places().find(commune.code) == [commune]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Phường Ba Đình, Hà Nội", "Phường Ba Đình"),
        ("p. ba dinh, ha noi", "Phường Ba Đình"),
        ("P. Trúc Bạch, Q. Ba Đình, Hà Nội", "Phường Ba Đình"),  # a name from before
        ("P. Bến Nghé, Q1, TP HCM", "Phường Sài Gòn"),
        ("Quản Bạ, Hà Giang", "Xã Quản Bạ"),  # a province from before
        ("Xã Tả Van, Thị xã Sa Pa, tỉnh Lào Cai", "Xã Tả Van"),
        ("Mỹ Tho, Tiền Giang", "Phường Mỹ Tho"),  # not Xã Mỹ Thọ
        ("Cồn Cỏ", "Đặc khu Cồn Cỏ"),
    ],
)
def test_names_are_understood_with_type_district_and_province_or_without(text: str, name: str) -> None:
    assert named(text) == [name]


def test_the_province_of_the_installation_decides_between_namesakes() -> None:
    assert len(named("Xã Tân Thành")) > 1
    assert named("Tân Thành", "tỉnh Cà Mau") == ["Phường Tân Thành"]


def test_without_marks_both_readings_are_given() -> None:
    assert sorted(named("my tho", "Đồng Tháp")) == ["Phường Mỹ Tho", "Xã Mỹ Thọ"]


def test_a_commune_that_was_divided_gives_every_part() -> None:
    assert len(named("Phường Cửa Đông, Quận Hoàn Kiếm, Hà Nội")) > 1


@pytest.mark.parametrize("text", ["", "  ", "không có đâu", "Xã", "99999", ",,,"])
def test_what_is_no_commune_gives_none(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ba Đình", "Phường Ba Đình", True),
        ("phuong ba dinh", "Phường Ba Đình", True),
        ("Xã Ba Đình", "Phường Ba Đình", False),
        ("Mỹ Tho", "Xã Mỹ Thọ", False),
        ("Xã Hoà An", "Xã Hòa An", True),
    ],
)
def test_scopes_are_written_in_many_ways(one: str, other: str, same: bool) -> None:
    assert same_commune(one, other) is same
