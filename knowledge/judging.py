"""Judges words by the model: finds the places of their features without building the features anew each time."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.features import REMEMBERED, Extractor, shown
from knowledge.fold import Word
from knowledge.linear import Judgement, LinearModel


class Judge:
    """The same as `model.judge` for `extractor.features`, in a third of the time.

    What a word brings with it (itself and its pieces) is looked up once; so is a pair of concepts.
    """

    def __init__(self, extractor: Extractor, model: LinearModel) -> None:
        self.labels = model.labels
        self._extractor = extractor
        self._model = model
        self._places = model.vocabulary
        self._words: dict[str, tuple[str, tuple[int, ...]]] = {}
        self._pairs: dict[tuple[str, str], int | None] = {}

    def __call__(self, words: Sequence[str], concepts: Sequence[str] | None = None) -> Judgement:
        """
        Args:
            concepts: of these words, when they are known already.
        """
        return self._model.judge(self.places(words, self._extractor.concepts(words) if concepts is None else concepts))

    def places(self, words: Sequence[str], concepts: Sequence[str]) -> list[int]:
        """Where in the vocabulary the features of these words are, each once, in an order that only they decide."""
        found: set[int] = set()
        place_of, known = self._places.get, self._words
        alone: list[int | None] = []
        before = "<"
        for word in words:
            said, own = known.get(word) or self._learn(word)
            found.update(own)
            alone.append(place_of(f"{before} {said}"))
            if type(word) is Word:
                alone.append(place_of("'" + word.marked))
            before = said
        alone.append(place_of(before + " >"))
        named = sorted(set(concepts))
        for at, concept in enumerate(named):
            alone.append(place_of("#" + concept))
            alone += [self._pair(concept, other) for other in named[at + 1 :]]
        found.update(place for place in alone if place is not None)
        return list(found)

    def _pair(self, concept: str, other: str) -> int | None:
        pair = (concept, other)
        if pair not in self._pairs:  # as many as the lexicon has pairs, at most
            self._pairs[pair] = self._places.get(f"#{concept}+{other}")
        return self._pairs[pair]

    def _learn(self, word: str) -> tuple[str, tuple[int, ...]]:
        said = str(shown(word))
        own = (said, *self._extractor.pieces(said))
        learned = said, tuple(self._places[feature] for feature in own if feature in self._places)
        if len(self._words) < REMEMBERED:
            self._words[str(word)] = learned
        return learned
