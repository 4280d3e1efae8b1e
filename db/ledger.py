"""The ledger of erasures as a file beside the backups: it survives the database that it speaks of."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from domain.callbacks import LEDGER_LIFETIME


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was erased, as keyed marks with the time of it; complete up to `as_of`."""

    marks: Mapping[bytes, datetime]
    as_of: datetime


class LedgerFile:
    """Rewritten as a whole when something was erased; nothing is written where no backups are kept."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "erasures.json"

    def add(self, marks: Mapping[bytes, datetime], now: datetime, *, always: bool = False) -> Ledger | None:
        """Adds what it does not know yet and forgets what no backup can hold any more; returns what it says now.

        always: written also when nothing is new, so that it is known to be complete up to `now`.
        """
        if not self._folder.is_dir():
            return None
        known = self.read()
        before = known.marks if known else {}
        if not always and known is not None and marks.keys() <= before.keys():
            return known
        kept = {mark: at for mark, at in {**before, **marks}.items() if at >= now - LEDGER_LIFETIME}
        self._write(Ledger(kept, now))
        return Ledger(kept, now)

    def read(self) -> Ledger | None:
        """None when there is none, or it cannot be read."""
        try:
            content = json.loads(self._path.read_text("ascii"))
            marks = {bytes.fromhex(mark): datetime.fromisoformat(at) for mark, at in content["marks"].items()}
            return Ledger(marks, datetime.fromisoformat(content["as_of"]))
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def _write(self, ledger: Ledger) -> None:
        marks = {mark.hex(): at.isoformat() for mark, at in sorted(ledger.marks.items())}
        beside = self._path.with_suffix(f".{os.getpid()}.part")
        with beside.open("w", encoding="ascii") as file:
            json.dump({"as_of": ledger.as_of.isoformat(), "marks": marks}, file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
