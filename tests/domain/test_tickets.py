"""A code that people copy by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.tickets import DIGITS, Ticket, code_in, is_well_formed


def test_a_code_has_sixteen_digits_and_is_shown_in_groups() -> None:
    ticket = Ticket.new()
    assert len(ticket.code) == DIGITS and ticket.code.isdigit()
    assert [len(group) for group in ticket.shown.split(" ")] == [4, 4, 4, 4]
    assert len({Ticket.new().code for _ in range(1000)}) == 1000


@given(place=st.integers(0, DIGITS - 1), digit=st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(place: int, digit: int) -> None:
    code = Ticket.new().code
    wrong = code[:place] + str((int(code[place]) + digit) % 10) + code[place + 1 :]
    assert is_well_formed(code) and not is_well_formed(wrong)


@given(place=st.integers(0, DIGITS - 2))
def test_two_neighbours_that_were_swapped_are_always_noticed(place: int) -> None:
    code = Ticket.new().code
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert swapped == code or not is_well_formed(swapped)


@pytest.mark.parametrize(
    "typed", ["1234 5678 9012 3456", "mã 1234567890123456 ạ", "1234-5678-9012-3456", "1234.5678.9012.3456"]
)
def test_a_code_is_found_in_a_message(typed: str) -> None:
    assert code_in(typed) == "1234567890123456"


@pytest.mark.parametrize(
    "typed", ["", "0912 345 678", "12345678901234567", "1234 5678 9012 345", "giá 12.345.678 đồng"]
)
def test_other_numbers_are_no_code(typed: str) -> None:
    assert code_in(typed) is None
