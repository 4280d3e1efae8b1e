"""How well and how fast questions are understood, beside other ways to do it on the same phrasings.

    python -m benchmarks.matching            # about two minutes
    python -m benchmarks.matching --large    # also 100 times the phrasings: more than 10 GB of memory, long

Accuracy is measured on knowledge/evaluation/: questions by other hands than the phrasings. The others know neither
danger nor refusing, so all are compared by their first and their three best topics. For speed at 10 and 100 times the
phrasings each line is repeated with words of other lines mixed in.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import bm25s
import numpy as np
from rapidfuzz import fuzz, process
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from knowledge.catalogue import load
from knowledge.evaluation import Asked, evaluate, helped, read_questions
from knowledge.judging import Judge
from knowledge.linear import EPOCHS, Example, train
from knowledge.training import _save, joined, kinship, question_of
from knowledge.understanding import Understanding

ROOT = Path(__file__).parents[1]
Ranking = Callable[[str], list[str]]


def three_different(topics: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(topics))[:3]


def percentiles(ask: Callable[[str], object], questions: Sequence[str]) -> tuple[float, float, float]:
    """Mean, p50 and p99 in milliseconds."""
    taken = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        taken.append((time.perf_counter() - started) * 1000)
    cuts = statistics.quantiles(taken, n=100)
    return statistics.mean(taken), cuts[49], cuts[98]


def accuracy(rank: Ranking, asked: Sequence[Asked]) -> tuple[float, float]:
    first = three = 0
    for one in asked:
        found = rank(one.question)
        first += bool(found) and found[0] in one.right
        three += bool(set(found) & one.right)
    return first / len(asked), three / len(asked)


def by_rapidfuzz(texts: list[str], topics: list[str], fold: Callable[[str], str]) -> Ranking:
    folded = [fold(text) for text in texts]

    def rank(question: str) -> list[str]:
        found = process.extract(fold(question), folded, scorer=fuzz.token_set_ratio, limit=50)
        return three_different([topics[place] for _, _, place in found])

    return rank


def by_bm25(texts: list[str], topics: list[str], fold: Callable[[str], str]) -> Ranking:
    index = bm25s.BM25()
    index.index([fold(text).split() or ["-"] for text in texts], show_progress=False)

    def rank(question: str) -> list[str]:
        places, _ = index.retrieve([fold(question).split() or ["-"]], k=min(50, len(texts)), show_progress=False)
        return three_different([topics[place] for place in places[0]])

    return rank


def by_character_ngrams(texts: list[str], topics: list[str], fold: Callable[[str], str]) -> Ranking:
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True, min_df=2)
    model = LogisticRegression(C=30, max_iter=60).fit(vectorizer.fit_transform(map(fold, texts)), topics)

    def rank(question: str) -> list[str]:
        chances = model.predict_proba(vectorizer.transform([fold(question)]))[0]
        return [str(model.classes_[place]) for place in np.argsort(-chances)[:3]]

    return rank


def by_this_program(understanding: Understanding) -> Ranking:
    def rank(question: str) -> list[str]:
        sentences = understanding._extractor.lexicon.folder.sentences(question)
        words = joined(sentences)
        whole = understanding._judged(words).topics
        logits = understanding._with_question(whole, question_of(sentences))
        return [understanding._labels[place] for place in np.argsort(-logits)[:3]]

    return rank


def grown(texts: list[str], times: int) -> list[str]:
    """`times` as many texts of the same length: each line, and lines with a third of the words of another."""
    chance, found = random.Random(7), list(texts)
    while len(found) < len(texts) * times:
        words = chance.choice(texts).split()
        other = chance.choice(texts).split()
        found.append(" ".join(chance.choice(other) if chance.random() < 1 / 3 else word for word in words))
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--large", action="store_true")
    large = parser.parse_args().large
    base = load()
    asked = read_questions([ROOT / "knowledge" / "evaluation"])
    started = time.perf_counter()
    understanding = Understanding.load(base, None)
    training_s = time.perf_counter() - started
    with tempfile.TemporaryDirectory() as folder:
        _save(understanding._model, Path(folder) / "model.npz")
        size_mb = (Path(folder) / "model.npz").stat().st_size / 1e6
        _save(understanding._model, Path(folder) / f"understanding-{base.content_hash}.npz")
        started = time.perf_counter()
        Understanding.load(base, Path(folder))
        loading_s = time.perf_counter() - started
    fold = understanding._extractor.lexicon.folder.fold
    lines = [(topic, text) for topic, text in base.files.lines("phrasings")]
    near = [line.partition("\t") for _, line in base.files.lines("near_misses")]
    lines += [(topic.strip() or "none", text) for text, _, topic in near]
    topics, texts = [topic for topic, _ in lines], [text for _, text in lines]
    print(f"{len(texts)} phrasings, {len(asked)} questions\n")

    print(f"{'':28}{'first':>8}{'in three':>10}{'ms mean':>9}{'p50':>8}{'p99':>8}")
    ways = {
        "rapidfuzz token_set_ratio": by_rapidfuzz(texts, topics, fold),
        "bm25s": by_bm25(texts, topics, fold),
        "scikit-learn char 2-5, LR": by_character_ngrams(texts, topics, fold),
        "this program, topics only": by_this_program(understanding),
    }
    questions = [one.question for one in asked]
    for name, rank in ways.items():
        first, three = accuracy(rank, asked)
        mean, p50, p99 = percentiles(rank, questions)
        print(f"{name:28}{100 * first:7.1f}%{100 * three:9.1f}%{mean:9.2f}{p50:8.2f}{p99:8.2f}")

    figures = evaluate(understanding, asked).total
    print(
        f"\nwhole reading: {100 * helped(figures):.1f}% right or among the choices; trained in {training_s:.1f} s, ",
        end="",
    )
    print(f"loaded in {loading_s:.2f} s, {size_mb:.1f} MB on disk")

    print(f"\n{'ms per question':28}{'mean':>8}{'p50':>8}{'p99':>8}")
    typical = [question for question in questions if 40 <= len(question) <= 80]

    def danger_then_read(question: str) -> None:
        """What a message costs a hotline: danger when it comes in, and the rest when its turn comes."""
        understanding.danger(question)
        understanding.read(question)

    for name, ask, some in (
        ("read(), 40-80 characters", understanding.read, typical),
        ("danger(), then read()", danger_then_read, typical),
        ("danger(), 40-80 characters", understanding.danger, typical),
        ("read(), all questions", understanding.read, questions),
        ("danger(), then read(), all", danger_then_read, questions),
    ):
        understanding._looked_at.clear()
        print(f"{name:28}" + "".join(f"{value:8.3f}" for value in percentiles(ask, some)))

    print(f"\n{'phrasings':>10}{'this: mean':>12}{'p50':>8}{'p99':>8}{'trained s':>11}{'rapidfuzz mean':>16}{'p99':>8}")
    sample = random.Random(1).sample(questions, 100)
    for times in (1, 10, 100) if large else (1, 10):
        more = grown(texts, times)
        folder_ = understanding._extractor
        started = time.perf_counter()
        words = [folder_.lexicon.folder.words_of(text) for text in more]
        labels = [topics[place % len(topics)] for place in range(len(more))]
        examples = [
            Example(folder_.features(said, folder_.concepts(said)), label)
            for said, label in zip(words, labels, strict=True)
        ]
        model = train(examples, kinship=kinship, epochs=EPOCHS if times == 1 else 1)
        understanding._judged, understanding._labels = Judge(folder_, model), model.labels
        taken = time.perf_counter() - started
        ours = percentiles(by_this_program(understanding), sample)
        theirs = percentiles(by_rapidfuzz(more, labels, fold), sample if times < 100 else sample[:10])
        print(
            f"{len(more):10}{ours[0]:12.3f}{ours[1]:8.3f}{ours[2]:8.3f}{taken:11.1f}{theirs[0]:16.1f}{theirs[2]:8.1f}"
        )
        del examples, words


if __name__ == "__main__":
    main()
