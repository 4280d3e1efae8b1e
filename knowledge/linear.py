"""A linear classifier over named features, trained with numpy alone and kept in one small file without pickle.

It judges two things at once, because looking up the features is what costs time: which topic, and whether it is danger.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

EPOCHS = 18
SEEDS = (7, 8)  # the order alone moves danger by up to two points; the mean of two orders by less
RATE = 1.0
BIAS_RATE = 0.02
DROPPED = 0.5  # share of features hidden at each look, so that no single word is relied upon
PIECE, PAIR, MARKED = 0.3, 0.5, 0.5  # a piece of a word, a pair of concepts, a word with its marks; a word counts 1


@dataclass(frozen=True, slots=True)
class Example:
    """`danger_weight`: how much it counts when danger is learned, beside `weight` when topics are."""

    features: Sequence[str]
    label: str
    weight: float = 1.0
    danger: bool = False
    danger_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Judgement:
    """`topics` has one logit per label; `danger` is the logit of danger against everything else."""

    topics: Floats
    danger: float


class LinearModel:
    """Softmax regression. A message is the set of its features, weighted by rarity and brought to length 1.

    The last column of the weights is danger, the last row what is known without any feature.
    """

    def __init__(self, labels: Sequence[str], vocabulary: Sequence[str], rarity: Floats, weights: Floats) -> None:
        self.labels = tuple(labels)
        self.vocabulary = {feature: place for place, feature in enumerate(vocabulary)}
        self._rarity = rarity
        self._weights = weights[:-1]
        self._bias = weights[-1]

    def judge(self, places: Sequence[int]) -> Judgement:
        """Only what is known without features, when there are none.

        Args:
            places: of the features in the vocabulary, each once.
        """
        if not places:
            return Judgement(self._bias[:-1], float(self._bias[-1]))
        at = np.array(places, np.intp)
        values = self._rarity.take(at)
        logits = values @ self._weights.take(at, 0)
        logits /= math.sqrt(float(values @ values))
        logits += self._bias
        return Judgement(logits[:-1], float(logits[-1]))

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """What `restored` needs; half precision, because the third digit of a weight decides nothing."""
        return {
            f"{name}.labels": _packed(self.labels),
            f"{name}.vocabulary": _packed(tuple(self.vocabulary)),
            f"{name}.rarity": self._rarity,
            f"{name}.weights": np.vstack([self._weights, self._bias]).astype(np.float16),
        }

    @classmethod
    def restored(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> LinearModel:
        return cls(
            _unpacked(arrays[f"{name}.labels"]),
            _unpacked(arrays[f"{name}.vocabulary"]),
            arrays[f"{name}.rarity"],
            arrays[f"{name}.weights"].astype(np.float32),
        )


@dataclass(frozen=True, slots=True)
class _Row:
    places: NDArray[np.intp]
    values: Floats
    label: int
    weight: np.float32
    danger: float
    danger_weight: float


def train(
    examples: Sequence[Example],
    *,
    kinship: Callable[[str, str], float] | None = None,
    epochs: int = EPOCHS,
    seeds: Sequence[int] = SEEDS,
) -> LinearModel:
    """The same examples in the same order give the same model, bit for bit on one machine.

    Args:
        seeds: one for each order in which the examples are looked at; the model is the mean of what each order teaches.
        kinship: 0..1, how much of what is learned about one label holds for another; None: nothing.
    """
    labels = sorted({example.label for example in examples})
    vocabulary, rarity = _vocabulary(examples)
    place_of = {feature: place for place, feature in enumerate(vocabulary)}
    number_of = {label: number for number, label in enumerate(labels)}
    rows = []
    for e in examples:
        places = np.fromiter((place_of[f] for f in e.features if f in place_of), np.intp)
        weight, danger_weight = np.float32(e.weight), e.weight * e.danger_weight
        rows.append(_Row(places, rarity[places], number_of[e.label], weight, float(e.danger), danger_weight))
    shared = np.array(
        [[1.0 if a == b else kinship(a, b) if kinship else 0.0 for b in labels] for a in labels], np.float32
    )
    weights = np.zeros((len(vocabulary) + 1, len(labels) + 1), np.float32)
    for seed in seeds:
        weights += _descend(np.zeros_like(weights), rows, shared, epochs, np.random.default_rng(seed))
    weights /= len(seeds)
    # As it will be after saving, so that a fresh and a cached model answer alike.
    return LinearModel(labels, vocabulary, rarity, weights.astype(np.float16).astype(np.float32))


def _descend(weights: Floats, rows: list[_Row], shared: Floats, epochs: int, random: np.random.Generator) -> Floats:
    """Stochastic gradient descent; each feature has its own step, smaller the more often it was corrected (Adagrad).

    Topics and danger are corrected apart: a feature may say much about one and nothing about the other.
    """
    body, bias = weights[:-1], weights[-1]
    corrected = np.full((len(body), 2), 1e-3, np.float32)
    for _ in range(epochs):
        for at in random.permutation(len(rows)):
            row = rows[at]
            seen = random.random(len(row.places), np.float32) >= DROPPED
            places, values = row.places[seen], row.values[seen]
            values = values / np.float32(math.sqrt(float(values @ values)) or 1.0)
            known = body.take(places, 0)
            logits = values @ known + bias
            error = np.exp(logits[:-1] - logits[:-1].max())
            error /= error.sum()
            error[row.label] -= 1
            error *= row.weight
            danger = (_chance(float(logits[-1])) - row.danger) * row.danger_weight
            taught = corrected[places] + np.outer(values * values, (error @ error, danger * danger))
            corrected[places] = taught
            steps = (RATE * values)[:, None] / np.sqrt(taught)
            error = error @ shared
            known[:, :-1] -= steps[:, :1] * error
            known[:, -1] -= steps[:, 1] * danger
            body[places] = known
            bias[:-1] -= BIAS_RATE * error
            bias[-1] -= BIAS_RATE * danger
    return weights


def _chance(logit: float) -> float:
    return 1 / (1 + math.exp(-min(max(logit, -30.0), 30.0)))


def _vocabulary(examples: Sequence[Example]) -> tuple[list[str], Floats]:
    """Features of the examples and how much each tells: the rarer, the more."""
    count: dict[str, int] = {}
    for example in examples:
        for feature in example.features:
            count[feature] = count.get(feature, 0) + 1
    total = len(examples)
    rarity = [(math.log((1 + total) / (1 + n)) + 1) * _share(feature) for feature, n in count.items()]
    return list(count), np.array(rarity, np.float32)


def _share(feature: str) -> float:
    if feature[0] == "~":
        return PIECE
    if feature[0] == "'":
        return MARKED
    return PAIR if feature[0] == "#" and "+" in feature else 1.0


def softmax(logits: Floats) -> Floats:
    shifted = np.exp(logits - logits.max())
    return np.asarray(shifted / shifted.sum(), dtype=np.float32)


def logit(chance: float) -> float:
    return math.log(chance + 1e-6) - math.log(max(1 - chance, 0.0) + 1e-6)


def _packed(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _unpacked(array: NDArray[Any]) -> list[str]:
    return array.tobytes().decode().split("\n")
