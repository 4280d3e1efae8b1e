"""Who works here: invited, joined, on duty, off duty, gone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from db.uow import UnitOfWork
from domain.audit import Action
from domain.callbacks import Event
from domain.communes import canonical
from domain.models import Contact, Letter, Priority
from domain.staff import (
    INVITATION_LIFETIME,
    NOT_FOR_STAFF,
    AlreadyStaff,
    ChannelNotForStaff,
    InvitationInvalid,
    NotAllowed,
    Right,
    Role,
    Staff,
)
from services import clients
from services.callbacks import Bell
from services.showing import take_back
from texts import Texts

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 16
_PREFIX = "MOI"
_CODE = re.compile(rf"{_PREFIX}[{_ALPHABET}]{{{_LENGTH}}}")
_LONGEST_NAME = 30
_VOLUNTEER_CODE = "TN"


def new_code() -> str:
    """MOI and 16 letters of a set without look-alikes: 80 random bits; fits into a /start link of Telegram."""
    return _PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def code_in(text: str) -> str | None:
    """The invitation in what somebody typed or a link brought, dashes and spaces left out; None when there is none."""
    found = _CODE.fullmatch(re.sub(r"[\s\-–]", "", text).upper())
    return found[0] if found else None


def shown(code: str) -> str:
    """MOI-XXXX-XXXX-XXXX-XXXX, as it is easiest to read out."""
    body = code.removeprefix(_PREFIX)
    return "-".join([_PREFIX, *(body[place : place + 4] for place in range(0, _LENGTH, 4))])


async def invite(
    uow: UnitOfWork, role: Role, communes: Collection[str], now: datetime, *, inviter: Staff | None = None
) -> str:
    """A way in for one person; the code is shown once and kept only as a digest.

    inviter: None for whoever sits at the server. Raises NotAllowed: not a role, or outside the inviter's communes.
    """
    if role is Role.CITIZEN:
        raise NotAllowed
    if inviter and inviter.communes and not (communes and all(inviter.covers(each) for each in communes)):
        raise NotAllowed
    communes = {name for each in communes if (name := canonical(each))}
    code, invited_by = new_code(), inviter.number if inviter else None
    await uow.staff.add_invitation(code, role, communes, now + INVITATION_LIFETIME, invited_by)
    uow.audit.add(Action.INVITED, now, staff=invited_by, details=role)
    return code


async def invite_volunteer(
    uow: UnitOfWork, code: str, communes: Collection[str], now: datetime, *, inviter: Staff | None = None
) -> str:
    """An invitation for the volunteer of this code, also for one who has lost the phone: the next account is theirs.

    A code that nobody has yet makes a new volunteer. Raises NotAllowed: outside the inviter's communes, or somebody
    who works in others only.
    """
    volunteer = await uow.volunteers.find(code)
    if volunteer and inviter and await clients.works_elsewhere(uow, inviter, volunteer):
        raise NotAllowed
    volunteer = volunteer or await uow.volunteers.add(" ".join(code.split()), now)
    invitation = await invite(uow, Role.VOLUNTEER, communes, now, inviter=inviter)
    await uow.volunteers.set_invited(invitation, volunteer.number)
    return invitation


async def join(uow: UnitOfWork, contact: Contact, code: str, now: datetime) -> Staff:
    """The first account that uses an invitation is the one that works here from now on.

    Raises ChannelNotForStaff, AlreadyStaff, InvitationInvalid.
    """
    if contact.channel in NOT_FOR_STAFF:
        raise ChannelNotForStaff
    if await uow.staff.find(contact.id):
        raise AlreadyStaff
    invited = await uow.staff.use_invitation(code, contact.id, now)
    if invited is None:
        raise InvitationInvalid
    role, communes = invited
    addresses = await uow.contacts.external_ids([contact.id])
    staff = await uow.staff.add(contact, role, communes, addresses.get(contact.id, ""), now)
    if role is Role.VOLUNTEER:
        await _join_volunteer(uow, staff, code, now)
    uow.audit.add(Action.JOINED, now, staff=staff.number, details=role)
    return staff


async def _join_volunteer(uow: UnitOfWork, staff: Staff, code: str, now: datetime) -> None:
    """The account belongs to whom the invitation was made for; else to a new volunteer, whose code is made here."""
    number = await uow.volunteers.find_invited(code)
    if number is None:
        made = f"{_VOLUNTEER_CODE}{staff.number}"
        number = (await uow.volunteers.find(made) or await uow.volunteers.add(made, now)).number
    await uow.volunteers.add_account(staff.number, number, now)


async def set_name(uow: UnitOfWork, staff: Staff, name: str) -> str:
    """What colleagues read; at most 30 letters of it are kept."""
    kept = " ".join(name.split())[:_LONGEST_NAME]
    await uow.staff.set_name(staff.number, kept)
    return kept


@dataclass(frozen=True, slots=True)
class Duty:
    """Shifts: who is told of new requests, and what becomes of requests when somebody goes."""

    texts: Texts
    bell: Bell

    async def begin(self, uow: UnitOfWork, staff: Staff, now: datetime) -> None:
        if not staff.on_duty:
            await uow.staff.set_on_duty(staff.number, on_duty=True)
            uow.audit.add(Action.DUTY_BEGUN, now, staff=staff.number)

    async def end(self, uow: UnitOfWork, staff: Staff, now: datetime) -> int:
        """Returns how many requests this member still has: they are to be handed over or given back."""
        if staff.on_duty:
            await uow.staff.set_on_duty(staff.number, on_duty=False)
            uow.audit.add(Action.DUTY_ENDED, now, staff=staff.number)
        return len(await uow.callbacks.list_claimed_by(staff.number))

    async def hand_over_shift(self, uow: UnitOfWork, staff: Staff, to_number: int, now: datetime) -> int:
        """All requests to a colleague who is on duty, and off duty oneself; returns how many were handed over.

        What is outside the colleague's communes goes back into the queue. Raises StaffUnknown, NotAllowed.
        """
        colleague = await uow.staff.get(to_number)
        if colleague.number == staff.number or not (colleague.may(Right.TAKE_REQUEST) and colleague.on_duty):
            raise NotAllowed
        handed = 0
        for request in await uow.callbacks.list_claimed_by(staff.number):
            await take_back(uow, request.id)
            if not colleague.covers(request.commune):
                await uow.callbacks.release(request.id, staff.number)
                uow.audit.add(Action.RELEASED, now, staff=staff.number, subject=request.id, details="shift")
                continue
            await uow.callbacks.hand_over(request.id, staff.number, colleague.number, now)
            uow.audit.add(
                Action.HANDED_OVER, now, staff=staff.number, subject=request.id, details=str(colleague.number)
            )
            handed += 1
        if handed:
            letter = Letter(self.texts("desk.shift_received", count=handed))
            uow.outbox.add(colleague.contact, letter, now, priority=Priority.NOTICE)
        await self.end(uow, staff, now)
        return handed

    async def retire_older_accounts(self, uow: UnitOfWork, staff: Staff, now: datetime) -> None:
        """A volunteer works with one account: the lost phone is a stranger's once the new one has joined."""
        volunteer = await uow.volunteers.find_of_staff(staff.number)
        for number in await uow.volunteers.accounts(volunteer.number) if volunteer else ():
            if number != staff.number:
                await self.shut_out(uow, number, now, by=staff.number)

    async def shut_out(self, uow: UnitOfWork, number: int, now: datetime, *, by: int | None = None) -> None:
        """From this moment a stranger: requests back into the queue, nothing more is sent, name and address gone.

        Reminders that had not left will be said anew, to the volunteer's next account. Raises StaffUnknown.
        """
        staff = await uow.staff.get(number)
        claimed = await uow.callbacks.list_claimed_by(number)
        for request in claimed:
            await take_back(uow, request.id)
            await uow.callbacks.release(request.id, number)
            uow.audit.add(Action.RELEASED, now, staff=number, subject=request.id, details="left")
        await uow.staff.set_left(number, now)
        await uow.staff.delete_invitations_of(number)  # or the next account would be the same person
        await uow.reminders.forget_unsent(staff.contact.id)
        await uow.outbox.delete_of(staff.contact.id)
        await uow.conversations.delete(staff.contact.id)
        await uow.contacts.let_go(staff.contact.id)
        await uow.erasures.add("staff", [number], now)
        uow.audit.add(Action.SHUT_OUT, now, staff=by, subject=number)
        uow.outbox.add(staff.contact, Letter(self.texts("staff.left"), erase_chat=True), now, priority=Priority.NOTICE)
        for request in claimed:
            await self.bell.ring(uow, await uow.callbacks.get(request.id), Event.OPENED, now)
