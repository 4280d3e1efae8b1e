"""What a morning has to say: whose windows have opened, who was silent, whom nothing reached.

Everything is looked up in pages by the number of the volunteer, so that a province costs no more memory than a village.
"""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import aliased

from db.client_rows import (
    AssignmentRow,
    ClientRow,
    FollowUpRow,
    ReminderRow,
    VolunteerAccountRow,
    follow_up_is_open,
    follow_up_lasts,
)
from db.models import OutboxRow
from db.repositories.base import Repository
from db.repositories.follow_ups import to_follow_up
from db.repositories.reminders import was_put_off
from db.staff_rows import StaffRow
from db.volunteer_rows import AbsenceRow, VolunteerDutyRow
from domain.errors import KeyWrong
from domain.follow_ups import FollowUp
from domain.models import Channel, Contact, OutboxState
from domain.opening import at as at_minute
from domain.volunteering import Account, Kind, Moment, Overdue, Reminder

_FOLLOW_UP = list(FollowUpRow.__table__.c)
_IS_OPEN = follow_up_is_open()
_UNDELIVERED = (OutboxState.UNREACHABLE, OutboxState.FAILED)


class Mornings(Repository):
    async def anything_to_say(self, at: Moment) -> bool:
        """Whether anybody is to be reminded: found by the day alone, so that a quiet minute costs next to nothing."""
        statement = select(FollowUpRow.id).where(_in_window(at), _wants_reminder(at), _has_somebody(at.day)).limit(1)
        return (await self._uow.execute(statement)).first() is not None

    async def volunteers_to_remind(self, at: Moment, after: int, limit: int) -> list[int]:
        """Numbers above `after`, in order, of those who can be reminded and have something to be reminded of."""
        statement = (
            select(FollowUpRow.volunteer)
            .where(_in_window(at), _wants_reminder(at), FollowUpRow.volunteer > after, _has_somebody(at.day))
            .distinct()
            .order_by(FollowUpRow.volunteer)
            .limit(limit)
        )
        return [int(number) for number in (await self._uow.execute(statement)).scalars() if number is not None]

    async def client_codes(self, client_ids: Collection[int]) -> dict[int, tuple[str, datetime]]:
        """Code, and since when whoever has the client now could be told of it. A code that cannot be opened is
        missing, the others are not: a damaged row must not keep anybody else from being reminded.
        """
        row, assigned = ClientRow, AssignmentRow
        now_assigned = and_(assigned.client_id == row.id, assigned.until.is_(None))
        statement = select(row.id, row.code, row.added_at, assigned.from_on).outerjoin(assigned, now_assigned)
        try:
            rows = list(await self._uow.execute(statement.where(row.id.in_(client_ids))))
        except KeyWrong:
            rows = []
            for client_id in client_ids:
                with suppress(KeyWrong):
                    rows += list(await self._uow.execute(statement.where(row.id == client_id)))
        return {each.id: (each.code.decode(), _known_at(each.added_at, each.from_on)) for each in rows}

    async def list_in_window(self, at: Moment, volunteers: Collection[int]) -> list[FollowUp]:
        """What these volunteers are to be told of, by the day on which it is due."""
        rows = await self._uow.execute(
            select(*_FOLLOW_UP)
            .where(_in_window(at), FollowUpRow.volunteer.in_(volunteers))
            .order_by(FollowUpRow.due_on, FollowUpRow.id)
        )
        return [to_follow_up(row) for row in rows]

    async def accounts(self, volunteers: Collection[int]) -> dict[int, Account]:
        """The account that each of these volunteers uses now; who has none is missing."""
        statement = (
            select(
                VolunteerAccountRow.volunteer,
                StaffRow.number,
                StaffRow.contact_id,
                StaffRow.channel,
                VolunteerDutyRow.confident_at,
            )
            .join(StaffRow, StaffRow.number == VolunteerAccountRow.staff)
            .outerjoin(VolunteerDutyRow, VolunteerDutyRow.staff == StaffRow.number)
            .where(
                VolunteerAccountRow.volunteer.in_(volunteers),
                StaffRow.left_at.is_(None),
                StaffRow.contact_id.is_not(None),
            )
            .order_by(StaffRow.number)
        )
        return {
            row.volunteer: Account(
                row.volunteer, row.number, Contact(row.contact_id, Channel(row.channel)), row.confident_at
            )
            for row in await self._uow.execute(statement)
        }

    # -- what officers are told ----------------------------------------------------------------------------------

    async def silent(self, at: Moment, communes: Collection[str] | None, limit: int) -> tuple[list[Overdue], int]:
        """Reminded twice, and nothing recorded: the first of them, and how many they are. communes None: everywhere."""
        return await self._overdue(_silent(at), communes, limit)

    async def unreached(self, at: Moment, communes: Collection[str] | None, limit: int) -> tuple[list[Overdue], int]:
        """Nobody could be reminded, or the letter did not arrive."""
        return await self._overdue(_unreached(at), communes, limit)

    async def note_unreached(self, at: Moment, communes: Collection[str] | None, now: datetime, limit: int) -> None:
        """Officers have been told that these could not be reminded."""
        while True:
            rows, _ = await self._overdue(_unreached(at), communes, limit)
            noted = await self._uow.reminders.claim(
                [Reminder(each.client_id, each.id, Kind.UNREACHED, now, each.volunteer) for each in rows]
            )
            if len(rows) < limit or not noted:
                return

    async def _overdue(
        self, which: ColumnElement[bool], communes: Collection[str] | None, limit: int
    ) -> tuple[list[Overdue], int]:
        of_these = which if communes is None else and_(which, FollowUpRow.commune.in_(communes))
        many = (await self._uow.execute(select(func.count()).select_from(FollowUpRow).where(of_these))).scalar_one()
        row = FollowUpRow
        statement = (
            select(row.id, row.client_id, row.volunteer, row.commune, row.earliest_on, row.latest_on)
            .where(of_these)
            .order_by(row.latest_on, row.id)
            .limit(limit)
        )
        return [Overdue(**each._mapping) for each in await self._uow.execute(statement)], many


def _known_at(added_at: datetime, assigned_on: date | None) -> datetime:
    """Whoever is assigned in the middle of a window is not told late on that day."""
    return added_at if assigned_on is None else max(added_at, at_minute(assigned_on + timedelta(days=1), 0))


def _in_window(at: Moment) -> ColumnElement[bool]:
    """Begun and not over; or lying in the coming days off altogether, when nobody would be told."""
    opened = or_(FollowUpRow.earliest_on <= at.day, FollowUpRow.latest_on < at.next_on)
    return and_(_IS_OPEN, FollowUpRow.earliest_on < at.next_on, opened, follow_up_lasts(at.day))


def _wants_reminder(at: Moment) -> ColumnElement[bool]:
    ends_soon = FollowUpRow.latest_on < at.next_on
    return or_(
        ~_has(Kind.FIRST),
        and_(_has(Kind.FIRST, at.first_before), ~_has(Kind.AGAIN)),
        and_(ends_soon, _has(Kind.FIRST, at.today_began), ~_has(Kind.AGAIN)),
        _has_put_off(at.day),
    )


def _has(kind: Kind, before: datetime | None = None) -> ColumnElement[bool]:
    """There is a reminder of this kind, put out before that moment."""
    row = aliased(ReminderRow)
    which = [row.client_id == FollowUpRow.client_id, row.follow_up_id == FollowUpRow.id, row.kind == kind]
    if before is not None:
        which.append(row.put_out_at < before)
    return exists().where(*which)


def _has_put_off(day: date) -> ColumnElement[bool]:
    row = aliased(ReminderRow)
    mine = (row.client_id == FollowUpRow.client_id, row.follow_up_id == FollowUpRow.id)
    return exists().where(*mine, was_put_off(row, day))


def _has_somebody(day: date) -> ColumnElement[bool]:
    """Its volunteer has an account that accepted the duty of confidence and is not away, or has a deputy."""
    away = (AbsenceRow.volunteer == FollowUpRow.volunteer, AbsenceRow.from_on <= day, AbsenceRow.until_on >= day)
    absent = exists().where(*away).correlate(FollowUpRow)
    deputy = exists().where(*away, AbsenceRow.accepted_at.is_not(None), _can_be_told(AbsenceRow.deputy))
    return or_(and_(_can_be_told(FollowUpRow.volunteer), ~absent), deputy.correlate(FollowUpRow))


def _can_be_told(volunteer: Any) -> ColumnElement[bool]:
    """This volunteer has an account that accepted the duty of confidence."""
    account, staff, duty = aliased(VolunteerAccountRow), aliased(StaffRow), aliased(VolunteerDutyRow)
    has_account = exists().where(
        account.volunteer == volunteer,
        account.staff == staff.number,
        staff.left_at.is_(None),
        duty.staff == staff.number,
        duty.confident_at.is_not(None),
    )
    return has_account.correlate_except(account, staff, duty)


def _silent(at: Moment) -> ColumnElement[bool]:
    return and_(
        _IS_OPEN,
        FollowUpRow.earliest_on <= at.day,
        FollowUpRow.told_at.is_(None),
        _has(Kind.AGAIN, at.again_before),
    )


def _unreached(at: Moment) -> ColumnElement[bool]:
    row, letter = aliased(ReminderRow), aliased(OutboxRow)
    undelivered = exists().where(
        row.client_id == FollowUpRow.client_id,
        row.follow_up_id == FollowUpRow.id,
        letter.id == row.letter_id,
        letter.state.in_(_UNDELIVERED),
    )
    nobody = and_(~_has(Kind.FIRST), or_(FollowUpRow.volunteer.is_(None), ~_has_somebody(at.day)))
    return and_(
        _IS_OPEN,
        FollowUpRow.earliest_on <= at.day,
        follow_up_lasts(at.day),
        ~_has(Kind.UNREACHED),
        or_(nobody, undelivered),
    )
