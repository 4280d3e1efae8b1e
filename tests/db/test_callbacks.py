"""The queue of callback requests: claimed once, open once, found by a keyed code, gone without a rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from db.opening import KeySource, open_database
from db.rotation import rotate_key
from db.session import Database
from db.uow import UnitOfWork
from domain.callbacks import CallbackState, NewRequest, Outcome, Wish
from domain.contact_records import NewContactRecord, Way
from domain.models import Channel
from domain.opening import SafeTime, Span, Window
from domain.tickets import Ticket

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PHONE = "+84912345678"


def new_request(uow: UnitOfWork, contact_id: int = 1, phone: str = PHONE, **other: Any) -> NewRequest:
    made = NewRequest(
        contact_id=contact_id,
        channel=Channel.WEB,
        ticket_digest=contact_id.to_bytes(16),
        consent_id=1,
        wish=Wish.PHONE,
        safe=SafeTime(date(2026, 11, 23), Span(540, 690)),
        due=Window(NOW, NOW + timedelta(hours=2)),
        opened_at=NOW,
        phone=phone,
        phone_digest=uow.pseudonyms.phone_digest(phone),
    )
    return replace(made, **other)


async def add(database: Database, contact_id: int = 1, phone: str = PHONE, **other: Any) -> int:
    request_id = await try_to_add(database, contact_id, phone, **other)
    assert request_id is not None
    return request_id


async def try_to_add(database: Database, contact_id: int = 1, phone: str = PHONE, **other: Any) -> int | None:
    async with database.transaction() as uow:
        return await uow.callbacks.add(new_request(uow, contact_id, phone, **other))


async def test_of_many_claims_at_once_exactly_one_wins(database: Database) -> None:
    request_id = await add(database)

    async def claim(staff_id: int) -> bool:
        async with database.transaction() as uow:
            return await uow.callbacks.claim(request_id, staff_id, NOW) is not None

    won = await asyncio.gather(*(claim(staff_id) for staff_id in range(1, 13)))
    assert sum(won) == 1


async def test_only_the_claimer_sees_the_number(database: Database) -> None:
    request_id = await add(database)
    async with database.transaction() as uow:
        assert await uow.callbacks.reveal(request_id, 7) is None  # nobody has claimed it yet
        await uow.callbacks.claim(request_id, 7, NOW)
        assert await uow.callbacks.reveal(request_id, 8) is None
        shown = await uow.callbacks.reveal(request_id, 7)
        assert shown is not None and shown.phone == PHONE
        assert await uow.callbacks.release(request_id, 7)
        assert await uow.callbacks.reveal(request_id, 7) is None


@pytest.mark.parametrize(("contact_id", "phone"), [(1, "+84987654321"), (2, PHONE)])
async def test_a_second_open_request_of_one_contact_or_for_one_number_cannot_be_stored(
    database: Database, contact_id: int, phone: str
) -> None:
    await add(database)
    assert await try_to_add(database, contact_id, phone, ticket_digest=b"other") is None
    async with database.transaction() as uow:
        [first] = await uow.callbacks.list_waiting(10)
        await uow.callbacks.close(first.id, Outcome.MET, NOW)
    await add(database, contact_id, phone, ticket_digest=b"other")


async def test_the_urgent_come_first_and_then_whose_time_comes_first(database: Database) -> None:
    late = await add(database, 1, "+84900000001", due=Window(NOW + timedelta(hours=1), NOW + timedelta(hours=2)))
    soon = await add(database, 2, "+84900000002")
    urgent = await add(database, 3, "+84900000003", urgent=True, due=Window(NOW, NOW + timedelta(hours=3)))
    async with database.reading() as uow:
        assert [each.id for each in await uow.callbacks.list_waiting(10)] == [urgent, soon, late]


async def test_a_ticket_is_found_again_also_after_the_key_was_changed(
    database: Database, database_url: str, key_source: KeySource
) -> None:
    ticket = Ticket.new()
    request_id = await add(database, ticket_digest=database.pseudonyms.ticket_digest(ticket.code))
    await database.close()
    await rotate_key(database_url, key_source)
    again = await open_database(database_url, key_source)
    async with again.reading() as uow:
        found = await uow.callbacks.find_by_digest(again.pseudonyms.ticket_digest(ticket.code))
        assert found is not None and found.id == request_id
    await again.close()


async def test_a_stolen_database_gives_neither_number_nor_words_nor_code(
    database: Database, stolen: Callable[[], bytes]
) -> None:
    ticket = Ticket.new()
    request_id = await add(database, ticket_digest=database.pseudonyms.ticket_digest(ticket.code))
    words = ["chồng tôi đánh", "nguy hiểm ở nhà", "gọi lại nhé", "nói về con trai"]
    async with database.transaction() as uow:
        await uow.callbacks.set_note(request_id, words[0])
        await uow.callbacks.claim(request_id, 7, NOW)
        await uow.callbacks.set_risk_note(request_id, 7, words[1])
        await uow.callbacks.add_line(request_id, words[2], NOW, from_citizen=True)
        await uow.contact_records.add(
            NewContactRecord(NOW.date(), NOW, Way.CALLBACK, 7, Outcome.MET, request_id=request_id, note=words[3])
        )
    everything = stolen()
    assert b"callback_requests" in everything
    for planted in [PHONE, PHONE[3:], ticket.code, ticket.shown, *words]:
        assert planted.encode() not in everything


async def test_blanking_leaves_a_closed_row_and_deleting_leaves_none(database: Database) -> None:
    request_id = await add(database)
    async with database.transaction() as uow:
        await uow.callbacks.claim(request_id, 7, NOW)
        await uow.callbacks.add_line(request_id, "gọi lại nhé", NOW, from_citizen=True)
        await uow.callbacks.blank([request_id], NOW, Outcome.ERASED)
        left = await uow.callbacks.get(request_id)
        assert (left.state, left.outcome, left.contact_id) == (CallbackState.CLOSED, Outcome.ERASED, None)
        assert await uow.callbacks.reveal(request_id, 7) is None
        assert await uow.callbacks.list_lines(request_id, 10) == []
        await uow.callbacks.delete([request_id])
        assert await uow.callbacks.find(request_id) is None


async def test_a_record_with_the_same_identity_is_written_once_and_outlives_its_note(database: Database) -> None:
    record = NewContactRecord(NOW.date(), NOW, Way.PHONE, 7, Outcome.MET, note="kể về con trai", identity="sheet/3")
    async with database.transaction() as uow:
        record_id = await uow.contact_records.add(record)
        assert record_id is not None
        assert await uow.contact_records.add(record) is None
        assert await uow.contact_records.get_note(record_id) == "kể về con trai"
        assert await uow.contact_records.blank_notes(record_ids=[record_id]) == [record_id]
        assert await uow.contact_records.get_note(record_id) == ""
        [kept] = await uow.contact_records.list_between(NOW.date(), NOW.date())
        assert kept.id == record_id and not kept.has_note and kept.way is Way.PHONE
