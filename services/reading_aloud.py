"""Finds answers for a counsellor who has somebody on the phone. Asks the same reader; counts and keeps nothing."""

from __future__ import annotations

from knowledge.fold import plain
from services.questions import Questions

_MOST = 5


def find_topics(questions: Questions, words: str) -> list[str]:
    """Topics for a few words, best first: what the words are understood as, then titles that hold all of them."""
    reading = questions.reader.read(words)
    understood = [reading.topic, reading.second, *reading.choices]
    wanted = set(plain(words).split())
    titled = [topic for topic in questions.library.entries if wanted <= set(plain(questions.title(topic)).split())]
    found = dict.fromkeys(topic for topic in (*understood, *titled) if topic in questions.library.entries)
    return [topic for topic in found if topic is not None][:_MOST]
