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
from knowledge.fold import Folder
from knowledge.linear import Example, Floats, LinearModel, softmax, train

CALM, DANGER = "calm", "danger"  # labels of the danger model
CACHE_PREFIX = "understanding-"
BLOCK = 6  # neighbouring lines resemble each other: they are held out together
QUESTION_WEIGHT, ANSWER_WEIGHT = 0.5, 0.3
SHORTEST_STORY, SHORTEST_SENTENCE = 15, 4  # words
NEAR_MISS_WEIGHT = 3.0
TRIAL_EPOCHS, DANGER_EPOCHS = 5, 12
SAME_PART, SAME_ASPECT = 0.1, 0.2
TEMPERATURES = np.linspace(0.3, 2.0, 35, dtype=np.float32)


@dataclass(frozen=True)
class Models:
    """`temperature` divides the logits of `topics` so that its probabilities come true on questions not learned."""

    topics: LinearModel
    danger: LinearModel
    temperature: float


@dataclass(frozen=True, slots=True)
class Line:
    """A text to learn from.

    Attributes:
        weight: how much it counts in training.
        held_out: not learned from when the temperature is measured.
        near_miss: sounds like danger and is none; the danger model looks at it harder.
    """

    words: list[str]
    label: str
    weight: float
    held_out: bool = False
    near_miss: bool = False


def load_or_train(base: KnowledgeBase, extractor: Extractor, cache_dir: Path | None) -> Models:
    """Without a folder that can be written to, the models are trained again at every start."""
    file = cache_dir / f"{CACHE_PREFIX}{base.content_hash}.npz" if cache_dir else None
    if file is not None and (models := _restored(file)):
        return models
    models = learn(base, extractor)
    if file is not None:
        with suppress(OSError):
            _save(models, file)
    return models


def learn(base: KnowledgeBase, extractor: Extractor) -> Models:
    lines = list(labelled_lines(base, extractor.lexicon.folder))
    examples = [_example(line, extractor) for line in lines]
    shown = [example for example, line in zip(examples, lines, strict=True) if not line.held_out]
    unseen = [e for e, line in zip(examples, lines, strict=True) if line.held_out and line.weight == 1]
    urgent = {topic.id for topic in base.topics.values() if topic.kind is TopicKind.URGENT}
    dangers = [
        Example(
            e.features,
            DANGER if e.label in urgent else CALM,
            NEAR_MISS_WEIGHT * e.weight if line.near_miss else e.weight,
        )
        for e, line in zip(examples, lines, strict=True)
    ]
    temperature = _temperature(train(shown, kinship=kinship, epochs=TRIAL_EPOCHS), unseen)
    return Models(train(examples, kinship=kinship), train(dangers, epochs=DANGER_EPOCHS), temperature)


def kinship(topic: str, other: str) -> float:
    """`home.cost` learns a little from what is said about `home.documents`, and more from `facility.cost`."""
    (part, _, aspect), (other_part, _, other_aspect) = topic.partition("."), other.partition(".")
    if not aspect or not other_aspect:
        return 0.0
    return SAME_PART * (part == other_part) + SAME_ASPECT * (aspect == other_aspect)


def labelled_lines(base: KnowledgeBase, folder: Folder) -> Iterator[Line]:
    """Phrasings, near misses (their own topic after a tab), titles, and the sentences of the answers themselves."""
    for at, (topic, text, near_miss) in enumerate(_written(base)):
        held_out = at // BLOCK % 5 == 0
        sentences = folder.sentences(text)
        yield Line(joined(sentences), topic, 1.0, held_out, near_miss)
        if question := question_of(sentences):
            yield Line(question, topic, QUESTION_WEIGHT, held_out, near_miss)
    for known in base.topics.values():
        yield Line(folder.words_of(known.title), known.id, 1.0)
    for entry in base.entries.values():
        for sentence in folder.sentences(entry.text):
            if len(sentence) >= SHORTEST_SENTENCE:
                yield Line(sentence, entry.topic, ANSWER_WEIGHT)


def _written(base: KnowledgeBase) -> Iterator[tuple[str, str, bool]]:
    """(topic, text, whether it is a near miss of danger)."""
    for topic, text in base.files.lines("phrasings"):
        if topic in base.topics or topic == NONE:
            yield topic, text, False
    for _, line in base.files.lines("near_misses"):
        text, _, topic = line.partition("\t")
        known = topic.strip() if topic.strip() in base.topics else NONE
        yield known, text, base.topics[known].kind is not TopicKind.URGENT if known in base.topics else True


def joined(sentences: list[list[str]]) -> list[str]:
    return [word for sentence in sentences for word in sentence]


def question_of(sentences: list[list[str]]) -> list[str] | None:
    """Of a story, the end: there the question is. None when the message is too short to tell them apart."""
    if len(sentences) < 2 or sum(map(len, sentences)) < SHORTEST_STORY:
        return None
    return sentences[-1] if len(sentences[-1]) >= SHORTEST_SENTENCE else sentences[-2] + sentences[-1]


def _example(line: Line, extractor: Extractor) -> Example:
    return Example(extractor.features(line.words, extractor.concepts(line.words)), line.label, line.weight)


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
        for other in file.parent.glob(f"{CACHE_PREFIX}*.npz"):
            if other != file:  # learned from content that has changed since
                other.unlink(missing_ok=True)
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
