"""What volunteers have accepted, when they are away, and whom they called for help."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from db.repositories.base import Repository
from db.volunteer_rows import AbsenceRow, SupportCallRow, VolunteerDutyRow
from domain.ids import new_id
from domain.volunteering import Absence, Duty, SupportCall, SupportUnknown


class Volunteering(Repository):
    async def duty(self, staff: int) -> Duty:
        row = VolunteerDutyRow
        statement = select(row.staff, row.confident_at, row.practised_at).where(row.staff == staff)
        found = (await self._uow.execute(statement)).one_or_none()
        return Duty(found.staff, found.confident_at, found.practised_at) if found else Duty(staff)

    async def confident(self, staff: Collection[int]) -> set[int]:
        """Which of these accounts have accepted the duty of confidence."""
        row = VolunteerDutyRow
        statement = select(row.staff).where(row.staff.in_(staff), row.confident_at.is_not(None))
        return set((await self._uow.execute(statement)).scalars())

    async def set_confident(self, staff: int, now: datetime) -> None:
        await self._note(staff, "confident_at", now)

    async def set_practised(self, staff: int, now: datetime) -> None:
        await self._note(staff, "practised_at", now)

    async def _note(self, staff: int, column: str, now: datetime) -> None:
        statement = self._insert(VolunteerDutyRow)
        statement = statement.on_conflict_do_update(
            index_elements=["staff"], set_={column: getattr(statement.excluded, column)}
        )
        await self._uow.execute(statement, [{"staff": staff, column: now}])

    # -- absences ------------------------------------------------------------------------------------------------

    async def add_absence(self, volunteer: int, from_on: date, until_on: date) -> int:
        absence = new_id()
        values = {"id": absence, "volunteer": volunteer, "from_on": from_on, "until_on": until_on}
        await self._uow.execute(insert(AbsenceRow).values(values))
        return absence

    async def find_absence(self, absence: int) -> Absence | None:
        row = (await self._uow.execute(_absences().where(AbsenceRow.id == absence))).one_or_none()
        return _to_absence(row) if row else None

    async def list_absences(self, day: date, *, volunteer: int | None = None) -> list[Absence]:
        """Absences that last on `day` or begin later; of everybody or of one volunteer."""
        statement = _absences().where(AbsenceRow.until_on >= day)
        if volunteer is not None:
            statement = statement.where(AbsenceRow.volunteer == volunteer)
        rows = await self._uow.execute(statement.order_by(AbsenceRow.from_on, AbsenceRow.id))
        return [_to_absence(row) for row in rows]

    async def list_absent(self, day: date, volunteers: Collection[int] | None = None) -> list[Absence]:
        """Who is away on that day; of these volunteers, or of everybody who has somebody standing in."""
        row = AbsenceRow
        whose = row.accepted_at.is_not(None) if volunteers is None else row.volunteer.in_(volunteers)
        statement = _absences().where(row.from_on <= day, row.until_on >= day, whose).order_by(row.id)
        return [_to_absence(each) for each in await self._uow.execute(statement)]

    async def list_stood_in_for(self, deputy: int, day: date) -> list[int]:
        """For which volunteers this one stands in on `day`."""
        row = AbsenceRow
        statement = select(row.volunteer).where(
            row.deputy == deputy, row.accepted_at.is_not(None), row.from_on <= day, row.until_on >= day
        )
        return sorted(set((await self._uow.execute(statement)).scalars()))

    async def set_deputy(self, absence: int, deputy: int | None) -> None:
        """Asked to step in, and has not agreed yet; None: nobody is."""
        await self._set_absence(absence, deputy=deputy, accepted_at=None)

    async def accept(self, absence: int, deputy: int, now: datetime) -> bool:
        """False when somebody else has been asked meanwhile, or it was over."""
        row = AbsenceRow
        statement = update(row).where(row.id == absence, row.deputy == deputy, row.accepted_at.is_(None))
        return (await self._uow.execute(statement.values(accepted_at=now))).rowcount == 1

    async def end_absence(self, absence: int, last_on: date) -> None:
        """Back earlier than planned; an absence that has not begun is forgotten."""
        row = AbsenceRow
        await self._uow.execute(delete(row).where(row.id == absence, row.from_on > last_on))
        await self._uow.execute(update(row).where(row.id == absence).values(until_on=last_on))

    async def _set_absence(self, absence: int, **values: Any) -> None:
        await self._uow.execute(update(AbsenceRow).where(AbsenceRow.id == absence).values(**values))

    # -- calls for help ------------------------------------------------------------------------------------------

    async def add_support_call(
        self, client_id: int, staff: int, volunteer: int | None, commune: str, now: datetime
    ) -> int:
        """volunteer: whose account `staff` is; None for an officer."""
        call = new_id()
        values = {"id": call, "client_id": client_id, "volunteer": volunteer, "asked_by": staff}
        await self._uow.execute(insert(SupportCallRow).values(**values, commune=commune, asked_at=now))
        return call

    async def take_support_call(self, call: int, staff: int, since: datetime, now: datetime) -> SupportCall:
        """The first one who answers has it. Raises SupportUnknown: there is none, or it is older than `since`.

        Compare `taken_by` of what comes back: somebody else may have been faster.
        """
        row = SupportCallRow
        free = update(row).where(row.id == call, row.taken_by.is_(None), row.asked_at > since)
        await self._uow.execute(free.values(taken_by=staff, taken_at=now))
        found = (await self._uow.execute(_calls().where(row.id == call, row.asked_at > since))).one_or_none()
        if found is None:
            raise SupportUnknown
        return _to_call(found)

    async def find_waiting(self, client_id: int, staff: int, since: datetime) -> SupportCall | None:
        """A call of this account about this client that nobody has answered yet."""
        row = SupportCallRow
        mine = (row.client_id == client_id, row.asked_by == staff, row.taken_by.is_(None), row.asked_at > since)
        found = (await self._uow.execute(_calls().where(*mine).order_by(row.id.desc()).limit(1))).one_or_none()
        return _to_call(found) if found else None

    async def claim_unanswered(self, asked_before: datetime, asked_after: datetime, now: datetime) -> list[SupportCall]:
        """Calls that have waited too long and were not repeated yet; noted as repeated."""
        row = SupportCallRow
        waiting = (row.taken_by.is_(None), row.repeated_at.is_(None), row.asked_at.between(asked_after, asked_before))
        free = select(row.id).where(*waiting).order_by(row.id).limit(100).with_for_update(skip_locked=True)
        claim = update(row).where(row.id.in_(free)).values(repeated_at=now).returning(*_CALL)
        return [_to_call(each) for each in await self._uow.execute(claim)]


_CALL = (
    SupportCallRow.id,
    SupportCallRow.client_id,
    SupportCallRow.volunteer,
    SupportCallRow.asked_by,
    SupportCallRow.commune,
    SupportCallRow.asked_at,
    SupportCallRow.taken_by,
    SupportCallRow.taken_at,
    SupportCallRow.repeated_at,
)


def _calls() -> Any:
    return select(*_CALL)


def _absences() -> Any:
    row = AbsenceRow
    return select(row.id, row.volunteer, row.from_on, row.until_on, row.deputy, row.accepted_at)


def _to_absence(row: Row[Any]) -> Absence:
    return Absence(**row._mapping)


def _to_call(row: Row[Any]) -> SupportCall:
    return SupportCall(**row._mapping)
