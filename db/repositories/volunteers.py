"""Volunteers by the agency's code, and the accounts that they have or had."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Row, insert, select, update

from db.client_rows import VolunteerAccountRow, VolunteerRow
from db.repositories.base import Repository
from db.staff_rows import InvitationRow, StaffRow
from domain.clients import Volunteer, VolunteerUnknown, code_key


class Volunteers(Repository):
    async def find(self, code: str) -> Volunteer | None:
        """By the agency's code, in whatever case it is written."""
        return await self._one(VolunteerRow.code_digest == self._digest(code))

    async def get(self, number: int) -> Volunteer:
        """Raises VolunteerUnknown."""
        found = await self._one(VolunteerRow.number == number)
        if found is None:
            raise VolunteerUnknown
        return found

    async def find_of_staff(self, staff: int) -> Volunteer | None:
        """Whose account this is; None for somebody who is no volunteer."""
        statement = select(VolunteerAccountRow.volunteer).where(VolunteerAccountRow.staff == staff)
        number = (await self._uow.execute(statement)).scalar_one_or_none()
        return await self._one(VolunteerRow.number == number) if number is not None else None

    async def list_all(self, numbers: Collection[int] | None = None) -> list[Volunteer]:
        statement = _select().order_by(VolunteerRow.number)
        if numbers is not None:
            statement = statement.where(VolunteerRow.number.in_(numbers))
        return [_to_domain(row) for row in await self._uow.execute(statement)]

    async def add(self, code: str, now: datetime) -> Volunteer:
        """Somebody who has no account yet."""
        statement = (
            insert(VolunteerRow)
            .values(code_digest=self._digest(code), code=code.encode(), added_at=now)
            .returning(VolunteerRow.number)
        )
        return Volunteer((await self._uow.execute(statement)).scalar_one(), code, None)

    async def add_account(self, staff: int, volunteer: int, now: datetime) -> None:
        await self._uow.execute(insert(VolunteerAccountRow).values(staff=staff, volunteer=volunteer, since=now))

    async def accounts(self, volunteer: int) -> list[int]:
        """Numbers of staff of those accounts that still work."""
        statement = (
            select(StaffRow.number)
            .join(VolunteerAccountRow, VolunteerAccountRow.staff == StaffRow.number)
            .where(VolunteerAccountRow.volunteer == volunteer, StaffRow.left_at.is_(None))
            .order_by(StaffRow.number)
        )
        return list((await self._uow.execute(statement)).scalars())

    async def set_invited(self, invitation: str, volunteer: int) -> None:
        """Whoever uses this invitation is that volunteer."""
        digest = self._uow.pseudonyms.invitation_digest(invitation)
        statement = update(InvitationRow).where(InvitationRow.digest == digest).values(volunteer=volunteer)
        await self._uow.execute(statement)

    async def find_invited(self, invitation: str) -> int | None:
        digest = self._uow.pseudonyms.invitation_digest(invitation)
        statement = select(InvitationRow.volunteer).where(InvitationRow.digest == digest)
        return (await self._uow.execute(statement)).scalar_one_or_none()

    async def _one(self, which: Any) -> Volunteer | None:
        row = (await self._uow.execute(_select().where(which))).first()
        return _to_domain(row) if row else None

    def _digest(self, code: str) -> bytes:
        return self._uow.pseudonyms.digest("volunteer code", code_key(code))


def _select() -> Any:
    account = (
        select(StaffRow.number)
        .join(VolunteerAccountRow, VolunteerAccountRow.staff == StaffRow.number)
        .where(VolunteerAccountRow.volunteer == VolunteerRow.number, StaffRow.left_at.is_(None))
        .order_by(StaffRow.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(VolunteerRow.number, VolunteerRow.code, account.label("staff"))


def _to_domain(row: Row[Any]) -> Volunteer:
    return Volunteer(row.number, row.code.decode(), row.staff)
