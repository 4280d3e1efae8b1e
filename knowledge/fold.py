"""Brings a message into the one form that everything else reads: small letters without marks, one word after another.

With and without tone marks, NFC and NFD, teencode, Telex leftovers, look-alike letters and zero-width characters all
become the same, so that whoever types hastily is understood as well as whoever types with care. Marks that were set
stay at hand (`Word.marked`): they tell "tìm" from "tím".
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
_TOKEN = re.compile(r"[^\W_]+")
_WORD = re.compile(r"[a-z0-9]+")
_SENTENCE = re.compile(r"(?:\.(?=\s|$|\D)|[!?;\n\r…|•。！？])+")
_DIGITS_AT_END = re.compile(r"\d+$")
_RUN = re.compile(r"(.)\1+")
_REMEMBERED = 50_000  # words; anybody may send any number of new ones


def _table() -> dict[int, str | None]:
    table: dict[int, str | None] = {ord(pair[0]): pair[1] for pair in _LOOK_ALIKES.split()}
    table |= {ord("đ"): "d", ord("ð"): "d", ord("ß"): "ss", ord("？"): "?", ord("！"): "!", ord("。"): "."}
    # Combining marks, and characters that show nothing: they only keep equal words apart.
    table |= dict.fromkeys([*range(0x0300, 0x0370), *range(0x1AB0, 0x1B00), *range(0x20D0, 0x2100)])
    table |= dict.fromkeys([0xAD, 0x34F, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F)])
    table |= dict.fromkeys([*range(0x2060, 0x2070), *range(0xFE00, 0xFE10), 0xFEFF])
    return table


_TABLE = _table()
_UNSEEN = {code: None for code, letter in _TABLE.items() if letter is None}


class Word(str):
    """A word without marks that remembers the marks it was written with."""

    marked: str

    def __new__(cls, word: str, marked: str) -> Word:
        self = super().__new__(cls, word)
        self.marked = marked
        return self


def plain(text: str) -> str:
    """Small letters without marks; punctuation and spaces stay."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKD", text.lower()).translate(_TABLE).lower()


class Folder:
    """Folds messages; knows the abbreviations and the foreign words of the field (`lexicon.toml`)."""

    def __init__(self, abbreviations: Mapping[str, str], kept: frozenset[str]) -> None:
        self._short: dict[str, tuple[str, ...]] = {word: (word,) for word in kept}
        for short, meant in abbreviations.items():
            words = tuple(plain(meant).split())
            self._short[_composed(short)] = words
            self._short.setdefault(plain(short), words)
        self._known: dict[str, tuple[str, ...]] = {}

    def sentences(self, text: str) -> list[list[str]]:
        """The words of each sentence; sentences without a word are left out."""
        return [words for part in _SENTENCE.split(_composed(text)) if (words := self._words(part))]

    def words_of(self, text: str) -> list[str]:
        return self._words(_composed(text))

    def fold(self, text: str) -> str:
        return " ".join(self.words_of(text))

    def _words(self, composed: str) -> list[str]:
        known = self._known
        out: list[str] = []
        for token in _TOKEN.findall(composed):
            meant = known.get(token)
            out.extend(meant if meant is not None else self._learn(token))
        return out

    def _learn(self, token: str) -> tuple[str, ...]:
        """What a token means, remembered."""
        bare = plain(token)
        written_out = token.replace("đ", "d") != bare  # whoever sets tone marks does not abbreviate
        meant = self._short.get(token if written_out else bare)
        if meant is None:
            meant = tuple(part for word in _WORD.findall(bare) for part in self._meant(word))
        if meant and not token.isascii():
            meant = (Word(meant[0], token), *meant[1:])
        if len(self._known) < _REMEMBERED:
            self._known[token] = meant
        return meant

    def _meant(self, word: str) -> tuple[str, ...]:
        if word.isdigit() or is_syllable(word):
            return (word,)
        # `kooo` and `koo1` are `ko`, hence `khong`.
        short = self._short.get(_RUN.sub(r"\1", _DIGITS_AT_END.sub("", word)))
        return short or repaired(word) or (word,)


def _composed(text: str) -> str:
    """Small letters, each with its marks one character, without characters that show nothing."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).lower().translate(_UNSEEN))
