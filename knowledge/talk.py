"""What an earlier question tells about the next: "còn giấy tờ thì sao?" is about the topic just answered."""

from __future__ import annotations

from collections.abc import Sequence

from domain.knowledge import Entry

LONGEST_FOLLOW_UP = 10  # words
_BEGINNINGS = frozenset(("con", "the", "vay", "roi", "nhung", "neu", "voi", "ma", "hay", "rua", "chu", "thi", "a"))
_ENDINGS = (
    ("thi", "sao"),
    ("thi", "the", "nao"),
    ("thi", "gi"),
    ("la", "sao"),
    ("thi", "bao", "lau"),
    ("nua",),
    ("thi", "o", "dau"),
)
SAME_PART, RELATED, SAME_TOPIC, NOT_OURS = 3.0, 2.0, 1.0, -2.0  # added to logits


def is_follow_up(words: Sequence[str]) -> bool:
    """Whether a message leans on the one before: short, and begun or ended like one that goes on."""
    if not words or len(words) > LONGEST_FOLLOW_UP:
        return False
    return words[0] in _BEGINNINGS or any(tuple(words[-len(ending) :]) == ending for ending in _ENDINGS)


def nearness(label: str, last: str, entry: Entry | None, none: str) -> float:
    """How much likelier a label becomes after the topic `last`; `entry` is that topic's answer."""
    if label == none:
        return NOT_OURS
    if label == last:
        return SAME_TOPIC
    related = RELATED if entry and label in entry.related else 0.0
    return max(related, SAME_PART * (label.partition(".")[0] == last.partition(".")[0]))
