"""Words of the field and what they stand for (`lexicon.toml`); concepts join what people say in many ways."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from knowledge.files import ContentFiles
from knowledge.fold import Folder, plain
from knowledge.parsing import Findings, parse_toml, read_text

LEXICON = "lexicon.toml"


@dataclass(frozen=True)
class Lexicon:
    """`shown` are the concepts that editors may see: not kinship, not numbers."""

    folder: Folder
    terms: dict[str, list[tuple[tuple[str, ...], str]]]  # first word -> (all words, concept), longest first
    shown: frozenset[str]

    def concepts(self, words: list[str]) -> list[str]:
        """Concepts in the order of appearance; the longest term at a place wins, and terms may overlap."""
        found = []
        for place, word in enumerate(words):
            for term, concept in self.terms.get(word, ()):
                if len(term) == 1 or tuple(words[place : place + len(term)]) == term:
                    found.append(concept)
        return found


def load_lexicon(files: ContentFiles, findings: Findings) -> Lexicon:
    file = files.find(LEXICON)
    table = parse_toml(read_text(file, findings), file, findings)
    concepts: list[dict[str, Any]] = table.get("concept", [])
    kept = {plain(word) for word in table.get("keep", ())}
    folder = Folder(table.get("abbreviations", {}), frozenset(kept))
    terms: dict[str, dict[tuple[str, ...], set[str]]] = {}
    for concept in concepts:
        if not isinstance(concept.get("id"), str) or not isinstance(concept.get("words"), list):
            findings.add("concept_broken", file, concept=str(concept.get("id", "?")))
            continue
        for words in concept["words"]:
            term = tuple(folder.words_of(words))
            if term:
                terms.setdefault(term[0], {}).setdefault(term, set()).add(concept["id"])
    index = {
        first: [
            (term, concept) for term in sorted(found, key=lambda t: (-len(t), t)) for concept in sorted(found[term])
        ]
        for first, found in terms.items()
    }
    return Lexicon(folder, index, frozenset(c["id"] for c in concepts if "id" in c and c.get("worklist", True)))
