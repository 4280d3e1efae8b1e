"""A letter as bytes and back, as it lies sealed in the outbox."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from domain.models import Choice, Document, FileWanted, Letter, Notice, SentFile


def to_bytes(letter: Letter) -> bytes:
    """One line of JSON; the content of a document follows it as it is."""
    content: dict[str, Any] = {
        "text": letter.text,
        "choices": [[c.label, c.press] for c in letter.choices],
        "urgent": letter.urgent,
        "protect": letter.protect,
        "cover": letter.cover,
        "erase_chat": letter.erase_chat,
        "farewell": letter.farewell,
        "document": letter.document and letter.document.name,
        "notice": letter.notice and [letter.notice.kind, *map(list, letter.notice.fields)],
        "wanted": letter.wanted and asdict(letter.wanted),
    }
    line = json.dumps({key: value for key, value in content.items() if value}, ensure_ascii=False).encode()
    return line + b"\n" + letter.document.content if letter.document else line


def from_bytes(sealed: bytes) -> Letter:
    line, _, attached = sealed.partition(b"\n")
    content = json.loads(line)
    name = content.pop("document", None)
    kind, *fields = content.pop("notice", ("",))
    notice = Notice(kind, tuple((key, value) for key, value in fields)) if kind else None
    choices = tuple(Choice(label, press) for label, press in content.pop("choices", ()))
    text, document = content.pop("text", ""), Document(name, attached) if name else None
    wanted = content.pop("wanted", None)
    errand = FileWanted(SentFile(**wanted.pop("file")), **wanted) if wanted else None
    return Letter(text, choices, document=document, notice=notice, wanted=errand, **content)
