"""The code under which a citizen finds a request again: 16 digits, the last one checks the others."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

DIGITS = 16

_CODE = re.compile(r"(?<!\d)\d(?:[ .\-\u00a0]?\d){15}(?!\d)")

# The quasigroup of H. Michael Damm's dissertation (2004): finds every single wrong digit and every swap of neighbours.
_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """Shown once to whoever asked; the database knows only its digest."""

    code: str

    @classmethod
    def new(cls) -> Ticket:
        body = f"{secrets.randbelow(10 ** (DIGITS - 1)):0{DIGITS - 1}d}"
        return cls(body + str(_check(body)))

    @property
    def shown(self) -> str:
        """In groups of four, as it is easiest to copy by hand."""
        return " ".join(self.code[place : place + 4] for place in range(0, DIGITS, 4))


def code_in(text: str) -> str | None:
    """The 16 digits of a message, spaces, dots and dashes between them left out; None when there are no such."""
    found = _CODE.search(text)
    return re.sub(r"\D", "", found[0]) if found else None


def is_well_formed(code: str) -> bool:
    return len(code) == DIGITS and code.isascii() and code.isdigit() and _check(code) == 0


def _check(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim
