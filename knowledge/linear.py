"""A linear classifier over named features, trained with numpy alone and kept in one small file without pickle."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

EPOCHS = 15
RATE = 1.0
BIAS_RATE = 0.02
DROPPED = 0.5  # share of features hidden at each look, so that no single word is relied upon
PIECE, PAIR, MARKED = 0.3, 0.5, 0.5  # a piece of a word, a pair of concepts, a word with its marks; a word counts 1


@dataclass(frozen=True, slots=True)
class Example:
    features: Sequence[str]
    label: str
    weight: float = 1.0


class LinearModel:
    """Softmax regression. A message is the set of its features, weighted by rarity and brought to length 1."""

    def __init__(self, labels: Sequence[str], vocabulary: Sequence[str], rarity: Floats, weights: Floats) -> None:
        self.labels = tuple(labels)
        self.vocabulary = {feature: place for place, feature in enumerate(vocabulary)}
        self._rarity = rarity
        self._weights = weights[:-1]
        self._bias = weights[-1]

    def logits(self, features: Sequence[str]) -> Floats:
        """One number per label; only the bias when no feature is known."""
        known = self.vocabulary
        places = [known[feature] for feature in features if feature in known]
        if not places:
            return np.asarray(self._bias, dtype=np.float32)
        values = self._rarity[places]
        values /= math.sqrt(float(values @ values))
        return np.asarray(values @ self._weights[places] + self._bias, dtype=np.float32)

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


def train(
    examples: Sequence[Example],
    *,
    kinship: Callable[[str, str], float] | None = None,
    epochs: int = EPOCHS,
    seed: int = 7,
) -> LinearModel:
    """The same examples in the same order give the same model, bit for bit on one machine.

    Args:
        kinship: 0..1, how much of what is learned about one label holds for another; None: nothing.
    """
    labels = sorted({example.label for example in examples})
    vocabulary, rarity = _vocabulary(examples)
    place_of = {feature: place for place, feature in enumerate(vocabulary)}
    rows = []
    for example in examples:
        places = np.fromiter((place_of[f] for f in example.features if f in place_of), np.intp)
        rows.append((places, rarity[places], labels.index(example.label), np.float32(example.weight)))
    shared = np.array(
        [[1.0 if a == b else kinship(a, b) if kinship else 0.0 for b in labels] for a in labels], np.float32
    )
    weights = np.zeros((len(vocabulary) + 1, len(labels)), np.float32)
    _descend(weights, rows, shared, epochs, np.random.default_rng(seed))
    # As it will be after saving, so that a fresh and a cached model answer alike.
    return LinearModel(labels, vocabulary, rarity, weights.astype(np.float16).astype(np.float32))


def _descend(
    weights: Floats,
    rows: list[tuple[NDArray[np.intp], Floats, int, np.float32]],
    shared: Floats,
    epochs: int,
    random: np.random.Generator,
) -> None:
    """Stochastic gradient descent; each feature has its own step, smaller the more often it was corrected (Adagrad)."""
    body, bias = weights[:-1], weights[-1]
    corrected = np.full(len(body), 1e-3, np.float32)
    for _ in range(epochs):
        for row in random.permutation(len(rows)):
            places, values, label, weight = rows[row]
            seen = random.random(len(places)) >= DROPPED
            places, values = places[seen], values[seen]
            values = values / np.float32(math.sqrt(float(values @ values)) or 1.0)
            error = values @ body[places] + bias
            error = np.exp(error - error.max())
            error /= error.sum()
            error[label] -= 1
            error *= weight
            corrected[places] += values * values * (error @ error)
            error = error @ shared
            body[places] -= (RATE * values / np.sqrt(corrected[places]))[:, None] * error
            bias -= BIAS_RATE * error


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


def _packed(words: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(words).encode(), np.uint8)


def _unpacked(array: NDArray[Any]) -> list[str]:
    return array.tobytes().decode().split("\n")
