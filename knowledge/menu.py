"""The menu: groups of topics, from `menu.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from domain.knowledge import MenuGroup


def load_menu(file: Path, answered: set[str]) -> tuple[MenuGroup, ...]:
    """The groups in their order, each with the topics that have an answer."""
    groups = tomllib.loads(file.read_text("utf-8"))["group"]
    return tuple(
        MenuGroup(group["title"], tuple(topic for topic in group["topics"] if topic in answered)) for group in groups
    )
