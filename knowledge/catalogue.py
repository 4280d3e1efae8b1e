"""Loads everything the hotline knows: shipped files, each replaced or joined by those of the agency's own folder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from domain.knowledge import ContentError, Document, Entry, Local, Topic, TopicKind
from knowledge.files import ContentFiles
from knowledge.parsing import Findings, parse_documents, parse_entry, parse_local, parse_topics

NONE = "none"  # phrasings/none.txt: what is not ours; a class of the matcher, not a topic
MATCHING_FILES = ("topics.toml", "lexicon.toml", "urgent.toml")
MATCHING_FOLDERS = ("phrasings", "near_misses")


@dataclass(frozen=True)
class KnowledgeBase:
    topics: dict[str, Topic]
    entries: dict[str, Entry]
    documents: dict[str, Document]
    local: Local
    files: ContentFiles
    content_hash: str

    def in_force(self, entry: Entry, on: date) -> bool:
        """Whether every document that the answer rests on is in force on that day."""
        return all(self.documents[basis.document].in_force(on) for basis in entry.legal_basis)

    def kind(self, topic: str) -> TopicKind:
        return self.topics[topic].kind

    def answerable(self, topic: str) -> bool:
        return topic in self.entries


def load(overlay: Path | None = None, province: str | None = None, *, shipped: Path | None = None) -> KnowledgeBase:
    """The whole knowledge base, without the model that understands questions.

    Args:
        overlay: a folder laid out like this package; its files replace or join the shipped ones.
        province: name of a file in `local/` without suffix; None or an unknown one leaves `local` empty.
        shipped: instead of the files of this package (tests).

    Raises ContentError: lists every file that cannot be used.
    """
    findings = Findings()
    base = read(ContentFiles(overlay) if shipped is None else ContentFiles(overlay, shipped), province, findings)
    if findings.problems:
        raise ContentError(tuple(findings.problems))
    return base


def read(files: ContentFiles, province: str | None, findings: Findings) -> KnowledgeBase:
    """As `load`, but problems go into `findings` and what is usable is returned."""
    topics = parse_topics(files.find("topics.toml"), findings)
    documents = parse_documents(files.find("documents.toml"), findings)
    entries: dict[str, Entry] = {}
    for name, file in files.in_folder("answers", ".md").items():
        if name not in topics:
            findings.add("topic_unknown", file, topic=name)
        elif entry := parse_entry(topics[name], file, findings):
            entries[name] = entry
            _check_references(entry, file, topics, documents, findings)
    for name, file in files.in_folder("phrasings", ".txt").items():
        if name not in topics and name != NONE:
            findings.add("topic_unknown", file, topic=name)
    local_file = files.find(f"local/{province}.toml")
    local = parse_local(local_file, findings) if province and local_file.is_file() else Local()
    said = [f"{topic}\0{entry.text}" for topic, entry in sorted(entries.items())]  # an approval changes no meaning
    content_hash = files.hash_of(MATCHING_FILES, MATCHING_FOLDERS, said)
    return KnowledgeBase(topics, entries, documents, local, files, content_hash)


def _check_references(
    entry: Entry, file: Path, topics: dict[str, Topic], documents: dict[str, Document], findings: Findings
) -> None:
    for basis in entry.legal_basis:
        if basis.document not in documents:
            findings.add("document_unknown", file, document=basis.document)
    for other in entry.related:
        if other not in topics:
            findings.add("related_unknown", file, topic=other)
