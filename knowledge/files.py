"""Where content files are: those of the program, each replaced or joined by the one of the same name in the overlay."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

SHIPPED = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """`overlay` is the folder that the agency edits; it survives upgrades. None: only what was shipped."""

    overlay: Path | None = None
    shipped: Path = SHIPPED

    def find(self, name: str) -> Path:
        """The file to read for `name`, such as `answers/home.register.md`; it may not exist."""
        if self.overlay is not None and (edited := self.overlay / name).is_file():
            return edited
        return self.shipped / name

    def in_folder(self, folder: str, suffix: str) -> dict[str, Path]:
        """Name without suffix -> file, sorted by name so that everything built from it is the same on every machine."""
        found: dict[str, Path] = {}
        for root in (self.shipped, self.overlay):
            if root is not None and (root / folder).is_dir():
                found |= {file.name.removesuffix(suffix): file for file in (root / folder).glob(f"*{suffix}")}
        return dict(sorted(found.items()))

    def lines(self, folder: str) -> Iterator[tuple[str, str]]:
        """(name of the file, line) of all text files in a folder, without comments and empty lines."""
        for name, file in self.in_folder(folder, ".txt").items():
            for _, line in numbered_lines(file):
                yield name, line

    def hash_of(self, names: Sequence[str], folders: Sequence[str], texts: Sequence[str]) -> str:
        """Changes when one of these changes, appears or goes, or the code of this package; not with where files lie."""
        digest = hashlib.sha256("\0".join(texts).encode())
        for code in sorted(SHIPPED.glob("*.py")):
            _add(digest, code.name, code)
        for name in names:
            _add(digest, name, self.find(name))
        for folder in folders:
            for name, file in self.in_folder(folder, ".txt").items():
                _add(digest, f"{folder}/{name}", file)
        return digest.hexdigest()[:24]


def numbered_lines(file: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), start=1):
        if (text := line.strip()) and not text.startswith("#"):
            yield number, text


def _add(digest: hashlib._Hash, name: str, file: Path) -> None:
    content = file.read_bytes() if file.is_file() else b""
    digest.update(f"{name}\0{len(content)}\0".encode())
    digest.update(content)
