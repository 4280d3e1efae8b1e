"""Learns from the phrasings, and keeps what was learned in a file named after the content it was learned from."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
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
from knowledge.linear import Example, LinearModel, train

CACHE_PREFIX = "understanding-"
QUESTION_WEIGHT, ANSWER_WEIGHT = 0.5, 0.3
SHORTEST_STORY, SHORTEST_SENTENCE = 15, 4  # words
NEAR_MISS_WEIGHT = 3.0
SAME_PART, SAME_ASPECT = 0.1, 0.2


@dataclass(frozen=True, slots=True)
class Line:
    """A text to learn from.

    Attributes:
        weight: how much it counts in training.
        near_miss: sounds like danger and is none; it counts more when danger is learned.
    """

    words: list[str]
    label: str
    weight: float
    near_miss: bool = False


def load_or_train(base: KnowledgeBase, extractor: Extractor, cache_dir: Path | None) -> LinearModel:
    """Without a folder that can be written to, the model is trained again at every start."""
    file = cache_dir / f"{CACHE_PREFIX}{base.content_hash}.npz" if cache_dir else None
    if file is not None and (model := _restored(file)):
        return model
    model = learn(base, extractor)
    if file is not None:
        with suppress(OSError):
            _save(model, file)
    return model


def learn(base: KnowledgeBase, extractor: Extractor) -> LinearModel:
    return train(examples_of(base, labelled_lines(base, extractor.lexicon.folder), extractor), kinship=kinship)


def examples_of(base: KnowledgeBase, lines: Iterable[Line], extractor: Extractor) -> list[Example]:
    urgent = {topic.id for topic in base.topics.values() if topic.kind is TopicKind.URGENT}
    return [
        Example(
            extractor.features(line.words, extractor.concepts(line.words)),
            line.label,
            line.weight,
            danger=line.label in urgent,
            danger_weight=NEAR_MISS_WEIGHT if line.near_miss else 1.0,
        )
        for line in lines
    ]


def kinship(topic: str, other: str) -> float:
    """`home.cost` learns a little from what is said about `home.documents`, and more from `facility.cost`."""
    (part, _, aspect), (other_part, _, other_aspect) = topic.partition("."), other.partition(".")
    if not aspect or not other_aspect:
        return 0.0
    return SAME_PART * (part == other_part) + SAME_ASPECT * (aspect == other_aspect)


def labelled_lines(base: KnowledgeBase, folder: Folder) -> Iterator[Line]:
    """Phrasings, near misses (their own topic after a tab), titles, and the sentences of the answers themselves."""
    for topic, text, near_miss in written(base):
        yield from lines_of(folder, topic, text, near_miss=near_miss)
    yield from lines_of_answers(base, folder)


def lines_of(folder: Folder, topic: str, text: str, *, near_miss: bool) -> Iterator[Line]:
    sentences = folder.sentences(text)
    yield Line(joined(sentences), topic, 1.0, near_miss)
    if question := question_of(sentences):
        yield Line(question, topic, QUESTION_WEIGHT, near_miss)


def lines_of_answers(base: KnowledgeBase, folder: Folder) -> Iterator[Line]:
    for known in base.topics.values():
        yield Line(folder.words_of(known.title), known.id, 1.0)
    for entry in base.entries.values():
        for sentence in folder.sentences(entry.text):
            if len(sentence) >= SHORTEST_SENTENCE:
                yield Line(sentence, entry.topic, ANSWER_WEIGHT)


def written(base: KnowledgeBase) -> Iterator[tuple[str, str, bool]]:
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


def _save(model: LinearModel, file: Path) -> None:
    """Written beside and then moved into place: a reader sees the whole file or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(suffix=".tmp", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            np.savez(out, allow_pickle=False, **model.arrays("model"))
        Path(name).replace(file)
        for other in file.parent.glob(f"{CACHE_PREFIX}*.npz"):
            if other != file:  # learned from content that has changed since
                other.unlink(missing_ok=True)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _restored(file: Path) -> LinearModel | None:
    """None when there is no such file or it is damaged: then it is made again."""
    try:
        with np.load(file, allow_pickle=False) as stored:
            arrays: Mapping[str, NDArray[Any]] = dict(stored)
        return LinearModel.restored(arrays, "model")
    except Exception:  # whatever a damaged file makes numpy raise; a fresh model replaces it
        return None
