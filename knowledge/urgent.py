"""Danger to life, looked for by two independent means; either is enough, unless the other is certain of the contrary.

The rules of `urgent.toml` know what people say outright, and its exceptions know how people exaggerate. A classifier,
trained on urgent phrasings against near misses and everything else, knows what is said indirectly. What only one of
them half believes is not `sure`: the citizen then gets the urgent text with one short question.

Thresholds are chosen on phrasings that the model had not learned from (`python -m benchmarks.decisions`); `DOUBT_FROM`
and `LIKELY_NEEDS` were set last on the questions of `knowledge/evaluation`, by their totals alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from domain.knowledge import Danger
from knowledge.judging import Judge
from knowledge.linear import Judgement, logit, softmax
from knowledge.rules import URGENT_PREFIX, Rules, matches, without_idioms

SURE_FROM = 0.5  # score from which the classifier alone is certain
DOUBT_FROM = -1.5  # from which it asks
DOUBT_FROM_IN_PART = 3.0  # about a part of a long message: of many parts one is easily mistaken
RULE_NEEDS = -5.0  # a rule is not believed when the classifier is all but certain of the contrary ("số cứu hộ xe")
RULE_NEEDS_IN_PART = 1.5  # what a rule needs there, when it did not convince in the whole message
LIKELY_NEEDS = -2.0  # a half-certain rule needs at least this much agreement
END_SHARE = 0.3  # of the score: people begin politely and come to the point last
SHORT = 8  # words; of so few, the classifier alone is easily mistaken: "em nghĩ đã", "ba con mới đi chợ về"
LONG = 40  # words from which a message is also read sentence by sentence
WINDOW = 8  # words; shorter sentences are read together with the next
TAIL = 8  # words at the end of a message
LONGEST_WHOLE = 400  # words; a longer message is judged by its parts alone


class DangerFinder:
    def __init__(self, rules: Rules, judged: Judge) -> None:
        self._rules = rules
        self._judged = judged
        self._kinds = [place for place, label in enumerate(judged.labels) if label.startswith(URGENT_PREFIX)]

    def find(self, sentences: list[list[str]], whole: Judgement | None = None) -> Danger | None:
        """The worst that any part of a message says.

        Args:
            sentences: the folded words of each sentence.
            whole: what the model says about all of them, when that is known already.
        """
        words = [word for sentence in sentences for word in sentence]
        if not words or not self._kinds:
            return None
        found, rule_needs = None, RULE_NEEDS
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
        self, words: list[str], doubt_from: float, rule_needs: float = RULE_NEEDS, judged: Judgement | None = None
    ) -> Danger | None:
        score, kind = self.judge(words, judged)
        if score >= max(SURE_FROM, doubt_from):
            return Danger(kind, sure=True)
        if score >= rule_needs:
            literal = without_idioms(words, self._rules)
            sure = matches(literal, self._rules.sure)
            if sure and not matches(words, self._rules.calm):
                return Danger(_most_frequent(sure, kind), sure=True)
            if score >= LIKELY_NEEDS and (sure or matches(literal, self._rules.likely)):
                return Danger(_most_frequent(sure, kind) if sure else kind, sure=False)
        return Danger(kind, sure=False) if score >= doubt_from and len(words) > SHORT else None

    def judge(self, words: list[str], judged: Judgement | None = None) -> tuple[float, str]:
        """How likely danger is (0: as likely as not), and the likeliest kind of it.

        The model has learned danger against everything else, and all topics against each other. The two err
        differently, so what counts is their mean, as logits; and that again for the end of the message.
        """
        whole = judged or self._judged(words)
        kinds = whole.topics[self._kinds]
        kind = self._judged.labels[self._kinds[int(kinds.argmax())]]
        score = self._mean(whole)
        if len(words) > TAIL + 3:
            score = (1 - END_SHARE) * score + END_SHARE * self._mean(self._judged(words[-TAIL:]))
        return score, kind

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
