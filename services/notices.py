"""Letters that answer nothing: what the hotline says on its own account."""

from __future__ import annotations

from domain.models import Choice, Letter


def notice(text: str, *choices: tuple[str, str], urgent: bool = False) -> Letter:
    """A letter with numbered buttons; each choice is a label and what pressing it means."""
    numbered = tuple(Choice(f"{number}. {label}", press) for number, (label, press) in enumerate(choices, start=1))
    return Letter(text, numbered, urgent)
