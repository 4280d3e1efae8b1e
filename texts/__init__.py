"""Every sentence that the bot, the web page and the command line say, in `vi.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


class Texts:
    """Looks up a sentence by its dotted key and fills in its `{names}`.

    Raises KeyError for an unknown key or a missing name: a wrong key is a bug, found by the test that walks all keys.
    """

    def __init__(self, entries: dict[str, str]) -> None:
        self._entries = entries

    def __call__(self, key: str, **values: object) -> str:
        return self._entries[key].format_map(values)

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def under(self, prefix: str) -> dict[str, str]:
        """All entries below a table, by their last name: `under("web")` is what the page needs."""
        start = prefix + "."
        return {key.removeprefix(start): text for key, text in self._entries.items() if key.startswith(start)}


@cache
def vietnamese() -> Texts:
    tables = tomllib.loads((Path(__file__).parent / "vi.toml").read_text("utf-8"))
    return Texts(dict(_flatten(tables)))


def _flatten(table: dict[str, object], prefix: str = "") -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            entries += _flatten(value, f"{prefix}{name}.")
        else:
            entries.append((prefix + name, str(value).strip("\n")))
    return entries
