"""Measures how well questions that nobody here has seen are understood: promises 1 and 2, by style.

Reads `question, topic, also, style` from .tsv files. `topic` is the best answer, `also` what would be right as well.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

from domain.knowledge import ReadingKind
from knowledge.catalogue import NONE
from knowledge.understanding import Understanding

URGENT = "urgent."
FIGURES = frozenset(("danger", "false_alarms", "helped", "right", "wrong", "declined", "marks_difference"))
AT_MOST = frozenset(("false_alarms", "wrong", "marks_difference"))


@dataclass(frozen=True, slots=True)
class Asked:
    question: str
    right: frozenset[str]
    best: str
    style: str

    @property
    def dangerous(self) -> bool:
        return self.best.startswith(URGENT)

    @property
    def harmless(self) -> bool:
        """Whether an urgent reply would be a false alarm."""
        return not any(topic.startswith(URGENT) for topic in self.right)

    @property
    def not_ours(self) -> bool:
        return self.best == NONE


@dataclass
class Tally:
    """Counts of one style; `right_among_choices` does not include `right`."""

    asked: int = 0
    right: int = 0
    right_among_choices: int = 0
    wrong: int = 0
    dangers: int = 0
    dangers_met: int = 0
    dangers_met_surely: int = 0
    harmless: int = 0
    false_alarms: int = 0
    false_alarms_sure: int = 0
    not_ours: int = 0
    declined: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(self)))


@dataclass(frozen=True)
class Evaluation:
    by_style: dict[str, Tally]
    total: Tally
    unmarked: Tally  # the same questions, all tone marks taken off

    @property
    def marks_difference(self) -> float:
        """Share of questions that marks decide: right or among the choices with them, minus without."""
        return helped(self.total) - helped(self.unmarked)


def helped(tally: Tally) -> float:
    """Share of questions answered rightly or with the right topic among the choices."""
    return (tally.right + tally.right_among_choices) / max(tally.asked, 1)


def totals(evaluation: Evaluation) -> dict[str, float]:
    """The figures that are promised, in percent; of `AT_MOST` less is better, of the others more."""
    total = evaluation.total
    return {
        "danger": 100 * total.dangers_met / max(total.dangers, 1),
        "false_alarms": 100 * total.false_alarms / max(total.harmless, 1),
        "helped": 100 * helped(total),
        "right": 100 * total.right / max(total.asked, 1),
        "wrong": 100 * total.wrong / max(total.asked, 1),
        "declined": 100 * total.declined / max(total.not_ours, 1),
        "marks_difference": 100 * abs(evaluation.marks_difference),
    }


def missed(evaluation: Evaluation, least: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Name -> (reached, demanded) of each figure that is worse than demanded. Names are of `FIGURES`."""
    reached = totals(evaluation)
    pairs = {name: (reached[name], float(demanded)) for name, demanded in least.items()}
    return {
        name: (got, demanded)
        for name, (got, demanded) in pairs.items()
        if (got > demanded if name in AT_MOST else got < demanded)
    }


def evaluate(understanding: Understanding, asked: Sequence[Asked]) -> Evaluation:
    by_style: dict[str, Tally] = {}
    unmarked = Tally()
    for one in asked:
        by_style[one.style] = by_style.get(one.style, Tally()) + _tally(understanding, one, one.question)
        unmarked += _tally(understanding, one, without_marks(one.question))
    ordered = dict(sorted(by_style.items()))
    return Evaluation(ordered, sum(ordered.values(), Tally()), unmarked)


def _tally(understanding: Understanding, one: Asked, question: str) -> Tally:
    reading = understanding.read(question)
    given = {ReadingKind.CHOICES: set(reading.choices), ReadingKind.NONE: {NONE}}.get(
        reading.kind, {str(reading.topic)}
    )
    right = bool(given & one.right)
    choices = reading.kind is ReadingKind.CHOICES
    alarm = reading.kind is ReadingKind.URGENT
    # Whoever may be in danger and is asked so is met; a false alarm that only asks is counted as one all the same.
    return Tally(
        asked=1,
        right=right and not choices,
        right_among_choices=right and choices,
        wrong=not right and reading.topic is not None,
        dangers=one.dangerous,
        dangers_met=one.dangerous and alarm,
        dangers_met_surely=one.dangerous and alarm and not reading.confirm,
        harmless=one.harmless,
        false_alarms=one.harmless and alarm,
        false_alarms_sure=one.harmless and alarm and not reading.confirm,
        not_ours=one.not_ours,
        declined=one.not_ours and (reading.kind is ReadingKind.NONE or right),
    )


def without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def read_questions(paths: Iterable[Path]) -> list[Asked]:
    """All questions of files, and of the .tsv files in folders. Raises ValueError naming a broken line."""
    files = [file for path in paths for file in (sorted(path.glob("*.tsv")) if path.is_dir() else [path])]
    return [asked for file in files for asked in _read_file(file)]


def _read_file(file: Path) -> list[Asked]:
    found = []
    lines = file.read_text("utf-8-sig").splitlines()
    for number, row in enumerate(csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE), start=1):
        if not row or row[0].startswith("#") or (number == 1 and row[0] == "question"):
            continue
        if len(row) != 4:
            raise ValueError(f"{file.name}:{number}")
        question, topic, also, style = (cell.strip() for cell in row)
        right = frozenset({topic, *(other.strip() for other in also.split(",") if other.strip())})
        found.append(Asked(question, right, topic, style))
    return found
