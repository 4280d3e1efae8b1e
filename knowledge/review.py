"""What editors need: everything wrong with the content, which answers cite a document, and signing an answer."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from domain.errors import HotlineError
from domain.knowledge import Entry, Problem, TopicKind
from knowledge.catalogue import NONE, KnowledgeBase, read
from knowledge.evaluation import read_questions
from knowledge.files import ContentFiles, numbered_lines
from knowledge.lexicon import Lexicon, load_lexicon
from knowledge.parsing import FENCE, Findings
from knowledge.rules import URGENT, Rules, impossible, load_rules

LONGEST_ANSWER, LONGEST_URGENT, LONGEST_DETAILS = 600, 400, 1800  # characters
FEWEST_PHRASINGS = 60
PLACEHOLDERS = frozenset(("{person}", "{agency}", "{local_contacts}", "{local_policy}"))
NUMBER_FIRST = re.compile(r"\W*(?:\w+\W+){0,2}?(?:11[1-5])\b")
SIGNATURES = {
    "approved": ("approved_by", "approved_on"),
    "signed_by_doctor": ("signed_by_doctor", "signed_by_doctor_on"),
}
_BRACES = re.compile(r"\{[^}\n]*\}?|\}")


class TopicUnknown(HotlineError):
    """There is no answer of this name."""

    text_key = "knowledge_cli.topic_unknown"


def check(files: ContentFiles, on: date, *, not_to_copy: Path | None = None) -> list[Problem]:
    """Everything wrong with the content on a day, errors and warnings, by file.

    Args:
        not_to_copy: questions kept for measuring (.tsv); phrasings taken from them would make the figures a lie.
    """
    findings = Findings()
    base = read(files, None, findings)
    lexicon = load_lexicon(files, findings)
    rules = load_rules(files, lexicon.folder, findings)
    for province in files.in_folder("local", ".toml"):
        read(files, province, findings)
    for topic, entry in base.entries.items():
        _check_entry(entry, files.find(f"answers/{topic}.md"), base, on, findings)
    for topic in base.topics.keys() - base.entries.keys():
        findings.add("answer_missing", f"answers/{topic}.md", warning=True, topic=topic)
    _check_rules(base, rules, files.find(URGENT), findings)
    _check_phrasings(base, lexicon, not_to_copy, findings)
    _check_near_misses(base, findings)
    _check_composed(files, findings)
    return sorted(
        dict.fromkeys(findings.problems), key=lambda problem: (problem.warning, problem.file, problem.line or 0)
    )


def worklist(base: KnowledgeBase, document: str) -> list[tuple[Entry, list[str]]]:
    """Answers that rest on a document, with the articles they cite: what to read again when it is replaced."""
    cited = [
        (entry, [basis.article for basis in entry.legal_basis if basis.document == document])
        for entry in base.entries.values()
    ]
    return [(entry, articles) for entry, articles in cited if articles]


def unsigned(base: KnowledgeBase) -> list[Entry]:
    """Texts on danger to life that no doctor has signed."""
    return [entry for entry in base.entries.values() if entry.awaits_doctor]


def approve(files: ContentFiles, topic: str, by: str, on: date, *, as_doctor: bool = False) -> Path:
    """Signs an answer: sets `approved_by` and `approved_on` in its file and keeps every other byte.

    A shipped answer is signed in a copy in the overlay, if there is one, so that an upgrade does not undo it.
    Raises TopicUnknown.

    Args:
        as_doctor: sets `signed_by_doctor` and `signed_by_doctor_on` instead.
    """
    source = files.find(f"answers/{topic}.md")
    if not source.is_file():
        raise TopicUnknown(topic=topic)
    target = files.overlay / "answers" / source.name if files.overlay else source
    signed = _signed(source.read_bytes(), "signed_by_doctor" if as_doctor else "approved", by, on)
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(target.name + ".tmp")
    draft.write_bytes(signed)
    draft.replace(target)
    return target


def _signed(content: bytes, as_what: str, by: str, on: date) -> bytes:
    end_of_line = b"\r\n" if b"\r\n" in content else b"\n"
    lines = content.split(end_of_line)
    fences = [place for place, line in enumerate(lines) if line.strip().lstrip(b"\xef\xbb\xbf") == FENCE.encode()]
    escaped = by.replace("\\", "\\\\").replace('"', '\\"')
    who, when = SIGNATURES[as_what]
    values = {who.encode(): f'"{escaped}"', when.encode(): on.isoformat()}
    head = lines[: fences[1]]
    for name, value in values.items():
        line = name + b" = " + value.encode()
        places = [place for place, old in enumerate(head) if re.match(rb"\s*" + name + rb"\s*=", old)]
        if places:
            head[places[0]] = line
        else:
            head.append(line)
    tomllib.loads(b"\n".join(head[1:]).decode())  # a name that would break the file stops here
    return end_of_line.join([*head, *lines[fences[1] :]])


def _check_entry(entry: Entry, file: Path, base: KnowledgeBase, on: date, findings: Findings) -> None:
    urgent = base.kind(entry.topic) is TopicKind.URGENT
    longest = LONGEST_URGENT if urgent else LONGEST_ANSWER
    if len(entry.text) > longest:
        findings.add("answer_too_long", file, length=str(len(entry.text)), limit=str(longest))
    if len(entry.details) > LONGEST_DETAILS:
        findings.add("details_long", file, warning=True, length=str(len(entry.details)), limit=str(LONGEST_DETAILS))
    if entry.awaits_doctor:
        findings.add("doctor_missing", file, warning=True)
    if urgent and not NUMBER_FIRST.match(entry.text):
        findings.add("number_not_first", file)
    for found in _BRACES.findall(entry.text + entry.details):
        if found not in PLACEHOLDERS:
            findings.add("placeholder_unknown", file, placeholder=found)
    for basis in entry.legal_basis:
        document = base.documents.get(basis.document)
        if document and not document.in_force(on):
            replaced = ", ".join(document.replaced_by) or "?"
            findings.add("basis_not_in_force", file, document=document.id, replaced_by=replaced, warning=urgent)
    if entry.review_by < on:
        findings.add("review_overdue", file, warning=True, review_by=entry.review_by.isoformat())
    if entry.verified_on > on:
        findings.add("verified_in_future", file, warning=True, verified_on=entry.verified_on.isoformat())


def _check_rules(base: KnowledgeBase, rules: Rules, file: Path, findings: Findings) -> None:
    met = {topic for index in (rules.sure, rules.likely) for found in index.values() for _, topic in found}
    for topic in sorted(met - base.topics.keys()):
        findings.add("topic_unknown", file, topic=topic)
    for topic, pattern in impossible(rules):
        findings.add("pattern_impossible", file, where=topic, pattern=pattern)


def _check_phrasings(base: KnowledgeBase, lexicon: Lexicon, not_to_copy: Path | None, findings: Findings) -> None:
    kept_apart = {}
    if not_to_copy is not None and not_to_copy.is_file():
        kept_apart = {lexicon.folder.fold(asked.question): asked.best for asked in read_questions([not_to_copy])}
    seen: dict[str, tuple[str, int]] = {}
    files = base.files.in_folder("phrasings", ".txt")
    for topic in base.topics:
        if topic not in files:
            findings.add("phrasings_missing", f"phrasings/{topic}.txt", topic=topic)
    for topic, file in files.items():
        count = 0
        for number, line in _readable_lines(file, findings):
            count += 1
            folded = lexicon.folder.fold(line) or line
            if folded in kept_apart:
                findings.add("phrasing_copied", file, number)
            if folded in seen:
                other, other_line = seen[folded]
                # Across topics it is a contradiction that somebody must decide; inside one it only does nothing.
                findings.add("phrasing_twice", file, number, warning=True, other=f"{other}:{other_line}")
            else:
                seen[folded] = (topic, number)
        if count < FEWEST_PHRASINGS and topic != NONE:
            findings.add("phrasings_few", file, count=str(count), limit=str(FEWEST_PHRASINGS))


def _check_near_misses(base: KnowledgeBase, findings: Findings) -> None:
    for file in base.files.in_folder("near_misses", ".txt").values():
        for number, line in _readable_lines(file, findings):
            topic = line.partition("\t")[2].strip()
            if topic and topic != NONE and topic not in base.topics:
                findings.add("topic_unknown", file, number, topic=topic)


def _readable_lines(file: Path, findings: Findings) -> Iterator[tuple[int, str]]:
    try:
        yield from numbered_lines(file)
    except UnicodeDecodeError as error:
        findings.add("not_utf8", file, file.read_bytes()[: error.start].count(b"\n") + 1)


def _check_composed(files: ContentFiles, findings: Findings) -> None:
    """Everything in NFC: an editor that decomposes letters would make equal lines look different."""
    names = ["topics.toml", "documents.toml", "lexicon.toml", "urgent.toml"]
    paths = [files.find(name) for name in names]
    for folder, suffix in (("answers", ".md"), ("phrasings", ".txt"), ("near_misses", ".txt"), ("local", ".toml")):
        paths += files.in_folder(folder, suffix).values()
    for file in paths:
        lines = file.read_bytes().decode("utf-8", errors="replace").split("\n") if file.is_file() else []
        for number, line in enumerate(lines, start=1):
            if not unicodedata.is_normalized("NFC", line):
                findings.add("not_composed", file, number)
                break
