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


async def take_over(
    uow: UnitOfWork, records: Sequence[NewContactRecord], now: datetime, *, staff: int | None = None
) -> Imported:
    """Writes what is new. `staff`: who brought the file; None: whoever sits at the server."""
    new = await uow.contact_records.add_all(_identified(uow, records))
    if new:
        uow.audit.add(Action.IMPORTED, now, staff=staff, details=str(new))
    return Imported(new, len(records) - new)


async def try_out(uow: UnitOfWork, records: Sequence[NewContactRecord]) -> Imported:
    """What `take_over` would do; writes nothing."""
    identities = {str(record.identity) for record in _identified(uow, records)}
    known = len(await uow.contact_records.list_identities(identities))
    return Imported(len(records) - known, known)


def _identified(uow: UnitOfWork, records: Sequence[NewContactRecord]) -> list[NewContactRecord]:
    """Each row has an identity of its own content, and of how many like it came before it in the file.

    So the same file, or a longer one with the same rows, adds only what is new; and two equal rows are two contacts.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    identified = []
    for record in records:
        content = _content(record)
        seen[content] += 1
        identity = "import:" + uow.pseudonyms.row_digest(*content, str(seen[content])).hex()
        identified.append(replace(record, identity=identity, outcome=Outcome.MET))
    return identified


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
