"""Thousands of volunteers with clients and plans, written many rows at a time: for benchmarks and tests of the real
program. The same rows as the doors write, without their presses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert

from db.client_rows import AssignmentRow, ClientRow, FollowUpRow, StayRow, VolunteerAccountRow, VolunteerRow
from db.models import ContactRow
from db.session import Database
from db.staff_rows import StaffRow
from db.volunteer_rows import VolunteerDutyRow
from domain.follow_ups import FollowUpState, Method
from domain.ids import new_id
from domain.models import Channel
from domain.staff import Role

COMMUNE = "Phường Ba Đình"
_AT_ONCE = 2000


async def fill(
    database: Database,
    chats: Sequence[str],
    windows: Sequence[tuple[date, date]],
    joined_at: datetime,
    *,
    channel: Channel = Channel.TELEGRAM,
    clients_each: int = 1,
) -> None:
    """One volunteer for each chat, each with so many clients, each client with a follow-up for each window."""
    for start in range(0, len(chats), _AT_ONCE):
        part = list(enumerate(chats))[start : start + _AT_ONCE]
        async with database.transaction() as uow:
            rows = _rows(database, part, windows, joined_at, channel, clients_each)
            for table in (
                ContactRow,
                StaffRow,
                VolunteerRow,
                VolunteerAccountRow,
                VolunteerDutyRow,
                ClientRow,
                StayRow,
                AssignmentRow,
                FollowUpRow,
            ):
                await uow.execute(insert(table), rows[table])


def _rows(
    database: Database,
    part: Sequence[tuple[int, str]],
    windows: Sequence[tuple[date, date]],
    joined_at: datetime,
    channel: Channel,
    clients_each: int,
) -> dict[Any, list[dict[str, Any]]]:
    rows: dict[Any, list[dict[str, Any]]] = {}
    for place, chat in part:
        number = place + 1
        contact = database.pseudonyms.contact_id(channel, chat)
        _add(rows, ContactRow, id=contact, channel=channel, external_id=chat.encode(), seen_at=joined_at)
        _add(
            rows,
            StaffRow,
            number=number,
            contact_id=contact,
            channel=channel,
            role=Role.VOLUNTEER,
            communes=COMMUNE,
            on_duty=False,
            joined_at=joined_at,
            card=b'{"name": "", "address": ""}',
        )
        code = f"TNV-{number:05}"
        digest = database.pseudonyms.digest("volunteer code", code.casefold())
        _add(rows, VolunteerRow, number=number, code_digest=digest, code=code.encode(), added_at=joined_at)
        _add(rows, VolunteerAccountRow, staff=number, volunteer=number, since=joined_at)
        _add(rows, VolunteerDutyRow, staff=number, confident_at=joined_at, practised_at=joined_at)
        for which in range(clients_each):
            _client(rows, database, f"SC-{number:05}-{which}", number, windows, joined_at)
    return rows


def _client(
    rows: dict[Any, list[dict[str, Any]]],
    database: Database,
    code: str,
    volunteer: int,
    windows: Sequence[tuple[date, date]],
    joined_at: datetime,
) -> None:
    client, start = new_id(), joined_at.date()
    _add(
        rows,
        ClientRow,
        id=client,
        code_digest=database.pseudonyms.digest("client code", code.casefold()),
        code=code.encode(),
        ground="voluntary",
        sex="male",
        start_on=start,
        computed_on=start + timedelta(days=365),
        ends_on=start + timedelta(days=365),
        ends_reason="article_42_1",
        state="active",
        state_reason="",
        state_on=start,
        commune=COMMUNE,
        commune_code="00001",
        volunteer=volunteer,
        added_at=joined_at,
    )
    _add(rows, StayRow, id=new_id(), client_id=client, commune=COMMUNE, from_on=start, reason="")
    _add(rows, AssignmentRow, id=new_id(), client_id=client, volunteer=volunteer, from_on=start)
    for place, (first, last) in enumerate(windows, 1):
        _add(
            rows,
            FollowUpRow,
            id=new_id(),
            client_id=client,
            number=place,
            earliest_on=first,
            due_on=first + (last - first) / 2,
            latest_on=last,
            method=Method.ANY,
            hour=9,
            state=FollowUpState.PLANNED,
            reason="",
            volunteer=volunteer,
            commune=COMMUNE,
        )


def _add(rows: dict[Any, list[dict[str, Any]]], table: Any, **values: Any) -> None:
    rows.setdefault(table, []).append(values)


def weekly(first: date, many: int, days: int = 7) -> Iterator[tuple[date, date]]:
    """Windows of so many days, one after the other."""
    for place in range(many):
        begins = first + timedelta(days=place * days)
        yield begins, begins + timedelta(days=days - 1)
