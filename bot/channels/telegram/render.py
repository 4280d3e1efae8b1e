"""From a letter to what Telegram shows: parts that fit, buttons under the last one, nothing told to a lock screen."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, MessageEntity

from domain.models import Choice, Letter

MAX_TEXT = 4096
MAX_CAPTION = 1024
_ENDS = (re.compile(r"\n\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…:;])\s"), re.compile(r"\s"))
"""Where a long text may be cut, best first: after a paragraph, a line, a sentence, a word."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its text, what of it is bold or hidden, and its buttons."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def render(letter: Letter, *, group: bool = False) -> list[Part]:
    """The messages of a letter, in order. In a group there are no buttons: the bot is silent there but for danger."""
    keyboard = None if group else keyboard_of(letter.choices)
    if letter.cover:
        parts = [_covered(letter.cover, text) for text in split(letter.text, MAX_TEXT - units(letter.cover) - 2)]
    else:
        parts = [Part(text) for text in split(letter.text, MAX_TEXT)]
        if letter.urgent:
            parts[0] = _first_line_bold(parts[0])
    return [*parts[:-1], replace(parts[-1], keyboard=keyboard)]


def keyboard_of(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """One button a row: readable on a narrow phone."""
    if not choices:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(each.label, callback_data=each.press)] for each in choices])


def split(text: str, longest: int) -> list[str]:
    """Cuts a text into parts of at most `longest` UTF-16 units, as Telegram counts, at the best place there is."""
    parts = []
    while units(text) > longest:
        cut = _cut(text, longest)
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _cut(text: str, longest: int) -> int:
    head = text.encode("utf-16-le")[: 2 * longest].decode("utf-16-le", "ignore")  # never half a character
    for end in _ENDS:
        places = [found.end() for found in end.finditer(head)]
        if places and places[-1] >= len(head) // 2:
            return places[-1]
    return len(head)


def _first_line_bold(part: Part) -> Part:
    """Who to call is read first."""
    line = units(part.text.split("\n", 1)[0])
    return replace(part, entities=(MessageEntity(MessageEntity.BOLD, 0, line),)) if line else part


def _covered(cover: str, text: str) -> Part:
    """Telegram hides a spoiler in its notifications too; a touch shows it."""
    hidden = MessageEntity(MessageEntity.SPOILER, units(cover) + 2, units(text))
    return Part(f"{cover}\n\n{text}", (hidden,))
