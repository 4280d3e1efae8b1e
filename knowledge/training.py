"""Learns from the phrasings, and keeps what was learned in a file named after the content it was learned from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from domain.knowledge import TopicKind
from knowledge.catalogue import NONE, KnowledgeBase
from knowledge.features import Extractor
from knowledge.linear import Example, Floats, LinearModel, softmax, train

VERSION = 1  # raise it when code that a saved model depends on changes
CALM = "calm"  # the danger model's label for everything that is no danger
BLOCK = 6  # neighbouring lines resemble each other: they are held out together
TEMPERATURES = np.linspace(0.3, 2.0, 35, dtype=np.float32)


@dataclass(frozen=True)
class Models:
    """`temperature` divides the logits of `topics` so that its probabilities come true on questions not learned."""

    topics: LinearModel
    danger: LinearModel
    temperature: float


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    label: str
    held_out: bool


def load_or_train(base: KnowledgeBase, extractor: Extractor, cache_dir: Path | None) -> Models:
    """Without a folder that can be written to, the models are trained again at every start."""
    file = cache_dir / f"understanding-{VERSION}-{base.content_hash}.npz" if cache_dir else None
    if file is not None and (models := _restored(file)):
        return models
    models = learn(base, extractor)
    if file is not None:
        with suppress(OSError):
            _save(models, file)
    return models


def learn(base: KnowledgeBase, extractor: Extractor) -> Models:
    lines = list(labelled_lines(base))
    features = [_features(line.text, extractor) for line in lines]
    examples = [Example(found, line.label) for found, line in zip(features, lines, strict=True)]
    urgent = {topic.id for topic in base.topics.values() if topic.kind is TopicKind.URGENT}
    dangers = [Example(e.features, e.label if e.label in urgent else CALM) for e in examples]
    trial = train([e for e, line in zip(examples, lines, strict=True) if not line.held_out])
    temperature = _temperature(trial, [e for e, line in zip(examples, lines, strict=True) if line.held_out])
    return Models(train(examples), train(dangers), temperature)


def labelled_lines(base: KnowledgeBase) -> Iterator[Line]:
    """Phrasings, near misses (their own topic after a tab) and the titles of the catalogue."""
    at = 0
    for topic, text in base.files.lines("phrasings"):
        if topic in base.topics or topic == NONE:
            at += 1
            yield Line(text, topic, at // BLOCK % 5 == 0)
    for _, text in base.files.lines("near_misses"):
        question, _, topic = text.partition("\t")
        at += 1
        yield Line(question, topic.strip() if topic.strip() in base.topics else NONE, at // BLOCK % 5 == 0)
    for known in base.topics.values():
        yield Line(known.title, known.id, held_out=False)


def _features(text: str, extractor: Extractor) -> list[str]:
    words = extractor.lexicon.folder.words_of(text)
    return extractor.features(words, extractor.concepts(words))


def _temperature(model: LinearModel, held_out: Sequence[Example]) -> float:
    """The one at which the right answers to unseen lines are least surprising."""
    known = [example for example in held_out if example.label in model.labels]
    if not known:
        return 1.0
    logits = np.stack([model.logits(example.features) for example in known])
    right = np.array([model.labels.index(example.label) for example in known])
    losses = [_loss(logits / t, right) for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _loss(logits: Floats, right: NDArray[np.intp]) -> float:
    return -float(np.mean([np.log(softmax(row)[label] + 1e-9) for row, label in zip(logits, right, strict=True)]))


def _save(models: Models, file: Path) -> None:
    """Written beside and then moved into place: a reader sees the whole file or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {"temperature": np.array([models.temperature], np.float32)}
    arrays |= models.topics.arrays("topics") | models.danger.arrays("danger")
    handle, name = tempfile.mkstemp(suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            np.savez(out, allow_pickle=False, **arrays)
        Path(name).replace(file)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _restored(file: Path) -> Models | None:
    """None when there is no such file or it is damaged: then it is made again."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays: Mapping[str, NDArray[Any]] = dict(stored)
        return Models(
            LinearModel.restored(arrays, "topics"),
            LinearModel.restored(arrays, "danger"),
            float(arrays["temperature"][0]),
        )
    except Exception:  # whatever a damaged file makes numpy raise; a fresh model replaces it
        return None
