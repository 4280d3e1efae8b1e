"""People after rehabilitation as an officer sees them: the own communes only, by code only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from db.uow import UnitOfWork
from domain.audit import Action
from domain.clients import Client, ClientState, ClientUnknown, Interruption, Volunteer
from domain.clock import local_date
from domain.contact_records import ContactRecord
from domain.follow_ups import FollowUp
from domain.legal_dates import LegalDate, LegalDateState
from domain.places import same_commune
from domain.staff import Role, Staff

_LAST_CONTACTS = 3


@dataclass(frozen=True, slots=True)
class ClientCard:
    """Everything that is known of one client. `open`: follow-ups not closed yet, by due day."""

    client: Client
    volunteer: Volunteer | None
    interruptions: list[Interruption]
    open: list[FollowUp]
    closed: list[FollowUp]
    contacts: list[ContactRecord]
    legal_dates: list[LegalDate]


async def communes_of(uow: UnitOfWork, staff: Staff) -> set[str] | None:
    """The communes with clients that are in the scope of this member; None is everywhere."""
    if not staff.communes:
        return None
    known = await uow.clients.communes()
    return {commune for commune in known if covers(staff, commune)}


def covers(staff: Staff, commune: str) -> bool:
    """ "Ba Đình" in somebody's scope covers "Phường Ba Đình"."""
    return not staff.communes or any(same_commune(each, commune) for each in staff.communes)


async def works_elsewhere(uow: UnitOfWork, staff: Staff, volunteer: Volunteer) -> bool:
    """Whether this volunteer has clients or an account, and all of them outside the communes of this member.

    Whoever invites a volunteer could read the clients with the new account, so that a code alone is not enough.
    """
    communes = {client.commune for client in await uow.clients.list_of(volunteer=volunteer.number)}
    if volunteer.staff is not None:
        communes |= (await uow.staff.get(volunteer.staff)).communes
    return bool(communes) and not any(covers(staff, commune) for commune in communes)


async def list_in_scope(
    uow: UnitOfWork, staff: Staff, states: tuple[ClientState, ...] = (ClientState.ACTIVE, ClientState.PAUSED)
) -> list[Client]:
    """By code."""
    return await uow.clients.list_of(communes=await communes_of(uow, staff), states=states)


async def find(uow: UnitOfWork, staff: Staff, code: str) -> Client:
    """Raises ClientUnknown, also for a client of another commune: that there is one is nobody else's business."""
    client = await uow.clients.find(code)
    if client is None or not covers(staff, client.commune):
        raise ClientUnknown
    return client


async def get(uow: UnitOfWork, staff: Staff, client_id: int) -> Client:
    """Raises ClientUnknown."""
    client = await uow.clients.get(client_id)
    if not covers(staff, client.commune):
        raise ClientUnknown
    return client


async def card(uow: UnitOfWork, client: Client) -> ClientCard:
    follow_ups = await uow.follow_ups.list_of_client(client.id)
    volunteer = await uow.volunteers.get(client.volunteer) if client.volunteer is not None else None
    return ClientCard(
        client,
        volunteer,
        await uow.clients.interruptions(client.id),
        [each for each in follow_ups if each.is_open],
        [each for each in follow_ups if not each.is_open],
        await uow.contact_records.list_of_client(client.id, _LAST_CONTACTS),
        await uow.legal_dates.list_of_client(client.id),
    )


async def legal_dates_until(uow: UnitOfWork, staff: Staff, until: date) -> list[tuple[LegalDate, Client]]:
    """Open legal dates in the own communes that have begun by that day, overdue ones first."""
    dates = await uow.legal_dates.list_open(until, communes=await communes_of(uow, staff))
    clients = await uow.clients.list_by_id({each.client_id for each in dates})
    return [(each, clients[each.client_id]) for each in dates if each.state is LegalDateState.OPEN]


async def note_legal_date_done(
    uow: UnitOfWork, staff: Staff, legal_date_id: int, now: datetime
) -> tuple[LegalDate, Client]:
    """Done today, by this officer; a second press changes nothing. Raises ClientUnknown."""
    found = await uow.legal_dates.find(legal_date_id)
    if found is None or not covers(staff, found.commune):
        raise ClientUnknown
    done = LegalDateState.DONE
    if await uow.legal_dates.set_state([found.id], done, now, done_on=local_date(now), by=staff.number):
        uow.audit.add(Action.CLIENT_CHANGED, now, staff=staff.number, subject=found.client_id, details=found.kind)
    return found, await uow.clients.get(found.client_id)


async def volunteers_in_scope(uow: UnitOfWork, staff: Staff) -> list[Volunteer]:
    """Who has a client, or an account, in the own communes; by code."""
    having = {each.volunteer for each in await list_in_scope(uow, staff)}
    scope = {number for number in having if number is not None}
    working = await uow.staff.list_working({Role.VOLUNTEER})
    near = {each.number for each in working if any(covers(staff, commune) for commune in each.communes)}
    known = await uow.volunteers.list_all()
    return sorted((each for each in known if each.number in scope or each.staff in near), key=lambda each: each.code)
