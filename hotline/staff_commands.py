"""`hotline invite`, `hotline audit verify`, `hotline contacts template|import`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from db.uow import UnitOfWork
from domain.clients import Volunteer
from domain.clock import local_date, utc_now
from domain.errors import HotlineError
from domain.staff import Role
from hotline.config import Config
from hotline.databases import opened
from reports.sheet_templates import contact_template
from services import staffing
from services.contact_import import take_over, try_out
from services.contact_sheet import in_words, read_sheet, to_record, unknown_staff
from texts import vietnamese

Write = Callable[[str], None]


async def invite(config: Config, role: str, communes: list[str], write: Write, *, volunteer: str = "") -> None:
    """volunteer: the code in the roster of whom the account will belong to. Raises NotARole, NotAVolunteer."""
    texts = vietnamese()
    roles = [each for each in Role if each is not Role.CITIZEN]
    if role not in roles:
        raise NotARole(roles=", ".join(roles))
    if volunteer and role != Role.VOLUNTEER:
        raise NotAVolunteer
    async with opened(config) as database, database.transaction() as uow:
        if volunteer:
            known = await uow.volunteers.find(volunteer)
            communes = communes or await _communes_of(uow, known)
            code = await staffing.invite_volunteer(uow, volunteer, communes, utc_now())
            write(texts("invite.volunteer" if known else "invite.volunteer_new", volunteer=volunteer))
        else:
            code = await staffing.invite(uow, Role(role), communes, utc_now())
    scope = ", ".join(communes) or texts("staff.whole_province")
    said = {"role": texts(f"staff.role_{role}"), "scope": scope, "code": staffing.shown(code), "plain": code}
    write(texts("invite.code", **said))


async def _communes_of(uow: UnitOfWork, volunteer: Volunteer | None) -> list[str]:
    """Where the clients of this volunteer are; empty when there are none."""
    if volunteer is None:
        return []
    return sorted({client.commune for client in await uow.clients.list_of(volunteer=volunteer.number)})


async def verify_audit(config: Config, write: Write) -> None:
    """Raises AuditBroken."""
    async with opened(config) as database, database.reading() as uow:
        write(vietnamese()("audit.whole", count=await uow.audit.verify()))


def make_template(file: Path, write: Write) -> None:
    file.write_bytes(contact_template(vietnamese()))
    write(vietnamese()("contacts.template", where=file))


async def import_sheet(config: Config, file: Path, write: Write, *, dry_run: bool) -> bool:
    """False when something is wrong: then every bad cell has been named and nothing was written."""
    texts, now = vietnamese(), utc_now()
    rows, bad = read_sheet(file, local_date(now), texts)
    records = [to_record(row, now) for row in rows]
    async with opened(config) as database:
        async with database.reading() as uow:
            bad += unknown_staff(rows, await uow.staff.numbers())
            tried = await try_out(uow, records)
        if bad:
            for line in in_words(bad, texts):
                write(line)
            write(texts("contacts.nothing_written", count=len(bad)))
            return False
        if dry_run:
            write(texts("contacts.dry_run", new=tried.new, known=tried.known))
            return True
        async with database.transaction() as uow:
            imported = await take_over(uow, records, now)
    write(texts("contacts.written", new=imported.new, known=imported.known))
    return True


class NotARole(HotlineError):
    """Nobody can be invited into a role that does not exist."""

    text_key = "invite.role_wrong"


class NotAVolunteer(HotlineError):
    """Only an account of a volunteer belongs to somebody in the roster."""

    text_key = "invite.not_a_volunteer"
