"""Danger to life, looked for by two independent means; either is enough.

The rules of `urgent.toml` know what people say outright, and its exceptions know how people exaggerate. A classifier,
trained on urgent phrasings against near misses and everything else, knows what is said indirectly. What only one of
them half believes is not `sure`: the citizen then gets the urgent text with one short question.

Thresholds are chosen on phrasings that the model had not learned from: `python -m benchmarks.decisions`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from domain.knowledge import Danger
from knowledge.features import Extractor
from knowledge.files import ContentFiles
from knowledge.fold import Folder
from knowledge.linear import Judgement, LinearModel, logit, softmax
from knowledge.parsing import Findings, parse_toml, read_text

URGENT = "urgent.toml"
GAP = "..."
WIDEST_GAP = 3
SURE_FROM = 0.5  # score from which the classifier alone is certain
DOUBT_FROM = -1.8  # from which it asks
DOUBT_FROM_IN_PART = 3.0  # about a part of a long message: of many parts one is easily mistaken
RULE_NEEDS_IN_PART = 1.5  # what a rule needs there, when it did not convince in the whole message
LIKELY_NEEDS = -2.2  # a half-certain rule needs at least this much agreement
END_SHARE = 0.3  # of the score: people begin politely and come to the point last
URGENT_PREFIX = "urgent."
LONG = 40  # words from which a message is also read sentence by sentence
WINDOW = 8  # words; shorter sentences are read together with the next
TAIL = 8  # words at the end of a message
LONGEST_WHOLE = 400  # words; a longer message is judged by its parts alone

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
            items.append(frozenset(word for other in part.split("|") for word in folder.words_of(other)))
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
    def __init__(self, rules: Rules, model: LinearModel, extractor: Extractor) -> None:
        self._rules = rules
        self._model = model
        self._extractor = extractor
        self._kinds = [place for place, label in enumerate(model.labels) if label.startswith(URGENT_PREFIX)]

    def find(self, sentences: list[list[str]], whole: Judgement | None = None) -> Danger | None:
        """The worst that any part of a message says.

        Args:
            sentences: the folded words of each sentence.
            whole: what the model says about all of them, when that is known already.
        """
        words = [word for sentence in sentences for word in sentence]
        if not words or not self._kinds:
            return None
        found, rule_needs = None, -math.inf
        if len(words) <= LONGEST_WHOLE:
            found, rule_needs = self._in_part(words, DOUBT_FROM, judged=whole), RULE_NEEDS_IN_PART
        if len(words) > LONG and not (found and found.sure):
            for part in windows(sentences):
                danger = self._in_part(part, DOUBT_FROM_IN_PART, rule_needs)
                if danger and danger.sure:
                    return danger
                found = found or danger
        return found

    def _in_part(
        self, words: list[str], doubt_from: float, rule_needs: float = -math.inf, judged: Judgement | None = None
    ) -> Danger | None:
        score, kind = self.judge(words, judged)
        if score >= max(SURE_FROM, doubt_from):
            return Danger(kind, sure=True)
        if score >= rule_needs:
            literal = _without_idioms(words, self._rules)
            sure = _matches(literal, self._rules.sure)
            if sure and not _matches(words, self._rules.calm):
                return Danger(_most_frequent(sure, kind), sure=True)
            if score >= LIKELY_NEEDS and (hits := sure or _matches(literal, self._rules.likely)):
                return Danger(_most_frequent(hits, kind), sure=False)
        return Danger(kind, sure=False) if score >= doubt_from else None

    def judge(self, words: list[str], judged: Judgement | None = None) -> tuple[float, str]:
        """How likely danger is (0: as likely as not), and the likeliest kind of it.

        The model has learned danger against everything else, and all topics against each other. The two err
        differently, so what counts is their mean, as logits; and that again for the end of the message.
        """
        whole = judged or self._judged(words)
        kinds = whole.topics[self._kinds]
        kind = self._model.labels[self._kinds[int(kinds.argmax())]]
        score = self._mean(whole)
        if len(words) > TAIL + 3:
            score = (1 - END_SHARE) * score + END_SHARE * self._mean(self._judged(words[-TAIL:]))
        return score, kind

    def _judged(self, words: list[str]) -> Judgement:
        return self._model.judge(self._extractor.features(words, self._extractor.concepts(words)))

    def _mean(self, judged: Judgement) -> float:
        urgent = float(softmax(judged.topics)[self._kinds].sum())
        return (judged.danger + logit(urgent)) / 2


def _most_frequent(topics: list[str], preferred: str) -> str:
    """The kind that most rules point to; the classifier decides between equals."""
    return max(topics, key=lambda topic: (topics.count(topic), topic == preferred, topic))


def windows(sentences: list[list[str]]) -> Iterator[list[str]]:
    """Groups of sentences of 8 to 40 words."""
    current: list[str] = []
    for sentence in sentences:
        for start in range(0, len(sentence), LONG):
            current = current + sentence[start : start + LONG]
            if len(current) >= WINDOW:
                yield current
                current = []
    if current:
        yield current
