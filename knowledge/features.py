"""Turns a message into features: words, pairs of words, pieces of words, concepts of the lexicon, ages."""

from __future__ import annotations

import re

from knowledge.fold import Word
from knowledge.lexicon import Lexicon

_NUMBER = re.compile(r"\d+")
_AGE = re.compile(r"(\d{1,2})t(?:uoi|uôi)?")
_NEXT_TO_AGE = frozenset(("tuoi", "t"))
_YEARS_OF_CHILD = 12  # from 12 the law knows measures of its own, from 18 one is of age
_YEARS_OF_AGE = 18


def age_concept(years: int) -> str:
    if years < _YEARS_OF_CHILD:
        return "age.child"
    return "age.minor" if years < _YEARS_OF_AGE else "age.adult"


class Extractor:
    """Remembers the pieces of words it has seen; bounded, because anybody may send any number of new words."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._pieces: dict[str, tuple[str, ...]] = {}

    def concepts(self, words: list[str]) -> list[str]:
        return [*self.lexicon.concepts(words), *self._ages(words)]

    def features(self, words: list[str], concepts: list[str]) -> list[str]:
        """Without repetition, in an order that depends on nothing but the words."""
        said = [_shown(word) for word in words]
        found = dict.fromkeys(said)
        for word in said:
            found.update(dict.fromkeys(self._pieces.get(word) or self._learn(word)))
        found.update(dict.fromkeys(map(" ".join, zip(["<", *said], [*said, ">"], strict=True))))
        found.update(dict.fromkeys("'" + word.marked for word in words if isinstance(word, Word)))
        named = sorted(set(concepts))
        found.update(dict.fromkeys("#" + concept for concept in named))
        found.update(dict.fromkeys(f"#{a}+{b}" for at, a in enumerate(named) for b in named[at + 1 :]))
        return list(found)

    def _learn(self, word: str) -> tuple[str, ...]:
        edged = f"^{word}$"
        pieces = tuple("~" + edged[at : at + size] for size in (2, 3, 4) for at in range(len(edged) - size + 1))
        if len(self._pieces) < 50_000:
            self._pieces[word] = pieces
        return pieces

    @staticmethod
    def _ages(words: list[str]) -> list[str]:
        found = []
        for word, following in zip(words, [*words[1:], ""], strict=False):
            if word.isdigit() and following in _NEXT_TO_AGE and len(word) < 3:
                found.append(age_concept(int(word)))
            elif word[0].isdigit() and (age := _AGE.fullmatch(word)):
                found.append(age_concept(int(age[1])))
            elif word == "lop" and following.isdigit() and len(following) < 3:
                found.append("age.child" if int(following) < 6 else "age.minor")
        return found


def _shown(word: str) -> str:
    """Numbers are told apart by their length only, but for the emergency numbers."""
    if word.isdigit() and word not in ("111", "113", "115"):
        return "0" * min(len(word), 5)
    return word
