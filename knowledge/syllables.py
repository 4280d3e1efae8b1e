"""What a Vietnamese syllable without marks looks like, and how to find one behind the leftovers of an input method.

A token that cannot be a syllable was mistyped, shortened or typed with Telex or VNI switched off; the repairs are tried
from the most to the least certain, and the first that gives a syllable wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONSET = "(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
_RIME = (
    "(?:(?:uye|uo|ua|ue|uy|oa|oe|ie|ye|a|e|i|o|u|y)(?:ch|nh|ng|c|m|n|p|t)"
    "|ieu|yeu|oai|oao|oay|oeo|uao|uai|uay|uoi|uou|uya|uyu"
    "|ai|ao|au|ay|eo|eu|ia|iu|oa|oe|oi|ua|ue|ui|uo|uu|uy|a|e|i|o|u|y)"
)
_SYLLABLE = re.compile(_ONSET + _RIME)
_MANY = re.compile(r"(.)\1{2,}")
_DOUBLED = re.compile(r"(.)\1+")
_DIGITS = re.compile(r"\d")
_TELEX_TONE = re.compile(r"(?<=[aeiouyw])([a-z]*?)[sfrxj]([a-z]*)$")
_SPELLINGS = (
    (re.compile(r"^dz"), "d"),
    (re.compile(r"^z"), "d"),
    (re.compile(r"^j"), "gi"),
    (re.compile(r"^f"), "ph"),
    (re.compile(r"^w"), "qu"),
    (re.compile(r"^kw"), "qu"),
    (re.compile(r"k$"), "ch"),
    (re.compile(r"(?<=[aeiouy])g$"), "ng"),
    (re.compile(r"(?<=[aeiouy])h$"), "nh"),
    (re.compile(r"^c(?=[iey])"), "k"),
    (re.compile(r"^k(?=[aou])"), "c"),
    (re.compile(r"^ng(?=[ie])"), "ngh"),
    (re.compile(r"^gh(?=[aou])"), "g"),
)
LONGEST = 24  # longer tokens are no words; trying to cut them up only costs time


def is_syllable(token: str) -> bool:
    return _SYLLABLE.fullmatch(token) is not None


def repaired(token: str) -> tuple[str, ...] | None:
    """The syllables that were probably meant, or None when nothing fits."""
    if len(token) > LONGEST:
        return None
    for attempt in _attempts(token):
        if (len(attempt) > 1 or attempt == "o") and is_syllable(attempt):  # of single letters only "ở" is common
            return (attempt,)
    return _swapped(token) or _cut(token)


def _attempts(token: str) -> Iterator[str]:
    twice = _MANY.sub(r"\1\1", token)
    yield twice
    yield from _without_input_method(twice)
    once = _DOUBLED.sub(r"\1", token)
    yield once
    yield from _without_input_method(once)
    for pattern, spelling in _SPELLINGS:
        yield pattern.sub(spelling, once)


def _without_input_method(token: str) -> Iterator[str]:
    """`nghieenj`, `ddawng`, `nghie65n` -> what they were to become."""
    letters = _DIGITS.sub("", token) if token[0].isalpha() else token
    letters = letters.replace("dd", "d").replace("aa", "a").replace("ee", "e").replace("oo", "o")
    yield letters
    vowels = letters.replace("w", "")
    yield vowels
    yield _TELEX_TONE.sub(r"\1\2", vowels)


def _swapped(token: str) -> tuple[str, ...] | None:
    """Two neighbouring letters in the wrong order: `nghein`, `chogn`; the last pair that fits, where most slips are."""
    if not 3 <= len(token) <= 7:
        return None
    for at in range(len(token) - 2, -1, -1):
        swapped = token[:at] + token[at + 1] + token[at] + token[at + 2 :]
        if is_syllable(swapped):
            return (swapped,)
    return None


def _cut(token: str) -> tuple[str, ...] | None:
    """Syllables typed without spaces: `cainghien`. The fewest pieces win; single letters are no pieces."""
    if len(token) < 5 or not token.isalpha():
        return None
    best: list[tuple[str, ...] | None] = [()] + [None] * len(token)
    for end in range(2, len(token) + 1):
        for start in range(max(0, end - 7), end - 1):
            head = best[start]
            if head is None or not is_syllable(token[start:end]):
                continue
            known = best[end]
            if known is None or len(head) + 1 < len(known):
                best[end] = (*head, token[start:end])
    return best[-1]
