"""`hotline invite`, `hotline audit verify`, `hotline contacts template|import`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from db.opening import KeySource, open_database
from db.session import Database
from domain.clock import local_date, utc_now
from domain.contact_records import NewContactRecord
from domain.errors import HotlineError
from domain.staff import Role
from hotline.config import Config
from reports.contact_sheet import BadCell, SheetRow, read_sheet, write_template
from services import staffing
from services.contact_import import Imported, take_over
from texts import Texts, vietnamese

Write = Callable[[str], None]


async def invite(config: Config, role: str, communes: list[str], write: Write) -> None:
    """Raises NotARole."""
    texts = vietnamese()
    roles = [each for each in Role if each is not Role.CITIZEN]
    if role not in roles:
        raise NotARole(roles=", ".join(roles))
    async with opened(config) as database, database.transaction() as uow:
        code = await staffing.invite(uow, Role(role), communes, utc_now())
    scope = ", ".join(communes) or texts("staff.whole_province")
    said = {"role": texts(f"staff.role_{role}"), "scope": scope, "code": staffing.shown(code), "plain": code}
    write(texts("invite.code", **said))


async def verify_audit(config: Config, write: Write) -> None:
    """Raises AuditBroken."""
    async with opened(config) as database, database.reading() as uow:
        write(vietnamese()("audit.whole", count=await uow.audit.verify()))


def make_template(file: Path, write: Write) -> None:
    write_template(file, vietnamese())
    write(vietnamese()("contacts.template", where=file))


async def import_sheet(config: Config, file: Path, write: Write, *, dry_run: bool) -> bool:
    """False when something is wrong: then every bad cell has been named and nothing was written."""
    texts, now = vietnamese(), utc_now()
    rows, bad = read_sheet(file, local_date(now), texts)
    async with opened(config) as database:
        async with database.reading() as uow:
            known = await uow.staff.numbers()
        bad += [
            BadCell(row.line, "staff", "contacts.unknown_staff", {})
            for row in rows
            if row.staff is not None and row.staff not in known
        ]
        if bad:
            _name(bad, texts, write)
            return False
        records = [_record(row) for row in rows]
        imported = await _take_over(database, records, dry_run=dry_run)
    key = "contacts.dry_run" if dry_run else "contacts.written"
    write(texts(key, new=imported.new, known=imported.known))
    return True


class NotARole(HotlineError):
    """Nobody can be invited into a role that does not exist."""

    text_key = "invite.role_wrong"


class _DryRun(Exception):
    """Ends a transaction that was only tried."""


async def _take_over(database: Database, records: list[NewContactRecord], *, dry_run: bool) -> Imported:
    imported = Imported(0, 0)
    try:
        async with database.transaction() as uow:
            imported = await take_over(uow, records, utc_now())
            if dry_run:
                raise _DryRun
    except _DryRun:
        pass
    return imported


def _record(row: SheetRow) -> NewContactRecord:
    return NewContactRecord(
        happened_on=row.day,
        recorded_at=utc_now(),
        way=row.way,
        staff_id=row.staff,
        outcome="",
        topic=row.topic.topic,
        who=row.who,
        commune=row.commune,
        sex=row.sex,
        age_group=row.age,
        referral=row.referral,
        minutes=row.minutes,
        note=row.note,
    )


def _name(bad: list[BadCell], texts: Texts, write: Write) -> None:
    for cell in sorted(bad, key=lambda each: each.line):
        column = texts(f"contacts.column_{cell.column}").removesuffix(" *")
        problem = texts(cell.key, **cell.values)
        write(texts("contacts.bad_row", line=cell.line, column=column, problem=problem))
    write(texts("contacts.nothing_written", count=len(bad)))


@asynccontextmanager
async def opened(config: Config) -> AsyncIterator[Database]:
    """Beside a running hotline too: one short transaction, for which SQLite lets the other wait."""
    database = await open_database(config.database.url, KeySource(config.database.key_file))
    try:
        yield database
    finally:
        await database.close()
