"""`hotline roster template|import`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from domain.clock import utc_now
from hotline.caring import care_from
from hotline.config import Config
from hotline.databases import opened
from reports.sheet_templates import roster_template
from services.roster_words import outcome_lines
from texts import vietnamese

Write = Callable[[str], None]


def make_template(file: Path, write: Write) -> None:
    file.write_bytes(roster_template(vietnamese()))
    write(vietnamese()("roster.template", where=file))


async def import_roster(config: Config, content: bytes, write: Write, *, dry_run: bool) -> bool:
    """False when something is wrong: then every bad cell has been named and nothing was written.

    Raises RosterUnreadable.
    """
    rosters, now = care_from(config).rosters, utc_now()
    async with opened(config) as database, database.transaction() as uow:
        checked = await rosters.check(uow, content, now)
        if not dry_run:
            await rosters.write(uow, checked, now, by=None)
    for line in outcome_lines(checked, vietnamese(), written=not dry_run):
        write(line)
    return not checked.bad
