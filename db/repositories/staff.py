"""Who works here, and who is invited to."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from db.repositories.base import Repository
from db.staff_rows import InvitationRow, RevealRow, StaffRow
from domain.models import Channel, Contact
from domain.staff import RIGHTS, Right, Role, Staff, StaffUnknown

_COLUMNS = (
    StaffRow.number,
    StaffRow.contact_id,
    StaffRow.channel,
    StaffRow.role,
    StaffRow.communes,
    StaffRow.on_duty,
    StaffRow.joined_at,
    StaffRow.card,
)


class StaffList(Repository):
    async def find(self, contact_id: int) -> Staff | None:
        """Who this contact is here; None for a citizen and for somebody who has left."""
        statement = select(*_COLUMNS).where(StaffRow.contact_id == contact_id, StaffRow.left_at.is_(None))
        row = (await self._uow.execute(statement)).one_or_none()
        return _to_domain(row) if row else None

    async def get(self, number: int) -> Staff:
        """Raises StaffUnknown, also for somebody who has left."""
        statement = select(*_COLUMNS).where(StaffRow.number == number, StaffRow.left_at.is_(None))
        row = (await self._uow.execute(statement)).one_or_none()
        if row is None:
            raise StaffUnknown
        return _to_domain(row)

    async def find_number(self, number: int) -> Staff | None:
        """Who works here under this number; None when nobody does any more."""
        try:
            return await self.get(number)
        except StaffUnknown:
            return None

    async def contact_id(self, number: int) -> int | None:
        """Where this member reads; None once they have left."""
        statement = select(StaffRow.contact_id).where(StaffRow.number == number)
        return (await self._uow.execute(statement)).scalar_one_or_none()

    async def list_working(self, roles: Collection[Role] = tuple(Role)) -> list[Staff]:
        """Everybody who works here in one of these roles, by number."""
        statement = (
            select(*_COLUMNS).where(StaffRow.left_at.is_(None), StaffRow.role.in_(roles)).order_by(StaffRow.number)
        )
        return [_to_domain(row) for row in await self._uow.execute(statement)]

    async def list_who_may(self, right: Right) -> list[Staff]:
        """Everybody who works here in a role that has this right, by number."""
        return await self.list_working([role for role, rights in RIGHTS.items() if right in rights])

    async def numbers(self) -> set[int]:
        """All numbers that were ever given, of those who have left too: old records name them."""
        return set((await self._uow.execute(select(StaffRow.number))).scalars())

    async def add(
        self, contact: Contact, role: Role, communes: Collection[str], external_id: str, now: datetime
    ) -> Staff:
        card = json.dumps({"name": "", "address": external_id}, ensure_ascii=False).encode()
        statement = (
            insert(StaffRow)
            .values(
                contact_id=contact.id,
                channel=contact.channel,
                role=role,
                communes="\n".join(sorted(communes)),
                on_duty=False,
                joined_at=now,
                card=card,
            )
            .returning(StaffRow.number)
        )
        number = (await self._uow.execute(statement)).scalar_one()
        return Staff(number, contact, role, frozenset(communes), "", on_duty=False, joined_at=now)

    async def set_name(self, number: int, name: str) -> None:
        """What colleagues see; sealed."""
        statement = select(StaffRow.card).where(StaffRow.number == number)
        card = json.loads((await self._uow.execute(statement)).scalar_one() or b"{}") | {"name": name}
        await self._set(number, card=json.dumps(card, ensure_ascii=False).encode())

    async def set_on_duty(self, number: int, *, on_duty: bool) -> None:
        await self._set(number, on_duty=on_duty)

    async def set_left(self, number: int, now: datetime) -> None:
        """The number stays for the records; who it was is gone."""
        await self._set(number, on_duty=False, left_at=now, card=None, contact_id=None)

    async def _set(self, number: int, **values: Any) -> None:
        await self._uow.execute(update(StaffRow).where(StaffRow.number == number).values(**values))

    async def add_invitation(
        self, code: str, role: Role, communes: Collection[str], expires_at: datetime, invited_by: int | None
    ) -> None:
        """Keeps a keyed digest of the code, never the code."""
        await self._uow.execute(
            insert(InvitationRow).values(
                digest=self._digest(code),
                role=role,
                communes="\n".join(sorted(communes)),
                expires_at=expires_at,
                invited_by=invited_by,
            )
        )

    async def use_invitation(self, code: str, contact_id: int, now: datetime) -> tuple[Role, frozenset[str]] | None:
        """Binds the invitation to this contact for good; None when it is unknown, over, or somebody else's."""
        statement = (
            update(InvitationRow)
            .where(
                InvitationRow.digest == self._digest(code),
                InvitationRow.expires_at > now,
                InvitationRow.used_by.is_(None),
            )
            .values(used_by=contact_id)
            .returning(InvitationRow.role, InvitationRow.communes)
        )
        row = (await self._uow.execute(statement)).one_or_none()
        return (Role(row.role), _communes(row.communes)) if row else None

    async def delete_invitations_of(self, number: int) -> int:
        """Those that this member has given out and nobody has used."""
        unused = (InvitationRow.invited_by == number, InvitationRow.used_by.is_(None))
        return (await self._uow.execute(delete(InvitationRow).where(*unused))).rowcount

    async def delete_invitations_before(self, moment: datetime) -> int:
        return (await self._uow.execute(delete(InvitationRow).where(InvitationRow.expires_at < moment))).rowcount

    async def set_shown(self, request_id: int, number: int, now: datetime) -> None:
        """A number has been put into this member's chat."""
        statement = self._insert(RevealRow)
        chosen = {"staff": statement.excluded.staff, "shown_at": statement.excluded.shown_at}
        statement = statement.on_conflict_do_update(index_elements=["request_id"], set_=chosen)
        await self._uow.execute(statement, [{"request_id": request_id, "staff": number, "shown_at": now}])

    async def take_shown(self, request_id: int) -> int | None:
        """In whose chat the number of this request is; noted as taken back. None when it is in nobody's."""
        statement = delete(RevealRow).where(RevealRow.request_id == request_id).returning(RevealRow.staff)
        return (await self._uow.execute(statement)).scalar_one_or_none()

    async def take_shown_before(self, moment: datetime) -> list[tuple[int, int]]:
        """Requests and members of staff whose chat has held a number for so long; noted as taken back."""
        statement = (
            delete(RevealRow).where(RevealRow.shown_at <= moment).returning(RevealRow.request_id, RevealRow.staff)
        )
        return [(row.request_id, row.staff) for row in await self._uow.execute(statement)]

    def _digest(self, code: str) -> bytes:
        return self._uow.pseudonyms.invitation_digest(code)


def _communes(text: str) -> frozenset[str]:
    return frozenset(filter(None, text.split("\n")))


def _to_domain(row: Row[Any]) -> Staff:
    card = json.loads(row.card) if row.card else {}
    contact = Contact(row.contact_id, Channel(row.channel))
    return Staff(
        row.number,
        contact,
        Role(row.role),
        _communes(row.communes),
        card.get("name", ""),
        row.on_duty,
        row.joined_at,
    )
