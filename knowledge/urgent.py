"""Danger to life, looked for by two independent means; either is enough.

The rules of `urgent.toml` know what people say outright, and its exceptions know how people exaggerate. A classifier,
trained on urgent phrasings against near misses and everything else, knows what is said indirectly. What only one of
them half believes is not `sure`: the citizen then gets the urgent text with one short question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.knowledge import Danger
from knowledge.features import Extractor
from knowledge.files import ContentFiles
from knowledge.fold import Folder, plain
from knowledge.linear import LinearModel, softmax
from knowledge.parsing import Findings, parse_toml, read_text

URGENT = "urgent.toml"
GAP = "..."
WIDEST_GAP = 3
SURE_FROM = 0.75  # probability from which the classifier alone is certain
DOUBT_FROM = 0.35  # from which it asks
LIKELY_NEEDS = 0.12  # a half-certain rule needs at least this much agreement
CALM_NEEDS = 0.35  # the same for any rule, in a message that seems to ask out of interest
LONG = 40  # words from which a message is also read sentence by sentence
WINDOW = 8  # words; shorter sentences are read together with the next

Item = frozenset[str] | None  # None is a gap
Pattern = tuple[Item, ...]


@dataclass(frozen=True)
class Rules:
    """Patterns by each word they may begin with."""

    sure: dict[str, list[tuple[Pattern, str]]]
    likely: dict[str, list[tuple[Pattern, str]]]
    idioms: dict[str, list[tuple[Pattern, str]]]
    calm: dict[str, list[tuple[Pattern, str]]]


def load_rules(files: ContentFiles, folder: Folder, findings: Findings) -> Rules:
    file = files.find(URGENT)
    table = parse_toml(read_text(file, findings), file, findings)
    rules = Rules({}, {}, {}, {})
    _index(rules.idioms, table.get("idioms", ()), "", folder)
    _index(rules.calm, table.get("calm", ()), "", folder)
    topics: list[dict[str, Any]] = table.get("topic", [])
    for topic in topics:
        _index(rules.sure, topic.get("sure", ()), topic["id"], folder)
        _index(rules.likely, topic.get("likely", ()), topic["id"], folder)
    return rules


def _index(into: dict[str, list[tuple[Pattern, str]]], written: Sequence[str], topic: str, folder: Folder) -> None:
    for text in written:
        pattern = _pattern(text, folder)
        for word in pattern[0] or ():
            into.setdefault(word, []).append((pattern, topic))


def _pattern(text: str, folder: Folder) -> Pattern:
    items: list[Item] = []
    for part in text.split():
        if part == GAP:
            items.append(None)
        else:
            items.append(frozenset(word for other in part.split("|") for word in folder.words(plain(other))))
    return tuple(items)


def _end_of_match(words: Sequence[str], at: int, pattern: Pattern) -> int:
    """Place after the last word of a match that begins at `at`; 0 when there is none."""
    for place, item in enumerate(pattern):
        if item is None:
            for skipped in range(WIDEST_GAP + 1):
                if end := _end_of_match(words, at + skipped, pattern[place + 1 :]):
                    return end
            return 0
        if at >= len(words) or words[at] not in item:
            return 0
        at += 1
    return at


def _matches(words: Sequence[str], patterns: dict[str, list[tuple[Pattern, str]]]) -> list[str]:
    return [
        topic
        for at, word in enumerate(words)
        for pattern, topic in patterns.get(word, ())
        if _end_of_match(words, at, pattern)
    ]


def _without_idioms(words: list[str], rules: Rules) -> list[str]:
    left: list[str] = []
    at = 0
    while at < len(words):
        ends = [_end_of_match(words, at, pattern) for pattern, _ in rules.idioms.get(words[at], ())]
        end = max(ends, default=0)
        if end:
            left.append("-")  # stops patterns from reaching across
            at = end
        else:
            left.append(words[at])
            at += 1
    return left


class DangerFinder:
    def __init__(self, rules: Rules, model: LinearModel, calm_label: str, extractor: Extractor) -> None:
        self._rules = rules
        self._model = model
        self._calm = model.labels.index(calm_label)
        self._extractor = extractor

    def find(self, sentences: list[list[str]]) -> Danger | None:
        """The worst that any part of a message says; `sentences` are the folded words of each sentence."""
        found: Danger | None = None
        for words in windows(sentences):
            danger = self._in_window(words)
            if danger and danger.sure:
                return danger
            found = found or danger
        return found

    def _in_window(self, words: list[str]) -> Danger | None:
        likelihood, topic = self._judge(words)
        if likelihood >= SURE_FROM:
            return Danger(topic, sure=True)
        literal = _without_idioms(words, self._rules)
        sure = _matches(literal, self._rules.sure)
        likely = sure or (likelihood >= LIKELY_NEEDS and _matches(literal, self._rules.likely))
        if likely:
            needed = CALM_NEEDS if _matches(words, self._rules.calm) else 0.0
            if likelihood >= needed:
                return Danger(_most_frequent(likely, topic), sure=bool(sure) and not needed)
        if likelihood >= DOUBT_FROM:
            return Danger(topic, sure=False)
        return None

    def _judge(self, words: list[str]) -> tuple[float, str]:
        """Probability of danger, and the likeliest kind of it."""
        if not words:
            return 0.0, ""
        chances = softmax(self._model.logits(self._extractor.features(words, self._extractor.concepts(words))))
        danger = 1.0 - float(chances[self._calm])
        chances[self._calm] = 0
        return danger, self._model.labels[int(chances.argmax())]


def _most_frequent(topics: list[str], preferred: str) -> str:
    """The kind that most rules point to; the classifier decides between equals."""
    return max(topics, key=lambda topic: (topics.count(topic), topic == preferred, topic))


def windows(sentences: list[list[str]]) -> list[list[str]]:
    """The parts of a message that are judged alone: all of it when it is short, else groups of sentences."""
    total = sum(map(len, sentences))
    if total <= LONG:
        return [[word for sentence in sentences for word in sentence]]
    parts: list[list[str]] = []
    current: list[str] = []
    for sentence in sentences:
        for start in range(0, len(sentence), LONG):
            current = current + sentence[start : start + LONG]
            if len(current) >= WINDOW:
                parts.append(current)
                current = []
    if current:
        parts.append(current)
    return parts
