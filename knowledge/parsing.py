"""Reads single content files; what is wrong with one is added to a list, so that all of it can be told at once."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from domain.knowledge import Basis, Confidence, Contact, Document, Entry, Local, Problem, Topic, TopicKind

DETAILS_HEADING = "## Chi tiết"
FENCE = "+++"
CONTACT_FIELDS = ("address", "phone", "hours", "kind", "note")
_LINE_OF_ERROR = re.compile(r"at line (\d+)")


@dataclass
class Findings:
    """Collects problems while files are read."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, key: str, file: Path | str, line: int | None = None, *, warning: bool = False, **values: str) -> None:
        name = file if isinstance(file, str) else "/".join(file.parts[-2:])
        self.problems.append(Problem(key, name, line, values, warning))


def parse_toml(text: str, file: Path, findings: Findings, *, first_line: int = 1) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _LINE_OF_ERROR.search(str(error))
        line = int(at[1]) + first_line - 1 if at else None
        findings.add("toml_broken", file, line, reason=str(error).split(" (at ")[0])
        return {}


def read_text(file: Path, findings: Findings) -> str:
    try:
        return file.read_text("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        findings.add("file_missing", file)
    except UnicodeDecodeError as error:
        findings.add("not_utf8", file, file.read_bytes()[: error.start].count(b"\n") + 1)
    return ""


def parse_topics(file: Path, findings: Findings) -> dict[str, Topic]:
    topics: dict[str, Topic] = {}
    for row in parse_toml(read_text(file, findings), file, findings).get("topic", []):
        try:
            topic = Topic(str(row["id"]), str(row["title"]), TopicKind(row["kind"]))
        except (KeyError, ValueError) as error:
            findings.add("topic_broken", file, topic=str(row.get("id", "?")), reason=str(error))
            continue
        if topic.id in topics:
            findings.add("topic_twice", file, topic=topic.id)
        topics[topic.id] = topic
    return topics


def parse_documents(file: Path, findings: Findings) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    for row in parse_toml(read_text(file, findings), file, findings).get("document", []):
        name = str(row.get("id", "?"))
        try:
            replaced_by = row.get("replaced_by", ())
            documents[name] = Document(
                id=str(row["id"]),
                title=str(row["title"]),
                short=str(row.get("short", row["id"])),
                in_force_from=_date(row["in_force_from"]),
                in_force_until=_date(row["in_force_until"]) if "in_force_until" in row else None,
                replaced_by=(replaced_by,) if isinstance(replaced_by, str) else tuple(replaced_by),
            )
        except (KeyError, TypeError) as error:
            findings.add("document_broken", file, document=name, reason=str(error))
    for document in documents.values():
        for other in document.replaced_by:
            if other not in documents:
                findings.add("document_unknown", file, document=other)
    return documents


def parse_entry(topic: Topic, file: Path, findings: Findings) -> Entry | None:
    """One answer file; None when it cannot be used."""
    lines = read_text(file, findings).split("\n")
    fences = [number for number, line in enumerate(lines) if line.strip() == FENCE]
    if len(fences) < 2 or fences[0] != 0:
        findings.add("front_matter_missing", file, 1)
        return None
    end = fences[1]
    before = len(findings.problems)
    head = parse_toml("\n".join(lines[1:end]), file, findings, first_line=2)
    if len(findings.problems) > before:
        return None
    text, _, details = "\n".join(lines[end + 1 :]).partition(f"\n{DETAILS_HEADING}")
    if not text.strip():
        findings.add("answer_empty", file, end + 2)
        return None
    try:
        return Entry(
            topic=topic.id,
            text=text.strip(),
            details=details.strip(),
            legal_basis=tuple(Basis(str(row["document"]), str(row["article"])) for row in head["legal_basis"]),
            verified_on=_date(head["verified_on"]),
            review_by=_date(head["review_by"]),
            confidence=Confidence(head["confidence"]),
            approved_by=str(head["approved_by"]) if head.get("approved_by") else None,
            approved_on=_date(head["approved_on"]) if head.get("approved_on") else None,
            related=tuple(str(other) for other in head.get("related", ())),
            about_danger=topic.kind is TopicKind.URGENT,
            signed_by_doctor=str(head["signed_by_doctor"]) if head.get("signed_by_doctor") else None,
            signed_by_doctor_on=_date(head["signed_by_doctor_on"]) if head.get("signed_by_doctor_on") else None,
        )
    except KeyError as error:
        findings.add("field_missing", file, field=str(error.args[0]))
    except (TypeError, ValueError) as error:
        findings.add("field_wrong", file, reason=str(error))
    return None


def parse_local(file: Path, findings: Findings) -> Local:
    rows = parse_toml(read_text(file, findings), file, findings)
    contacts = tuple(
        Contact(name, *(str(row.get(key, "")).strip() for key in CONTACT_FIELDS))
        for row in rows.get("contact", [])
        if (name := str(row.get("name", "")).strip())
    )
    return Local(str(rows.get("province", "")), contacts, str(rows.get("policy", "")).strip())


def _date(value: object) -> date:
    if type(value) is not date:
        raise TypeError(f"not a date: {value!r}")
    return value
