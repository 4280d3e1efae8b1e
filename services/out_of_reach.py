"""Whom no message of ours reaches, and why: colleagues, and citizens who wait for a call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from db.uow import UnitOfWork
from domain.callbacks import CallbackRequest
from domain.staff import Staff

_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """`reason` names a text; `since`: when the first message came back."""

    reason: str
    since: datetime
    colleague: Staff | None = None
    request: CallbackRequest | None = None


async def look(uow: UnitOfWork, staff: Staff) -> list[OutOfReach]:
    """In the scope of this member; longest first. Of everybody else nothing is kept that staff could see."""
    working = [each for each in await uow.staff.list_working() if not staff.communes or each.communes & staff.communes]
    requests = [
        request
        for request in await uow.callbacks.list_open(_LOOKED_AT)
        if request.contact_id is not None and staff.covers(request.commune)
    ]
    ids = {each.contact.id for each in working} | {request.contact_id for request in requests if request.contact_id}
    reasons = await uow.unreachable.find(ids)
    found = [OutOfReach(*reasons[each.contact.id], colleague=each) for each in working if each.contact.id in reasons]
    found += [
        OutOfReach(*reasons[request.contact_id], request=request)
        for request in requests
        if request.contact_id in reasons
    ]
    return sorted(found, key=lambda each: each.since)


async def why(uow: UnitOfWork, request: CallbackRequest) -> str | None:
    """The reason why whoever left this request gets no message; None when nothing is known of that."""
    if request.contact_id is None:
        return None
    found = await uow.unreachable.find([request.contact_id])
    return found[request.contact_id][0] if request.contact_id in found else None
