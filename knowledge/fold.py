"""Brings a message into the one form that everything else reads: small letters without marks, one word after another.

With and without tone marks, NFC and NFD, teencode, Telex leftovers, look-alike letters and zero-width characters all
become the same, so that whoever types hastily is understood as well as whoever types with care.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from knowledge.syllables import is_syllable, repaired

# Cyrillic and Greek letters that are drawn like Latin ones, each followed by the letter it stands for.
_LOOK_ALIKES = (
    "аa вb сc ԁd еe нh іi јj кk ӏl мm оo рp ԛq гr ѕs тt уy ѵv ѡw хx υu βb εe ιi κk νv οo ρp τt χx αa ωw ηn ɑa ɡg ıi łl"
)
_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE = re.compile(r"(?:\.(?=\s|$|\D)|[!?;\n\r…|•]|\.{2,})+")


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(pair[0]): pair[1] for pair in _LOOK_ALIKES.split()}
    table |= {ord("đ"): "d", ord("ð"): "d", ord("ß"): "ss", ord("？"): "?", ord("！"): "!", ord("。"): "."}
    # Combining marks, and characters that show nothing: they only keep equal words apart.
    table |= dict.fromkeys([*range(0x0300, 0x0370), *range(0x1AB0, 0x1B00), *range(0x20D0, 0x2100)])
    table |= dict.fromkeys([0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
    table |= dict.fromkeys([*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF])
    return table


_TABLE = _table()


def plain(text: str) -> str:
    """Small letters without marks; punctuation and spaces stay."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.lower()).translate(_TABLE).lower()


class Folder:
    """Folds messages; knows the abbreviations and the foreign words of the field (`lexicon.toml`)."""

    def __init__(self, abbreviations: Mapping[str, str], kept: frozenset[str]) -> None:
        self._words: dict[str, tuple[str, ...]] = {word: (word,) for word in kept}
        self._words |= {plain(short): tuple(plain(meant).split()) for short, meant in abbreviations.items()}
        self._limit = len(self._words) + 50_000

    def sentences(self, text: str) -> list[list[str]]:
        """The words of each sentence; sentences without a word are left out."""
        found = []
        for part in _SENTENCE.split(plain(text)):
            if words := self.words(part):
                found.append(words)
        return found

    def words(self, plain_text: str) -> list[str]:
        """The words of a text that `plain` has been applied to."""
        known = self._words
        out: list[str] = []
        for token in _WORD.findall(plain_text):
            meant = known.get(token)
            out.extend(meant if meant is not None else self._learn(token))
        return out

    def words_of(self, text: str) -> list[str]:
        return self.words(plain(text))

    def fold(self, text: str) -> str:
        return " ".join(self.words_of(text))

    def _learn(self, token: str) -> tuple[str, ...]:
        """What a token means, remembered; bounded, because anybody may send any number of new words."""
        if token.isdigit() or is_syllable(token):
            meant: tuple[str, ...] = (token,)
        else:
            meant = self._unabbreviated(repaired(token) or (token,), token)
        if len(self._words) < self._limit:
            self._words[token] = meant
        return meant

    def _unabbreviated(self, meant: tuple[str, ...], token: str) -> tuple[str, ...]:
        """`kooo` is `ko`, hence `khong`; `koo1` too."""
        if meant == (token,):
            short = re.sub(r"(.)\1+", r"\1", re.sub(r"\d+$", "", token))
            return self._words.get(short, meant)
        return meant
