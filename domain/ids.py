"""Row ids made by the program, so that rows can be written many at a time and still be known beforehand."""

from __future__ import annotations

import secrets
import time

_EPOCH_MS = 1_767_225_600_000  # 2026-01-01 UTC: 41 bits last until 2095
_SEQUENCE_BITS = 12
_PROCESS_BITS = 10


class IdSequence:
    """Ids that grow with time: milliseconds (41 bits), this process (10 random bits), a running number (12 bits).

    Within a process every id is larger than the one before, also when the clock is set back.
    """

    def __init__(self) -> None:
        self._process = secrets.randbits(_PROCESS_BITS) << _SEQUENCE_BITS
        self._ms = 0
        self._number = 0

    def next(self) -> int:
        ms = time.time_ns() // 1_000_000 - _EPOCH_MS
        if ms > self._ms:
            self._ms, self._number = ms, 0
        else:
            self._number += 1
            if self._number >> _SEQUENCE_BITS:
                self._ms, self._number = self._ms + 1, 0
        return self._ms << (_SEQUENCE_BITS + _PROCESS_BITS) | self._process | self._number


new_id = IdSequence().next
