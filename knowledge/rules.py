"""What people say outright when life is in danger, and how they exaggerate: the patterns of `urgent.toml`."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.files import ContentFiles
from knowledge.fold import Folder
from knowledge.parsing import Findings, parse_toml, read_text

URGENT = "urgent.toml"
URGENT_PREFIX = "urgent."
GAP = "..."
WIDEST_GAP = 3
MOST_TRIED = 500  # ways to say one pattern that are tried before it is called impossible

Item = frozenset[str] | None  # None is a gap
Pattern = tuple[Item, ...]
Index = dict[str, list[tuple[Pattern, str]]]  # by each word a pattern may begin with: the pattern and its topic


@dataclass(frozen=True)
class Rules:
    sure: Index = field(default_factory=dict)
    likely: Index = field(default_factory=dict)
    idioms: Index = field(default_factory=dict)
    calm: Index = field(default_factory=dict)


def load_rules(files: ContentFiles, folder: Folder, findings: Findings) -> Rules:
    """The rules of the file; what is wrong with a pattern is a finding, because its author believes it protects."""
    file = files.find(URGENT)
    table = parse_toml(read_text(file, findings), file, findings)
    rules, reader = Rules(), _Reader(file, folder, findings)
    reader.index(rules.idioms, table.get("idioms", ()), "idioms", "")
    reader.index(rules.calm, table.get("calm", ()), "calm", "")
    topics: list[dict[str, Any]] = table.get("topic", [])
    for number, topic in enumerate(topics, start=1):
        name = topic.get("id")
        if not isinstance(name, str) or not name.startswith(URGENT_PREFIX):
            findings.add("rules_topic", file, topic=str(name or number))
            continue
        reader.index(rules.sure, topic.get("sure", ()), f"{name} sure", name)
        reader.index(rules.likely, topic.get("likely", ()), f"{name} likely", name)
    return rules


def impossible(rules: Rules) -> Iterator[tuple[str, str]]:
    """(topic, pattern) of what can never be met: idioms are taken out first, and one takes out all that it means."""
    for index in (rules.sure, rules.likely):
        for pattern, topic in dict.fromkeys(itertools.chain.from_iterable(index.values())):
            alone = {word: [(pattern, topic)] for word in pattern[0] or ()}
            ways = itertools.islice(_ways_to_say(pattern), MOST_TRIED)
            if not any(matches(without_idioms(words, rules), alone) for words in ways):
                yield topic, " ".join("|".join(sorted(item)) if item else GAP for item in pattern)


class _Reader:
    """Reads patterns and says what is wrong with each."""

    def __init__(self, file: Path, folder: Folder, findings: Findings) -> None:
        self._file = file
        self._folder = folder
        self._findings = findings

    def index(self, into: Index, written: Sequence[object], where: str, topic: str) -> None:
        seen: set[Pattern] = set()
        for text in written:
            pattern = self._pattern(str(text), where)
            if pattern is None:
                continue
            if pattern in seen:
                self._findings.add("pattern_twice", self._file, warning=True, where=where, pattern=str(text))
                continue
            seen.add(pattern)
            for word in sorted(pattern[0] or ()):
                into.setdefault(word, []).append((pattern, topic))

    def _pattern(self, text: str, where: str) -> Pattern | None:
        parts = text.split()
        items: list[Item] = []
        for part in parts:
            if part == GAP:
                items.append(None)
                continue
            folded = [self._folder.words_of(other) for other in part.split("|")]
            if any(len(words) != 1 for words in folded):
                # "sđt" would stand for two words one after another, and be met by either alone.
                self._findings.add("pattern_words", self._file, where=where, pattern=text, part=part)
                return None
            items.append(frozenset(str(words[0]) for words in folded))
        if not items or items[0] is None or items[-1] is None:
            self._findings.add("pattern_ends", self._file, where=where, pattern=text)
            return None
        return tuple(items)


def _ways_to_say(pattern: Pattern) -> Iterator[list[str]]:
    """Every choice of words that a pattern means, with nothing in its gaps."""
    for words in itertools.product(*(sorted(item) for item in pattern if item is not None)):
        yield list(words)


def end_of_match(words: Sequence[str], at: int, pattern: Pattern) -> int:
    """Place after the last word of a match that begins at `at`; 0 when there is none."""
    for place, item in enumerate(pattern):
        if item is None:
            for skipped in range(WIDEST_GAP + 1):
                if end := end_of_match(words, at + skipped, pattern[place + 1 :]):
                    return end
            return 0
        if at >= len(words) or words[at] not in item:
            return 0
        at += 1
    return at


def matches(words: Sequence[str], index: Index) -> list[str]:
    """Topics of all patterns found, one for each place."""
    return [
        topic
        for at, word in enumerate(words)
        if word in index
        for pattern, topic in index[word]
        if end_of_match(words, at, pattern)
    ]


def without_idioms(words: list[str], rules: Rules) -> list[str]:
    idioms = rules.idioms
    if idioms.keys().isdisjoint(words):
        return words
    left: list[str] = []
    at = 0
    while at < len(words):
        known = idioms.get(words[at])
        end = max((end_of_match(words, at, pattern) for pattern, _ in known), default=0) if known else 0
        if end:
            left.append("-")  # stops patterns from reaching across
            at = end
        else:
            left.append(words[at])
            at += 1
    return left
