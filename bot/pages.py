"""Long lists, a page at a time: no more than five buttons stand under a message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from bot.buttons import MAX_BUTTONS

_T = TypeVar("_T")


def page_of(found: Sequence[_T], page: int) -> tuple[Sequence[_T], int]:
    """What stands on a page, and the number of the following one: after the last it is 0, the first.

    Five fit; of a longer list four beside the button that goes on. A page that is not there any more is the first:
    the list has become shorter since its button was shown.
    """
    if len(found) <= MAX_BUTTONS:
        return found, 0
    size = MAX_BUTTONS - 1
    first = page * size if 0 < page * size < len(found) else 0
    return found[first : first + size], first // size + 1 if first + size < len(found) else 0
