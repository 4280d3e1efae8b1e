"""Names of communes as people type them, brought to one form."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from domain.places import folded

_KINDS = ("xã", "phường", "đặc khu", "thị trấn", "xa", "phuong", "dac khu", "thi tran", "tt", "p.", "x.", "p", "x")
_LONGEST = 80


def canonical(name: str) -> str:
    """ "xã  tân bình" -> "Tân Bình": without its kind, each word with a capital, at most 80 letters."""
    words = " ".join(unicodedata.normalize("NFC", name).split()).casefold()
    kind = next((each for each in _KINDS if words.startswith(f"{each} ")), "")
    return " ".join(word.capitalize() for word in words.removeprefix(kind).split())[:_LONGEST]


def same_place(name: str, known: Iterable[str]) -> str | None:
    """Which of these is meant, with or without tone marks; None for none of them."""
    wanted = folded(canonical(name))
    return next((each for each in sorted(known) if folded(canonical(each)) == wanted), None)
