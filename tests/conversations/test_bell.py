"""Who is told of a request, of danger and of what nobody takes, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.clock import utc_now
from domain.staff import Role
from hotline.wiring import Product
from tests.citizen import Citizen, Clock
from tests.conversations.conftest import NewCitizen
from tests.conversations.desk import MONDAY_NINE, PHONE, StaffDesk, ask_for_call, only_request, take
from texts import Texts, vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts: Texts = vietnamese()


async def test_a_request_that_was_taken_and_forgotten_is_said_again_once_in_each_window(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.takes_call_of(citizen)
    assert await product.watch.run(clock()) == []
    clock.forward(timedelta(minutes=31))
    assert len(await product.watch.run(clock())) == 1
    await lan.hears()
    assert lan.last_reply.startswith(texts("bell.call_now"))
    heard = len(lan.replies)
    await product.watch.run(clock())
    await lan.hears()
    assert len(lan.replies) == heard


async def test_what_nobody_takes_is_told_to_all_counsellors_and_then_to_the_officer(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    off_duty = await staff.joins(on_duty=False)
    officer = await staff.joins(Role.OFFICER)
    await ask_for_call(citizen)

    async def told_after(minutes: int) -> tuple[int, int]:
        clock.ahead = MONDAY_NINE + timedelta(minutes=minutes) - utc_now()
        await product.watch.run(clock())
        for person in (off_duty, officer):
            await person.hears()
        late = [sum("chưa ai nhận" in letter.text for letter in person.replies) for person in (off_duty, officer)]
        return late[0], late[1]

    assert await told_after(29) == (0, 0)
    assert await told_after(32) == (1, 0)
    assert await told_after(40) == (1, 0)
    assert await told_after(62) == (1, 1)
    assert await told_after(90) == (1, 1)


async def test_whoever_writes_of_danger_is_told_to_all_at_once_when_nobody_is_on_duty(
    citizen: Citizen, staff: StaffDesk, product: Product
) -> None:
    off_duty = await staff.joins(on_duty=False)
    await ask_for_call(citizen)
    await off_duty.hears()
    assert len(off_duty.replies) == 1
    await citizen.says("con em nằm im re, môi tím ngắt, gọi không dậy")
    await off_duty.hears()
    assert off_duty.last.urgent and off_duty.last_reply.startswith(texts("bell.urgent"))


async def test_a_typed_number_answers_the_notice_of_danger_that_stands_last(
    citizen: Citizen, staff: StaffDesk, product: Product
) -> None:
    lan = await staff.joins()
    await ask_for_call(citizen)
    await lan.hears()
    await lan.says("/menu")  # another list stands between the first notice and the urgent one
    await citizen.says("con em nằm im re, môi tím ngắt, gọi không dậy")
    await lan.hears()
    assert lan.last.urgent and lan.choices[0].label == f"1. {texts('bell.take')}"
    await lan.says("1")
    request = await only_request(product)
    assert request.claimed_by is not None
    assert texts("desk.not_yours") not in lan.last_reply


async def test_a_commune_is_sent_to_those_who_cover_it_and_one_of_nobody_to_everybody(
    new_citizen: NewCitizen, staff: StaffDesk, product: Product
) -> None:
    here, there = await staff.joins(Role.COUNSELLOR, "Tân Bình"), await staff.joins(Role.COUNSELLOR, "Mỹ Tho")
    near, far = new_citizen(), new_citizen()
    for citizen, number, commune, said in (
        (near, "0912 345 678", "xa tan binh", texts("callback.commune_noted", commune="Tân Bình")),
        (far, "0987 654 321", "Cao Lãnh", texts("callback.commune_of_nobody")),
    ):
        await ask_for_call(citizen, number)
        await citizen.presses(texts("callback.do_commune"))
        await citizen.says(commune)
        assert citizen.last_reply == said
    for counsellor, waiting in ((here, 2), (there, 1)):
        await counsellor.hears()
        await counsellor.says("/hangcho")
        assert counsellor.last_reply.startswith(texts("desk.queue", count=waiting))


async def test_who_cannot_be_reached_is_told_to_staff_with_the_reason(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan, hoa = await staff.joins(), await staff.joins()
    await hoa.says("/ten Hoa ca sáng")
    await lan.says("/khonglienlac")
    assert lan.last_reply == texts("desk.all_in_reach")
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.presses(texts("callback.here"))
    request = await only_request(product)
    async with product.database.transaction() as uow:
        working = await uow.staff.list_working()
        for contact_id in (request.contact_id, next(each.contact.id for each in working if each.name)):
            await uow.unreachable.set_reason(contact_id or 0, "stopped", clock())
    clock.forward(timedelta(hours=3))
    await lan.says("/khonglienlac")
    assert lan.last_reply.count(texts("zalo.reasons.stopped")) == 2
    assert "Hoa ca sáng" in lan.last_reply and texts("desk.wish_here") in lan.last_reply
    await take(lan)
    assert texts("desk.cannot_be_written", why=texts("zalo.reasons.stopped")) in lan.last_reply


async def test_what_somebody_took_and_let_lie_is_told_to_the_officer_of_the_place_once(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    officer, elsewhere = await staff.joins(Role.OFFICER, "Tân Bình"), await staff.joins(Role.OFFICER, "Mỹ Tho")
    await ask_for_call(citizen)
    await citizen.says("/tracuu")
    await citizen.presses(texts("callback.do_commune"))
    await citizen.says("Tân Bình")
    await take(lan)
    taken = clock.ahead

    async def told_after(minutes: int) -> list[int]:
        clock.ahead = taken + timedelta(minutes=minutes)
        await product.watch.run(clock())
        for person in (officer, elsewhere):
            await person.hears()
        return [sum("đã có người nhận" in letter.text for letter in person.replies) for person in (officer, elsewhere)]

    assert await told_after(58) == [0, 0]
    assert await told_after(62) == [1, 0]
    assert "số 1 đang giữ" in officer.last_reply and not any(digits in officer.last_reply for digits in ("0912", "345"))
    assert await told_after(120) == [1, 0]


async def test_who_waits_for_the_hour_that_was_chosen_has_forgotten_nothing(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan, officer = await staff.joins(), await staff.joins(Role.OFFICER)
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says(PHONE, "18h")
    await citizen.presses(texts("callback.if_nothing"))
    await take(lan)

    async def told_at(hour: int, minute: int) -> int:
        clock.ahead = MONDAY_NINE.replace(hour=hour, minute=minute) - utc_now()
        await product.watch.run(clock())
        await officer.hears()
        return sum("đã có người nhận" in letter.text for letter in officer.replies)

    assert await told_at(17, 59) == 0
    assert await told_at(18, 32) == 1


async def test_who_answers_in_the_chat_has_not_let_the_request_lie(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan, officer = await staff.joins(), await staff.joins(Role.OFFICER)
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.presses(texts("callback.here"))
    await take(lan)
    await lan.presses(texts("desk.write"))
    await lan.says("Chào anh chị, tôi nghe đây.")
    heard = len(lan.replies), len(officer.replies)
    clock.forward(timedelta(hours=3))
    await product.watch.run(clock())
    await lan.hears()
    await officer.hears()
    assert (len(lan.replies), len(officer.replies)) == heard
