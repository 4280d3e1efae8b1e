"""What the hotline knows and how it understands a message: values only, no files and no model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from domain.errors import HotlineError


class TopicKind(StrEnum):
    ANSWER = "answer"
    ACTION = "action"
    URGENT = "urgent"
    REFUSAL = "refusal"


class Confidence(StrEnum):
    """How well the facts behind an answer are known; the weakest statement decides."""

    SURE = "sure"
    LIKELY = "likely"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    title: str
    kind: TopicKind


@dataclass(frozen=True, slots=True)
class Document:
    """A legal document. `in_force_until` is its last day in force; None while it has no end."""

    id: str
    title: str
    short: str
    in_force_from: date
    in_force_until: date | None = None
    replaced_by: tuple[str, ...] = ()

    def in_force(self, on: date) -> bool:
        return self.in_force_from <= on and (self.in_force_until is None or on <= self.in_force_until)


@dataclass(frozen=True, slots=True)
class Basis:
    document: str
    article: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer. `text` is the first message, `details` may be empty; placeholders are still in both.

    A text on danger to life (`about_danger`) gives first aid, so a doctor signs it besides the agency.
    """

    topic: str
    text: str
    details: str
    legal_basis: tuple[Basis, ...]
    verified_on: date
    review_by: date
    confidence: Confidence
    approved_by: str | None = None
    approved_on: date | None = None
    related: tuple[str, ...] = ()
    about_danger: bool = False
    signed_by_doctor: str | None = None
    signed_by_doctor_on: date | None = None

    @property
    def awaits_doctor(self) -> bool:
        return self.about_danger and (self.signed_by_doctor is None or self.signed_by_doctor_on is None)

    @property
    def approved(self) -> bool:
        return self.approved_by is not None and self.approved_on is not None and not self.awaits_doctor


@dataclass(frozen=True, slots=True)
class Contact:
    """A place of the province that a citizen can turn to; empty strings where the agency has entered nothing."""

    name: str
    address: str = ""
    phone: str = ""
    hours: str = ""
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Local:
    """What the agency of a province has entered; all empty until then."""

    province: str = ""
    contacts: tuple[Contact, ...] = ()
    policy: str = ""


@dataclass(frozen=True, slots=True)
class MenuGroup:
    title: str
    topics: tuple[str, ...]


class ReadingKind(StrEnum):
    ANSWER = "answer"
    CHOICES = "choices"
    URGENT = "urgent"
    ACTION = "action"
    REFUSAL = "refusal"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a message was understood as.

    Attributes:
        choices: at most three topics, best first: for `CHOICES`, and beside `confirm` for those who only ask.
        score: 0..1, calibrated: about this share of such readings is right.
        confirm: danger is suspected, not certain: show the urgent text together with one short question.
        second: a second topic, when a long message asks two things and both are sure.
        concepts: concepts of the lexicon, sorted, without kinship and numbers: says what was asked about, not by whom.
    """

    kind: ReadingKind
    topic: str | None = None
    choices: tuple[str, ...] = ()
    score: float = 0.0
    confirm: bool = False
    second: str | None = None
    concepts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Danger:
    """Danger to life in a message; not `sure` means: show the urgent text and ask one short question."""

    topic: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a content file. `key` names the text that describes it, `values` fills that text in."""

    key: str
    file: str
    line: int | None = None
    values: Mapping[str, str] = field(default_factory=dict, hash=False)
    warning: bool = False

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        said = ", ".join(f"{name} {value}" for name, value in self.values.items())
        return f"{place}: {self.key.replace('_', ' ')}" + (f" ({said})" if said else "")


class ContentError(HotlineError):
    """The content cannot be used. Lists every problem, not only the first."""

    text_key = "errors.content"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(problems="\n".join(str(problem) for problem in problems))
        self.problems = problems

    def __str__(self) -> str:
        return str(self.data["problems"])
