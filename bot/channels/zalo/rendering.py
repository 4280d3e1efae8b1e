"""A letter in Zalo's words: plain text in parts of 2000 characters, numbered lines always, buttons where they exist."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from domain.models import Choice, Letter

MAX_TEXT = 2000
"""Characters after NFC (Zalo: consultation message)."""

MAX_BUTTONS = 5
MAX_TITLE = 100
_SENTENCE_ENDS = (r"\n\n", r"\n", r"[.!?…;]\s", r"[,:]\s", r"\s")
"""Where a text is cut, the best place first."""

Sign = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Rendering:
    """What this account can show.

    buttons: False on a tier without them. template_shape: the older body, where text and buttons both stand in the
    payload; sources disagree which one is read.
    """

    buttons: bool = True
    template_shape: bool = False

    def messages(self, letter: Letter, sign: Sign, urgent_mark: str) -> list[dict[str, Any]]:
        """The `message` of each request, in order; buttons stand under the last."""
        parts = split(as_text(letter, urgent_mark))
        messages: list[dict[str, Any]] = [{"text": part} for part in parts]
        if self.buttons and letter.choices:
            messages[-1] = self._with_buttons(parts[-1], letter.choices, sign)
        return messages

    def _with_buttons(self, text: str, choices: Sequence[Choice], sign: Sign) -> dict[str, Any]:
        shown = [
            {"title": choice.label[:MAX_TITLE], "type": "oa.query.hide", "payload": sign(choice.press)}
            for choice in choices[:MAX_BUTTONS]
        ]
        if self.template_shape:
            payload = {"template_type": "button", "text": text, "buttons": shown}
            return {"attachment": {"type": "template", "payload": payload}}
        return {"text": text, "attachment": {"type": "template", "payload": {"buttons": shown}}}


def as_text(letter: Letter, urgent_mark: str) -> str:
    """The letter as one text in NFC: neutral words first, where there are any, then the numbered choices last."""
    text = f"{urgent_mark} {letter.text}" if letter.urgent else letter.text
    text = f"{letter.cover}\n\n{text}" if letter.cover else text
    listed = "\n".join(choice.label for choice in letter.choices)
    whole = f"{text}\n\n{listed}" if listed else text
    return unicodedata.normalize("NFC", whole).strip() or "…"


def split(text: str, limit: int = MAX_TEXT) -> list[str]:
    """Parts of at most `limit` characters, cut between paragraphs, else sentences, else words."""
    parts = []
    while len(text) > limit:
        cut = _cut(text, limit)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [part for part in [*parts, text] if part]


def _cut(text: str, limit: int) -> int:
    head = text[: limit + 1]
    for ending in _SENTENCE_ENDS:
        ends = [found.end() for found in re.finditer(ending, head) if limit // 2 <= found.end() <= limit]
        if ends:
            return ends[-1]
    return limit
