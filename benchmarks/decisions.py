"""What each threshold of understanding costs and brings, on phrasings that the model had not learned from.

    python -m benchmarks.decisions            # about three minutes

Blocks of neighbouring lines are held out in turn, because neighbours resemble each other. They are harder than what
citizens write, so the figures are lower than those of `hotline knowledge evaluate`; compare them with each other.
Lines are drawn so that danger, near misses and what is not ours have the shares that questions to a hotline have.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from knowledge import understanding, urgent
from knowledge.catalogue import NONE, KnowledgeBase, load
from knowledge.evaluation import URGENT, Asked, Evaluation, evaluate, totals
from knowledge.features import Extractor
from knowledge.lexicon import load_lexicon
from knowledge.linear import LinearModel, train
from knowledge.parsing import Findings
from knowledge.rules import load_rules
from knowledge.training import Line, examples_of, kinship, lines_of, lines_of_answers, written

FOLDS, BLOCK = 4, 3
ASKED = 4000
SHARES = {"danger": 0.13, "near miss": 0.135, "not ours": 0.093, "ours": 0.642}
TRIED = (
    (urgent, "DOUBT_FROM", (-2.5, -2.2, -2.0, -1.8, -1.5, -1.2)),
    (urgent, "LIKELY_NEEDS", (-3.0, -2.5, -2.2, -2.0, -1.5)),
    (urgent, "END_SHARE", (0.0, 0.2, 0.3, 0.4)),
    (understanding, "NOT_OURS_FROM", (0.15, 0.2, 0.25, 0.3, 0.4, 0.5)),
    (understanding, "ANSWER_ODDS", (2.0, 2.5, 3.0, 3.5, 4.5)),
    (understanding, "QUESTION_SHARE", (0.0, 0.15, 0.25, 0.35)),
)


def held_out(lines: list[tuple[str, str, bool]], fold: int) -> Iterator[tuple[int, bool]]:
    return ((at, at // BLOCK % FOLDS == fold) for at in range(len(lines)))


def model_without(
    base: KnowledgeBase, extractor: Extractor, lines: list[tuple[str, str, bool]], fold: int
) -> LinearModel:
    folder = extractor.lexicon.folder
    learned: list[Line] = [*lines_of_answers(base, folder)]
    for at, out in held_out(lines, fold):
        if not out:
            topic, text, near_miss = lines[at]
            learned += lines_of(folder, topic, text, near_miss=near_miss)
    return train(examples_of(base, learned, extractor), kinship=kinship)


def style_of(topic: str, near_miss: bool) -> str:
    if topic.startswith(URGENT):
        return "danger"
    if near_miss:
        return "near miss"
    return "not ours" if topic == NONE else "ours"


def asked_of(lines: list[tuple[str, str, bool]], fold: int) -> list[Asked]:
    """A draw from the lines held out, in the shares of `SHARES`."""
    chance = random.Random(fold)
    found: dict[str, list[Asked]] = {}
    for at, out in held_out(lines, fold):
        if out:
            topic, text, near_miss = lines[at]
            style = style_of(topic, near_miss)
            found.setdefault(style, []).append(Asked(text, frozenset({topic}), topic, style))
    return [
        one for style, share in SHARES.items() for one in chance.choices(found[style], k=round(share * ASKED / FOLDS))
    ]


def measured(readers: list[understanding.Understanding], asked: list[list[Asked]]) -> str:
    parts = [evaluate(reader, some) for reader, some in zip(readers, asked, strict=True)]
    total, unmarked = parts[0].total, parts[0].unmarked
    for part in parts[1:]:
        total, unmarked = total + part.total, unmarked + part.unmarked
    return "  ".join(f"{name} {value:5.1f}" for name, value in totals(Evaluation({}, total, unmarked)).items())


def main() -> None:
    base, findings = load(), Findings()
    extractor = Extractor(load_lexicon(base.files, findings))
    rules = load_rules(base.files, extractor.lexicon.folder, findings)
    lines = list(written(base))
    models = [model_without(base, extractor, lines, fold) for fold in range(FOLDS)]
    readers = [understanding.Understanding(base, extractor, model, rules) for model in models]
    asked = [asked_of(lines, fold) for fold in range(FOLDS)]
    print(f"{'as it is':24}{measured(readers, asked)}")
    for module, name, values in TRIED:
        kept = getattr(module, name)
        for value in values:
            setattr(module, name, value)
            print(f"{name:18}{value:5.2f} {measured(readers, asked)}", flush=True)
        setattr(module, name, kept)


if __name__ == "__main__":
    main()
