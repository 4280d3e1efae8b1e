"""Understands a message: danger first, then the topic, at most three choices, or that it is not ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from domain.knowledge import ContentError, Danger, Reading, ReadingKind, TopicKind
from knowledge.catalogue import NONE, KnowledgeBase
from knowledge.features import Extractor
from knowledge.lexicon import load_lexicon
from knowledge.linear import Floats, softmax
from knowledge.parsing import Findings
from knowledge.training import Models, joined, load_or_train, question_of
from knowledge.urgent import DangerFinder, Rules, load_rules

LONGEST_READ = 4000  # characters that the topic is looked for in; danger is looked for in all of them
ANSWER_FROM = 0.50  # probability of the best topic from which it is answered straight away
CHOICES_FROM = 0.45  # probability of the three best together from which they are offered
NOT_OURS_FROM = 0.40
MOST_CHOICES = 3
QUESTION_SHARE = 0.3  # of the judgement, in a story that ends with a question
KIND_OF_TOPIC = {
    TopicKind.ANSWER: ReadingKind.ANSWER,
    TopicKind.ACTION: ReadingKind.ACTION,
    TopicKind.URGENT: ReadingKind.URGENT,
    TopicKind.REFUSAL: ReadingKind.REFUSAL,
}


class Understanding:
    def __init__(self, base: KnowledgeBase, extractor: Extractor, models: Models, rules: Rules) -> None:
        self._base = base
        self._extractor = extractor
        self._models = models
        self._danger = DangerFinder(rules, models, extractor)
        kinds = [base.topics[label].kind if label in base.topics else None for label in models.topics.labels]
        self._offered = np.array(
            [
                kind in (TopicKind.ANSWER, TopicKind.ACTION) and base.answerable(label)
                for kind, label in zip(kinds, models.topics.labels, strict=True)
            ]
        )

    @classmethod
    def load(cls, base: KnowledgeBase, cache_dir: Path | None) -> Understanding:
        """Trains when no model for this content is in the cache. Raises ContentError for a broken lexicon or rules."""
        findings = Findings()
        lexicon = load_lexicon(base.files, findings)
        rules = load_rules(base.files, lexicon.folder, findings)
        if findings.problems:
            raise ContentError(tuple(findings.problems))
        extractor = Extractor(lexicon)
        return cls(base, extractor, load_or_train(base, extractor, cache_dir), rules)

    def danger(self, text: str) -> Danger | None:
        return self._danger.find(self._extractor.lexicon.folder.sentences(text))

    def read(self, text: str, last_topic: str | None = None) -> Reading:
        """What is asked; `last_topic` is what the conversation was about, for messages like "còn giấy tờ thì sao?"."""
        folder = self._extractor.lexicon.folder
        danger = self._danger.find(folder.sentences(text))
        sentences = folder.sentences(text[:LONGEST_READ])
        words = joined(sentences)
        concepts = self._extractor.concepts(words)
        shown = tuple(sorted(set(concepts) & self._extractor.lexicon.shown))
        if danger:
            return Reading(
                ReadingKind.URGENT, danger.topic, score=1.0 if danger.sure else 0.5, confirm=not danger.sure, concepts=shown
            )
        if not words:
            return Reading(ReadingKind.NONE, score=1.0)
        return self._decide(self._chances(words, concepts, question_of(sentences)), shown)

    def _chances(self, words: list[str], concepts: list[str], question: list[str] | None) -> Floats:
        """Probability of each label; in a story, the question at its end counts besides the whole."""
        logits = self._models.topics.logits(self._extractor.features(words, concepts))
        if question:
            asked = self._extractor.features(question, self._extractor.concepts(question))
            logits = (1 - QUESTION_SHARE) * logits + QUESTION_SHARE * self._models.topics.logits(asked)
        return softmax(logits / self._models.temperature)

    def _decide(self, chances: Floats, concepts: tuple[str, ...]) -> Reading:
        labels = self._models.topics.labels
        best = int(chances.argmax())
        score = float(chances[best])
        if labels[best] == NONE and score >= NOT_OURS_FROM:
            return Reading(ReadingKind.NONE, score=score, concepts=concepts)
        if labels[best] in self._base.topics and score >= ANSWER_FROM:
            topic = self._base.topics[labels[best]]
            if self._base.answerable(topic.id) and topic.kind is not TopicKind.URGENT:
                return Reading(KIND_OF_TOPIC[topic.kind], topic.id, score=score, concepts=concepts)
        offered = np.where(self._offered, chances, 0)
        order = np.argsort(-offered, kind="stable")[:MOST_CHOICES]
        together = float(offered[order].sum())
        if together < CHOICES_FROM:
            return Reading(ReadingKind.NONE, score=1 - together, concepts=concepts)
        choices = tuple(labels[place] for place in order if offered[place] > 0)
        return Reading(ReadingKind.CHOICES, choices=choices, score=together, concepts=concepts)
