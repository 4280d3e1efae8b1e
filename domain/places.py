"""Names of communes as people write them."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: its code of five digits, its full name ("Phường Ba Đình") and its province ("Hà Nội")."""

    code: str
    name: str
    province: str


_TYPES = ("phuong", "xa", "dac khu", "thi tran")


def folded(name: str) -> str:
    """Small letters without marks, one space between words: "Phường  BA ĐÌNH" is "phuong ba dinh"."""
    bare = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def split_type(name: str) -> tuple[str, str]:
    """The folded type and the folded rest: ("phuong", "ba dinh"); the type is empty where none is written."""
    text = folded(name)
    for kind in _TYPES:
        if text.startswith(kind + " "):
            return kind, text.removeprefix(kind + " ")
    return "", text


def same_commune(one: str, other: str) -> bool:
    """Whether two names may be the same commune: a type counts only where both have one."""
    (kind, name), (other_kind, other_name) = split_type(one), split_type(other)
    return name == other_name and (not kind or not other_kind or kind == other_kind)
