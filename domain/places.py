"""Communes of today, and what people call them: with or without type, district, province; by names from before too.

Two levels since 2025-07-01: 34 provinces, 3,321 communes. The data is in communes.tsv beside this file.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_DATA = Path(__file__).parent / "communes.tsv"
_SHORT = {"p": "phuong", "x": "xa", "tt": "thi tran", "dk": "dac khu", "tx": "thi xa", "tp": "thanh pho", "q": "quan"}
_SHORT |= {"h": "huyen", "t": "tinh"}
_TYPES = ("phuong", "xa", "dac khu", "thi tran")
_LARGER = ("thanh pho", "thi xa", "quan", "huyen", "tinh")
_ABBREVIATED = re.compile(r"^(tt|tx|tp|dk|p|x|q|h|t)(?:\s*\.\s*|\s+)(?=\S)")
_CITY = {"hcm": "ho chi minh", "sai gon": "ho chi minh", "hn": "ha noi"}


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of today: its code of five digits, its full name ("Phường Ba Đình") and its province ("Hà Nội")."""

    code: str
    name: str
    province: str


class Places:
    """Finds communes. Names within a province are unique today; names from before are not, nor across provinces."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.communes: dict[str, Commune] = {}
        self.provinces: dict[str, str] = {}
        """Today's names, without type, by every name that a province has or had (folded, without type)."""
        self._today: dict[str, list[tuple[str, Commune]]] = defaultdict(list)
        self._before: dict[str, list[tuple[str, str, Commune]]] = defaultdict(list)
        province = ""
        for line in lines:
            if line.startswith("="):
                _, name, before = line.rstrip("\n").split("\t")
                province = name.split(" ", 1)[1] if name.startswith("Tỉnh ") else name.removeprefix("Thành phố ")
                for each in (name, *before.split("; ")):
                    self.provinces[_larger(each)] = province
            elif line[:1].isdigit():
                self._read(line.rstrip("\n").split("\t"), province)

    def _read(self, cells: list[str], province: str) -> None:
        commune = Commune(cells[0], cells[1], province)
        self.communes[commune.code] = commune
        kind, name = split_type(commune.name)
        self._today[name].append((kind, commune))
        for group in cells[2:]:
            district, _, names = group.partition(": ")
            for old in names.split("; "):
                kind, name = split_type(old.removeprefix("~"))
                self._before[name].append((kind, _larger(district), commune))

    def find(self, text: str, province: str = "") -> list[Commune]:
        """One commune when it is clear, several when it is not, none when nothing is called that.

        text: "Phường Ba Đình", "ba dinh", "P. Trúc Bạch, Q. Ba Đình, Hà Nội" or a code. A name of today wins over the
        same name from before, unless a district is named. province: where to look when the text names none.
        """
        if text.strip() in self.communes:
            return [self.communes[text.strip()]]
        first, *rest = [part for part in re.split(r"[,;()]", text) if folded(part)] or [""]
        kind, name = split_type(first)
        wanted = self.provinces.get(_larger(province)) if province else None
        named = self.provinces.get(_larger(rest[-1])) if rest else None
        if named and (len(rest) > 1 or not _is_district(rest[-1])):
            wanted, rest = named, rest[:-1]
        district = _larger(rest[0]) if rest else ""
        today = [
            each
            for of_kind, each in self._today.get(name, ())
            if _fits(kind, of_kind) and (wanted is None or each.province == wanted)
        ]
        found = [] if district else _as_written(first, today)
        return found or self._find_before(kind, name, district, wanted) or today

    def _find_before(self, kind: str, name: str, district: str, province: str | None) -> list[Commune]:
        found = {
            each.code: each
            for of_kind, of_district, each in self._before.get(name, ())
            if _fits(kind, of_kind)
            and (not district or district == of_district)
            and (province is None or each.province == province)
        }
        return list(found.values())


def _is_district(text: str) -> bool:
    """Whether these words say themselves that they mean a district: "Quận 1", "huyện Yên Bái"."""
    return folded(_spelled_out(text)).startswith(("quan ", "huyen ", "thi xa "))


def _as_written(text: str, found: list[Commune]) -> list[Commune]:
    """Only those with the same tone marks, when the text has any and one of them fits: "Mỹ Tho" is not "Mỹ Thọ"."""
    if marked(text) == folded(text):
        return found
    return [each for each in found if marked(text).endswith(marked(each.name.split(" ", 1)[1]))] or found


def _fits(kind: str, of_kind: str) -> bool:
    return not kind or kind == of_kind


@cache
def places() -> Places:
    """The shipped data, read when it is first asked for."""
    with _DATA.open(encoding="utf-8") as lines:
        return Places(lines)


def folded(name: str) -> str:
    """Small letters without marks, one space between words: "Phường  BA ĐÌNH" is "phuong ba dinh"."""
    bare = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    letters = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def marked(name: str) -> str:
    """Small letters with marks, wherever in a syllable they were set: "Hoà" and "Hòa" are the same."""
    words = re.findall(r"[^\W_]+", unicodedata.normalize("NFC", name.casefold()))
    return " ".join(_marks_last(unicodedata.normalize("NFD", word)) for word in words)


def _marks_last(word: str) -> str:
    marks = sorted(letter for letter in word if unicodedata.combining(letter))
    return "".join(letter for letter in word if not unicodedata.combining(letter)) + "".join(marks)


def _spelled_out(name: str) -> str:
    """ "P. Ba Đình" as "phuong Ba Đình"; "T. An" may be a name of its own, so one letter needs its point."""
    text = name.strip().casefold()
    found = _ABBREVIATED.match(text)
    if found and (len(found[1]) == 2 or "." in found[0]):
        return f"{_SHORT[found[1]]} {text[found.end() :]}"
    return re.sub(r"^([pq])(\d+)$", lambda part: f"{_SHORT[part[1]]} {part[2]}", text)


def split_type(name: str) -> tuple[str, str]:
    """The folded type and the folded rest: ("phuong", "ba dinh"); the type is empty where none is written."""
    text = folded(_spelled_out(name))
    for kind in _TYPES:
        if text.startswith(kind + " "):
            return kind, _number(text.removeprefix(kind + " "))
    return "", _number(text)


def _larger(name: str) -> str:
    """A district or province, folded and without its type."""
    text = folded(_spelled_out(name))
    for kind in _LARGER:
        if text.startswith(kind + " "):
            text = text.removeprefix(kind + " ")
            break
    text = _number(text)
    return _CITY.get(text, text)


def _number(name: str) -> str:
    """ "01" and "1" are the same ward."""
    return str(int(name)) if name.isdigit() else name


def same_commune(one: str, other: str) -> bool:
    """Whether two names may be the same commune: types and tone marks count only where both have them."""
    (kind, name), (other_kind, other_name) = split_type(one), split_type(other)
    if name != other_name or (kind and other_kind and kind != other_kind):
        return False
    if marked(one) == folded(one) or marked(other) == folded(other):
        return True
    return marked(one).split()[-len(name.split()) :] == marked(other).split()[-len(name.split()) :]
