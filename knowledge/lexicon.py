"""Words of the field and what they stand for (`lexicon.toml`); concepts join what people say in many ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.files import ContentFiles
from knowledge.fold import Folder, plain
from knowledge.parsing import Findings, parse_toml, read_text

LEXICON = "lexicon.toml"


@dataclass(slots=True)
class Node:
    """What the words read so far stand for, and the words by which a longer term may go on."""

    concepts: list[str] = field(default_factory=list)
    following: dict[str, Node] = field(default_factory=dict)

    def add(self, term: Sequence[str], concept: str) -> None:
        node = self
        for word in term:
            node = node.following.setdefault(word, Node())
        if concept not in node.concepts:
            node.concepts.append(concept)


@dataclass(frozen=True)
class Lexicon:
    """`shown` are the concepts that editors may see: not kinship, not numbers."""

    folder: Folder
    terms: Node
    shown: frozenset[str]

    def concepts(self, words: Sequence[str]) -> list[str]:
        """Concepts of all terms that begin at each place in turn; terms may overlap, a concept may come twice."""
        begin, size = self.terms.following, len(words)
        found: list[str] = []
        for place, word in enumerate(words, start=1):
            node = begin.get(word)
            while node is not None:
                found += node.concepts
                node = node.following.get(words[place]) if place < size and node.following else None
                place += 1
        return found


def load_lexicon(files: ContentFiles, findings: Findings) -> Lexicon:
    file = files.find(LEXICON)
    table = parse_toml(read_text(file, findings), file, findings)
    concepts: list[dict[str, Any]] = table.get("concept", [])
    kept = {plain(word) for word in table.get("keep", ())}
    folder = Folder(table.get("abbreviations", {}), frozenset(kept))
    terms = Node()
    for concept in concepts:
        if not isinstance(concept.get("id"), str) or not isinstance(concept.get("words"), list):
            findings.add("concept_broken", file, concept=str(concept.get("id", "?")))
            continue
        for words in concept["words"]:
            if term := folder.words_of(words):
                terms.add([str(word) for word in term], concept["id"])
    return Lexicon(folder, terms, frozenset(c["id"] for c in concepts if "id" in c and c.get("worklist", True)))
