"""One process at a time on a SQLite database: the second one is told, and the first one goes on."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from domain.errors import AlreadyRunning, DatabaseUnusable

if os.name == "nt":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextlib.contextmanager
def only_one_process(database: Path) -> Iterator[None]:
    """Holds a lock beside the database; the system frees it when the process ends, however it ends.

    Raises AlreadyRunning, DatabaseUnusable (its folder cannot be written).
    """
    try:
        database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = (database.parent / f"{database.name}.lock").open("a")
    except OSError as error:
        raise DatabaseUnusable(reason=f"{error.strerror}: {database.parent}") from None
    with opened as file:
        try:
            _take(file.fileno())
        except OSError:
            raise AlreadyRunning(where=database) from None
        yield
