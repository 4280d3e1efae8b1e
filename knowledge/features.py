"""Turns a message into features: words, pairs of words, pieces of words, concepts of the lexicon, ages."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.fold import Word
from knowledge.lexicon import Lexicon

_NUMBER = re.compile(r"\d+")
_AGE = re.compile(r"(\d{1,2})t(?:uoi|uôi)?")
_NEXT_TO_AGE = frozenset(("tuoi", "t"))
_YEARS_OF_CHILD = 12  # from 12 the law knows measures of its own, from 18 one is of age
_YEARS_OF_AGE = 18
REMEMBERED = 50_000  # words; anybody may send any number of new ones


def age_concept(years: int) -> str:
    if years < _YEARS_OF_CHILD:
        return "age.child"
    return "age.minor" if years < _YEARS_OF_AGE else "age.adult"


class Extractor:
    """Remembers the pieces of words it has seen."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._pieces: dict[str, tuple[str, ...]] = {}

    def concepts(self, words: Sequence[str]) -> list[str]:
        return [*self.lexicon.concepts(words), *self._ages(words)]

    def features(self, words: Sequence[str], concepts: Sequence[str]) -> list[str]:
        """Without repetition, in an order that depends on nothing but the words."""
        said = [shown(word) for word in words]
        found = dict.fromkeys(said)
        for word in said:
            found.update(dict.fromkeys(self.pieces(word)))
        found.update(dict.fromkeys(map(" ".join, zip(["<", *said], [*said, ">"], strict=True))))
        found.update(dict.fromkeys("'" + word.marked for word in words if isinstance(word, Word)))
        named = sorted(set(concepts))
        found.update(dict.fromkeys("#" + concept for concept in named))
        found.update(dict.fromkeys(f"#{a}+{b}" for at, a in enumerate(named) for b in named[at + 1 :]))
        return list(found)

    def pieces(self, word: str) -> tuple[str, ...]:
        known = self._pieces.get(word)
        if known is not None:
            return known
        edged = f"^{word}$"
        pieces = tuple("~" + edged[at : at + size] for size in (2, 3, 4) for at in range(len(edged) - size + 1))
        if len(self._pieces) < REMEMBERED:
            self._pieces[word] = pieces
        return pieces

    @staticmethod
    def _ages(words: Sequence[str]) -> list[str]:
        found: list[str] = []
        for at, word in enumerate(words):
            if word[0] > "9" and word != "lop":
                continue
            following = words[at + 1] if at + 1 < len(words) else ""
            if word.isdigit() and following in _NEXT_TO_AGE and len(word) < 3:
                found.append(age_concept(int(word)))
            elif word[0].isdigit() and (age := _AGE.fullmatch(word)):
                found.append(age_concept(int(age[1])))
            elif word == "lop" and following.isdigit() and len(following) < 3:
                found.append("age.child" if int(following) < 6 else "age.minor")
        return found


def shown(word: str) -> str:
    """Numbers are told apart by their length only, but for the emergency numbers."""
    if word.isdigit() and word not in ("111", "113", "115"):
        return "0" * min(len(word), 5)
    return word
