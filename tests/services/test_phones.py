"""A number in any form in which people write or spell one."""

from __future__ import annotations

import pytest

from domain.callbacks import PhoneUnclear
from services.phones import parse_phone


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678",
        "0912 345 678",
        "091.234.5678",
        "0912-345-678 nhé",
        "0912/345/678",
        "(091) 2345678",
        "+84 912 345 678",
        "84912345678",
        "+84 (0)912345678",
        "912345678",
        "O912345678",
        "０９１２３４５６７８",
        "0912345678 0912345678",
        "số 1: 0912345678",
        "không, 0912345678",
        "gọi 0912345678 sau 5 giờ chiều",
        "không chín một hai ba bốn năm sáu bảy tám",
        "khong chin mot hai ba tu lam sau bay tam",
        "không chín 12, 345 sáu bảy tám",
        "cộng tám tư chín một hai ba bốn năm sáu bảy tám",
    ],
)
def test_every_usual_form_of_a_mobile_number_is_the_same_number(typed: str) -> None:
    assert parse_phone(typed) == "+84912345678"


def test_a_landline_and_a_number_abroad_are_numbers_too() -> None:
    assert parse_phone("024 3567 8901") == "+842435678901"
    assert parse_phone("+1 650 253 0000") == "+16502530000"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "tôi không có số",
        "113",
        "091234567",
        "0123456789",  # a form that ended in 2018
        "0912345678 hoặc 0987654321",
        "19006789",
        "1234 5678 9012 3456",
        "sau 5 giờ ba bốn hôm nữa",
    ],
)
def test_what_is_no_single_number_is_asked_for_again(typed: str) -> None:
    with pytest.raises(PhoneUnclear):
        parse_phone(typed)
