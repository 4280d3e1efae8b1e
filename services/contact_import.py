"""Takes many contact records over at once: all of them, or none when one does not fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db.uow import UnitOfWork
from domain.audit import Action
from domain.callbacks import Outcome
from domain.contact_records import NewContactRecord


@dataclass(frozen=True, slots=True)
class Imported:
    """`known`: rows that an earlier import had brought."""

    new: int
    known: int


async def take_over(uow: UnitOfWork, records: Sequence[NewContactRecord], now: datetime) -> Imported:
    """Each row has an identity of its own content, and of how many like it came before it in the file.

    So the same file, or a longer one with the same rows, adds only what is new; and two equal rows are two contacts.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    new = 0
    for record in records:
        content = _content(record)
        seen[content] += 1
        identity = "import:" + uow.pseudonyms.row_digest(*content, str(seen[content])).hex()
        new += await uow.contact_records.add(_with_identity(record, identity)) is not None
    if new:
        uow.audit.add(Action.IMPORTED, now, details=str(new))
    return Imported(new, len(records) - new)


def _with_identity(record: NewContactRecord, identity: str) -> NewContactRecord:
    return replace(record, identity=identity, outcome=Outcome.MET)


def _content(record: NewContactRecord) -> tuple[str, ...]:
    said = (
        record.happened_on,
        record.way,
        record.topic,
        record.who,
        record.commune.casefold(),
        record.sex,
        record.age_group,
        record.referral,
        record.minutes,
        record.staff_id,
        record.note,
    )
    return tuple(str(each) for each in said)
