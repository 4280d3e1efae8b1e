"""Understands a message: danger first, then the topic, at most three choices, or that it is not ours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from domain.knowledge import ContentError, Danger, Reading, ReadingKind, TopicKind
from knowledge.catalogue import NONE, KnowledgeBase
from knowledge.features import Extractor
from knowledge.judging import Judge
from knowledge.lexicon import load_lexicon
from knowledge.linear import Floats, Judgement, LinearModel, softmax
from knowledge.parsing import Findings
from knowledge.rules import URGENT_PREFIX, Rules, load_rules
from knowledge.talk import is_follow_up, nearness
from knowledge.training import SHORTEST_SENTENCE, joined, load_or_train, question_of
from knowledge.urgent import LONGEST_WHOLE, DangerFinder

LONGEST_READ = 4000  # characters that the topic is looked for in; danger is looked for in all of them
NOT_OURS_FROM = 0.22  # probability of "not ours" from which it is declined
ANSWER_ODDS = 3.5  # how many times likelier than the next topic the best must be to be answered straight away
REFUSAL_ODDS = 1.0  # the same for a refusal, which can be no choice: the likeliest is enough
SECOND_FROM = 0.8  # probability from which another sentence's topic is answered too
MOST_CHOICES = 3
MOST_SENTENCES = 12  # of a long message, from its end, that are searched for a second question
QUESTION_SHARE = 0.25  # of the judgement, in a story that ends with a question
MOST_WAITING = 1000  # messages whose danger was looked for and which were not read yet; a judgement is 300 bytes
KIND_OF_TOPIC = {
    TopicKind.ANSWER: ReadingKind.ANSWER,
    TopicKind.ACTION: ReadingKind.ACTION,
    TopicKind.URGENT: ReadingKind.URGENT,
    TopicKind.REFUSAL: ReadingKind.REFUSAL,
}


@dataclass(frozen=True, slots=True)
class _LookedAt:
    whole: Judgement
    danger: Danger | None


class Understanding:
    """Reads messages. Keeps nothing of them but the words it had not met before, without who wrote them.

    Danger is looked for when a message comes in, and the message is read when its turn comes. What was judged then is
    kept until that moment under the salted hash that Python gives the text: numbers, none of the words.
    """

    def __init__(self, base: KnowledgeBase, extractor: Extractor, model: LinearModel, rules: Rules) -> None:
        self._base = base
        self._extractor = extractor
        self._model = model
        self._judged = Judge(extractor, model)
        self._danger = DangerFinder(rules, self._judged)
        self._looked_at: dict[int, _LookedAt] = {}
        self._labels = model.labels
        self._none = [place for place, label in enumerate(self._labels) if label == NONE]
        self._urgent = [place for place, label in enumerate(self._labels) if label.startswith(URGENT_PREFIX)]
        self._offered = np.array([self._may_be_offered(label) for label in self._labels])

    @classmethod
    def load(cls, base: KnowledgeBase, cache_dir: Path | None) -> Understanding:
        """Trains when no model for this content is in the cache. Raises ContentError for a broken lexicon or rules."""
        findings = Findings()
        lexicon = load_lexicon(base.files, findings)
        rules = load_rules(base.files, lexicon.folder, findings)
        if errors := tuple(problem for problem in findings.problems if not problem.warning):
            raise ContentError(errors)
        extractor = Extractor(lexicon)
        return cls(base, extractor, load_or_train(base, extractor, cache_dir), rules)

    def danger(self, text: str) -> Danger | None:
        """Danger to life anywhere in a message of any length."""
        sentences = self._extractor.lexicon.folder.sentences(text)
        words = joined(sentences)
        whole = self._judged(words) if len(words) <= LONGEST_WHOLE else None
        danger = self._danger.find(sentences, whole)
        if whole and len(text) <= LONGEST_READ:
            if len(self._looked_at) >= MOST_WAITING:
                del self._looked_at[next(iter(self._looked_at))]
            self._looked_at[hash(text)] = _LookedAt(whole, danger)
        return danger

    def read(self, text: str, last_topic: str | None = None, *, calm: bool = False) -> Reading:
        """What is asked.

        Args:
            last_topic: what the conversation was about, for messages like "còn giấy tờ thì sao?".
            calm: danger has been looked for in this text already, and there is none.
        """
        sentences = self._extractor.lexicon.folder.sentences(text[:LONGEST_READ])
        words = joined(sentences)
        concepts = self._extractor.concepts(words)
        looked_at = self._looked_at.pop(hash(text), None)
        whole = looked_at.whole if looked_at else self._judged(words, concepts)
        danger = None
        if not calm:
            danger = looked_at.danger if looked_at else self._danger_in(text, sentences, whole)
        shown = tuple(sorted(set(concepts) & self._extractor.lexicon.shown))
        if danger and danger.sure:
            return Reading(ReadingKind.URGENT, danger.topic, score=1.0, concepts=shown)
        if not words:
            return Reading(ReadingKind.NONE, score=1.0)
        logits = self._with_question(whole.topics, question_of(sentences))
        if last_topic in self._base.topics and is_follow_up(words):
            logits = logits + self._nearness(str(last_topic))
        chances = self._chances(logits)
        if danger:
            choices, _ = self._choices(chances)
            return Reading(ReadingKind.URGENT, danger.topic, choices, score=0.5, confirm=True, concepts=shown)
        reading = self._decide(chances, shown)
        if reading.kind is ReadingKind.ANSWER and len(sentences) > 1:
            return replace(reading, second=self._second(sentences, reading.topic))
        return reading

    def _danger_in(self, text: str, sentences: list[list[str]], whole: Judgement) -> Danger | None:
        return self.danger(text) if len(text) > LONGEST_READ else self._danger.find(sentences, whole)

    def _with_question(self, logits: Floats, question: list[str] | None) -> Floats:
        """In a story, the question at its end counts besides the whole."""
        if not question:
            return logits
        asked = self._judged(question).topics
        return (1 - QUESTION_SHARE) * logits + QUESTION_SHARE * asked

    def _chances(self, logits: Floats) -> Floats:
        """Probabilities of the topics that are left when there is no danger."""
        left = logits.copy()
        left[self._urgent] = -np.inf
        return softmax(left)

    def _decide(self, chances: Floats, concepts: tuple[str, ...]) -> Reading:
        not_ours = float(chances[self._none].sum())
        choices, together = self._choices(chances)
        if not_ours >= NOT_OURS_FROM:
            return Reading(ReadingKind.NONE, score=not_ours, concepts=concepts)
        ours = chances.copy()
        ours[self._none] = 0
        order = np.argsort(-ours, kind="stable")
        best = int(order[0])
        label, score = self._labels[best], float(chances[best])
        refusal = self._is_refusal(label)
        sure = score >= (REFUSAL_ODDS if refusal else ANSWER_ODDS) * float(ours[order[1:2]].sum())
        if sure and (self._offered[best] or refusal):
            return Reading(KIND_OF_TOPIC[self._base.kind(label)], label, score=score, concepts=concepts)
        if not choices:
            return Reading(ReadingKind.NONE, score=not_ours, concepts=concepts)
        return Reading(ReadingKind.CHOICES, choices=choices, score=together, concepts=concepts)

    def _choices(self, chances: Floats) -> tuple[tuple[str, ...], float]:
        """The likeliest topics that may be offered, and their probability together."""
        offered = np.where(self._offered, chances, 0)
        order = np.argsort(-offered, kind="stable")[:MOST_CHOICES]
        return tuple(self._labels[place] for place in order if offered[place] > 0), float(offered[order].sum())

    def _second(self, sentences: list[list[str]], first: str | None) -> str | None:
        """Another topic that a sentence of its own asks about without doubt."""
        for words in sentences[-MOST_SENTENCES:]:
            if len(words) < SHORTEST_SENTENCE:
                continue
            judged = self._judged(words)
            reading = self._decide(self._chances(judged.topics), ())
            if reading.kind is ReadingKind.ANSWER and reading.score >= SECOND_FROM and reading.topic != first:
                return reading.topic
        return None

    def _nearness(self, last: str) -> Floats:
        entry = self._base.entries.get(last)
        return np.array([nearness(label, last, entry, NONE) for label in self._labels], np.float32)

    def _may_be_offered(self, label: str) -> bool:
        """Refusals and danger are never a choice, and what has no answer cannot be one."""
        topic = self._base.topics.get(label)
        return topic is not None and topic.kind in (TopicKind.ANSWER, TopicKind.ACTION) and self._base.answerable(label)

    def _is_refusal(self, label: str) -> bool:
        topic = self._base.topics.get(label)
        return topic is not None and topic.kind is TopicKind.REFUSAL and self._base.answerable(label)
