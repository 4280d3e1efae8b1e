"""Finds a phone number in what a person typed, in whatever form people in Việt Nam write or spell one."""

from __future__ import annotations

import re

import phonenumbers
from phonenumbers import PhoneNumberType

from domain.callbacks import PhoneUnclear
from knowledge.fold import plain

HOME = "VN"
_COSTLY = {PhoneNumberType.PREMIUM_RATE, PhoneNumberType.SHARED_COST}
_SPOKEN = {
    "khong": "0", "ko": "0", "hong": "0", "o": "0", "zero": "0",
    "mot": "1", "hai": "2", "ba": "3", "bon": "4", "tu": "4", "nam": "5", "lam": "5",
    "sau": "6", "bay": "7", "bai": "7", "tam": "8", "chin": "9", "cong": "+",
}  # fmt: skip
_SHORTEST_RUN = 9
_PART = re.compile(r"\+|[a-z]+|\d+|[^a-z\d\s+]")
_FILLER = set(",.-–()/")


def parse_phone(text: str) -> str:
    """The one number of a message as E.164, Vietnamese unless a country is dialled.

    Raises PhoneUnclear: none, several different ones, one that cannot exist, or one that costs the caller extra.
    """
    for spelled in (False, True):  # "0912345678 sau 5 giờ": a word is a digit only where the digits are not typed
        found = {number for run in _runs(plain(text), spelled=spelled) if (number := _valid(run))}
        if len(found) == 1:
            return found.pop()
        if found:
            break
    raise PhoneUnclear


def _runs(text: str, *, spelled: bool) -> list[str]:
    """Stretches of digits with whatever people put between them."""
    text = re.sub(r"(?<=\d)[ol](?=[\d ol])|(?<![a-z])o(?=\d)", lambda slip: "0" if slip[0] == "o" else "1", text)
    runs, run = [], ""
    for part in [*_PART.findall(text), ";"]:
        digits = part if part.isdigit() or part == "+" else _SPOKEN.get(part) if spelled else None
        if digits is None and part in _FILLER:
            continue
        if digits is None or digits == "+":  # words, or a second number
            runs.append(run)
            run = ""
        run += digits or ""
    return [half for run in runs if len(run) >= _SHORTEST_RUN for half in _once(run)]


def _once(run: str) -> set[str]:
    """A number that was typed twice in a row is one number."""
    half = len(run) // 2
    return {run[:half]} if run[:half] == run[half:] and half >= _SHORTEST_RUN else {run}


def _valid(run: str) -> str | None:
    for candidate in _readings(run):
        try:
            number = phonenumbers.parse(candidate, HOME)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number) and phonenumbers.number_type(number) not in _COSTLY:
            return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return None


def _readings(run: str) -> list[str]:
    """As typed; with the 0 that is left in after +84; and with the + that is left out before 84."""
    without_zero = re.sub(r"^(\+?84)0", r"+84", run)
    return [without_zero, f"+{run}"] if run.startswith("84") else [without_zero]
