"""Whether it seems that a child is writing: then 111 stands beside whatever else is offered."""

from __future__ import annotations

import re

from knowledge.fold import plain

_SELF = r"\b(?:chau|em|con|minh|toi|tui|t|e|c|be)\b"
_BETWEEN = r"(?: (?:la|moi|nam nay|nay|hien|dang|duoc|chi|con|hoc sinh|ten \w+)){0,3}"
_AGE = re.compile(rf"{_SELF}{_BETWEEN} (\d{{1,2}}) ?(?:tuoi|t)\b")
_GRADE = re.compile(rf"{_SELF}{_BETWEEN}(?: hoc)? lop ?(\d{{1,2}})\b")
_CHILD_UNTIL = 16
_LAST_GRADE = 10
"""Luật Trẻ em 102/2016/QH13, Điều 1: a child is under 16; that is up to about the tenth form."""


def sounds_like_child(text: str) -> bool:
    """ "cháu 13 tuổi", "em đang học lớp 8". In doubt True: a line too many about 111 does no harm."""
    said = " ".join(re.findall(r"\w+", plain(text)))
    ages = (int(found[1]) < _CHILD_UNTIL for found in _AGE.finditer(said))
    grades = (1 <= int(found[1]) <= _LAST_GRADE for found in _GRADE.finditer(said))
    return any(ages) or any(grades)
