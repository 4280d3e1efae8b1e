"""How a request is closed, opened again by whoever pressed too soon, and what its record says."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from db.callback_rows import CallbackRequestRow
from domain.callbacks import CallbackState, Outcome
from domain.clock import local_date, utc_now
from domain.contact_records import Referral
from hotline.wiring import Product
from tests.citizen import Citizen, Clock
from tests.conversations.conftest import NewCitizen
from tests.conversations.desk import (
    StaffDesk,
    ask_for_call,
    close_as_met,
    look_again,
    numbers_shown,
    only_request,
    take,
)
from texts import Texts, vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts: Texts = vietnamese()


async def test_three_tries_inside_the_safe_window_and_then_it_is_closed(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.takes_call_of(citizen)
    await lan.presses(texts("outcome.no_answer"))
    request = await only_request(product)
    assert request.attempts == 1 and request.state is CallbackState.CLAIMED
    assert request.due.start >= clock() + timedelta(minutes=59)
    assert lan.last.erase_chat
    for tries in (2, 3):
        clock.ahead = request.due.start + timedelta(minutes=1) - utc_now()
        await product.watch.run(clock())
        await product.watch.run(clock())
        await lan.hears()
        reminders = [letter for letter in lan.replies if letter.text.startswith(texts("bell.call_again"))]
        assert len(reminders) == tries - 1  # once for each window
        await look_again(lan)
        await lan.presses(texts("outcome.busy"))
        request = await only_request(product)
    assert (request.state, request.outcome, request.attempts) == (CallbackState.CLOSED, Outcome.BUSY, 3)
    async with product.database.reading() as uow:
        [record] = await uow.contact_records.list_between(local_date(clock()), local_date(clock()))
    assert (record.outcome, record.attempts) == ("busy", 3)


@pytest.mark.parametrize("outcome", [Outcome.WRONG_NUMBER, Outcome.REFUSED])
async def test_a_wrong_number_or_a_refusal_closes_in_two_presses(
    citizen: Citizen, staff: StaffDesk, product: Product, outcome: Outcome
) -> None:
    lan = await staff.takes_call_of(citizen)
    await lan.presses(texts("outcome.not"))
    await lan.presses(texts(f"outcome.{outcome}"))
    assert (await only_request(product)).outcome is outcome


async def test_what_was_closed_by_mistake_is_opened_again_and_its_record_is_taken_back(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.takes_call_of(citizen)
    await close_as_met(lan)
    await lan.presses(texts("desk.reopen"))
    await lan.presses(texts("desk.reason_mistake"))
    assert len(numbers_shown(lan)) == 2
    today = local_date(clock())
    async with product.database.reading() as uow:
        assert await uow.contact_records.list_between(today, today) == []
        counted = await uow.counters.list_between(today, today)
    assert sum(value for key, value in counted.items() if key[2] == "callback.met") == 0
    await close_as_met(lan)
    await lan.says("/molai")
    await lan.presses(texts("desk.reopen_one", place=1))
    await lan.presses(texts("desk.reason_call_again"))
    await close_as_met(lan, "family")
    async with product.database.reading() as uow:
        assert len(await uow.contact_records.list_between(today, today)) == 2  # both calls happened


async def test_a_refusal_pressed_by_mistake_does_not_keep_the_number_from_being_called(
    new_citizen: NewCitizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.takes_call_of(new_citizen())
    await lan.presses(texts("outcome.not"))
    await lan.presses(texts("outcome.refused"))
    await lan.presses(texts("desk.reopen"))
    await lan.presses(texts("desk.reason_mistake"))
    await close_as_met(lan)
    async with product.database.reading() as uow:
        assert await uow.restraints.count("blocked_number", "+84912345678", clock()) == 0


async def test_what_stood_in_the_shadow_of_a_closed_request_is_called_when_it_is_opened_again(
    new_citizen: NewCitizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    await ask_for_call(new_citizen())
    await ask_for_call(new_citizen())
    await take(lan)
    await close_as_met(lan)
    async with product.database.transaction() as uow:
        [called] = await uow.callbacks.list_closed(10)  # the shadow is not offered beside it
        [shadow] = (
            await uow.execute(select(CallbackRequestRow.id).where(CallbackRequestRow.id != called.id))
        ).scalars()
        assert await uow.callbacks.reopen(shadow, None, called.due, clock())
        assert [each.id for each in await uow.callbacks.list_waiting(10)] == [shadow]


async def test_a_met_call_is_corrected_in_its_record(citizen: Citizen, staff: StaffDesk, product: Product) -> None:
    lan = await staff.takes_call_of(citizen)
    await close_as_met(lan, "family")
    await lan.presses(texts("record.more"))
    await lan.presses(texts("record.field_minutes"))
    await lan.presses("30 phút")
    await lan.presses(texts("record.more"))
    await lan.presses(texts("record.field_minutes"))
    await lan.says("25 phút")
    await lan.presses(texts("record.more"))
    await lan.presses(texts("buttons.more"))
    await lan.presses(texts("record.field_referral"))
    await lan.presses(texts("record.referral_police"))
    today = local_date(product.clock())
    async with product.database.reading() as uow:
        [record] = await uow.contact_records.list_between(today, today)
    assert (record.minutes, record.referral) == (25, Referral.POLICE)
