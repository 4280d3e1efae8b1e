"""A citizen and counsellors talk through the bot: told, taken once, shown to one, handed over, gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.models import OutboxRow
from domain.audit import Action
from domain.callbacks import CallbackState, Outcome, Wish
from domain.clock import local_date
from domain.contact_records import Way, Who
from domain.models import Channel
from domain.opening import SafeTime
from domain.staff import Role
from hotline.logs import configure_logs
from hotline.wiring import Product
from services import staffing
from services.callbacks import Wanted
from services.safe_times import WHOLE_DAY
from tests.citizen import Citizen, Clock, Printed, TerminalCitizen
from tests.conversations.conftest import NewCitizen
from tests.conversations.desk import (
    StaffDesk,
    ask_for_call,
    close_as_met,
    look_again,
    numbers_shown,
    only_request,
    show,
    take,
)
from texts import Texts, vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts: Texts = vietnamese()


async def audited(product: Product, request_id: int) -> list[Action]:
    async with product.database.reading() as uow:
        await uow.audit.verify()
        return [entry.action for entry in await uow.audit.list_of(request_id)]


async def test_from_the_wish_to_the_record(citizen: Citizen, staff: StaffDesk, product: Product) -> None:
    lan, hoa = await staff.joins(), await staff.joins()
    off_duty = await staff.joins(on_duty=False)
    await ask_for_call(citizen)
    for person in (lan, hoa):
        await person.hears()
        assert person.last_reply.startswith(texts("bell.opened"))
        assert "345" not in person.last_reply
    await off_duty.hears()
    assert not off_duty.last_reply.startswith(texts("bell.opened"))
    await lan.presses(texts("bell.take"))
    assert "Số: 0912 345 678" in lan.last_reply and texts("desk.if_other_wrong_number") in lan.last_reply
    assert texts("desk.opening_words") in lan.last_reply
    assert lan.last.protect
    await hoa.presses(texts("bell.take"))
    assert hoa.last_reply == texts("desk.taken")
    assert numbers_shown(hoa) == []
    await close_as_met(lan, "family")
    assert lan.last_reply == texts("outcome.closed", outcome=texts("outcome.met"))
    assert lan.last.erase_chat  # the number goes out of her chat
    request = await only_request(product)
    assert (request.state, request.outcome) == (CallbackState.CLOSED, Outcome.MET)
    today = local_date(product.clock())
    async with product.database.reading() as uow:
        [record] = await uow.contact_records.list_between(today, today)
    assert (record.way, record.who, record.outcome, record.attempts) == (Way.CALLBACK, Who.FAMILY, "met", 1)
    assert await audited(product, request.id) == [Action.TAKEN, Action.REVEALED, Action.CLOSED]


async def test_two_presses_at_once_and_one_wins(citizen: Citizen, staff: StaffDesk, product: Product) -> None:
    people = [await staff.joins() for _ in range(4)]
    await ask_for_call(citizen)
    request = await only_request(product)
    for person in people:
        await person.hears()
    await asyncio.gather(*(person._write("1") for person in people))
    for person in people:
        await person._listen()
    assert sum(len(numbers_shown(person)) for person in people) == 1
    assert sum(person.last_reply == texts("desk.taken") for person in people) == 3
    assert (await audited(product, request.id)).count(Action.TAKEN) == 1


async def test_the_number_is_shown_again_on_a_press_and_each_time_is_in_the_trail(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.takes_call_of(citizen)
    clock.forward(timedelta(hours=48))
    await product.watch.run(product.clock())
    await product.retention.run(product.clock())
    await lan.hears()
    assert lan.last_reply == texts("bell.number_gone") and lan.last.erase_chat
    async with product.database.reading() as uow:
        kept = list((await uow.execute(select(OutboxRow.identity).where(OutboxRow.identity.is_not(None)))).scalars())
    assert [each for each in kept if each.startswith("number:")] == []
    await look_again(lan)
    assert len(numbers_shown(lan)) == 2
    request = await only_request(product)
    assert (await audited(product, request.id)).count(Action.REVEALED) == 2


async def test_nobody_else_sees_the_number_even_with_the_button(
    citizen: Citizen, staff: StaffDesk, product: Product
) -> None:
    lan, hoa = await staff.joins(), await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
    await lan.says("/viec")
    await hoa.says("/ca")
    request = await only_request(product)
    await show(product, hoa, f"sr:{request.id}", f"so:{request.id}:met", f"sx:{request.id}:risk")
    for typed in ("1", "2", "3"):
        await hoa.says(typed)
        assert hoa.last_reply == texts("desk.not_yours")
    assert numbers_shown(hoa) == []


async def test_a_risk_is_noted_for_whoever_calls_next_and_a_request_is_released_and_handed_over(
    citizen: Citizen, staff: StaffDesk, product: Product
) -> None:
    lan, hoa = await staff.joins(), await staff.joins()
    await hoa.says("/ten Hoa ca sáng")
    await ask_for_call(citizen)
    await take(lan)
    await lan.presses(texts("desk.more"))
    await lan.presses(texts("desk.do_risk"))
    await lan.says("chồng hay đánh, chỉ gọi khi chồng đi làm")
    await lan.presses(texts("desk.show_again"))
    assert "chồng hay đánh" in lan.last_reply
    await lan.presses(texts("desk.more"))
    await lan.presses(texts("desk.do_release"))
    assert lan.last.erase_chat
    await take(hoa)
    assert "chồng hay đánh" in hoa.last_reply
    await hoa.presses(texts("desk.more"))
    await hoa.presses(texts("desk.do_hand"))
    assert len(hoa.choices) == 1
    await hoa.presses_choice(hoa.choices[0])
    await lan.hears()
    assert lan.last_reply == texts("desk.received")
    await look_again(lan)
    assert "Số: 0912" in lan.last_reply
    request = await only_request(product)
    seen = await audited(product, request.id)
    assert [seen.count(each) for each in (Action.RISK_NOTED, Action.RELEASED, Action.HANDED_OVER)] == [1, 1, 1]


async def test_a_shift_is_handed_over_with_everything_in_it(
    new_citizen: NewCitizen, staff: StaffDesk, product: Product
) -> None:
    lan, hoa = await staff.joins(), await staff.joins()
    for number in ("0912 345 678", "0987 654 321"):
        await ask_for_call(new_citizen(), number)
        await take(lan)
    await lan.says("/bangiao")
    await lan.presses_choice(lan.choices[0])
    assert lan.last_reply == texts("desk.shift_handed", count=2) and lan.last.erase_chat
    await hoa.says("/viec")
    assert len(hoa.choices) == 2
    await lan.says("/hangcho")
    assert texts("desk.queue_empty") == lan.last_reply


async def test_a_request_that_is_withdrawn_takes_its_number_out_of_the_counsellors_chat(
    citizen: Citizen, staff: StaffDesk, product: Product
) -> None:
    lan = await staff.takes_call_of(citizen)
    await citizen.says("/xoadulieu")
    await lan.hears()
    assert lan.last_reply == texts("bell.erased") and lan.last.erase_chat
    await lan.says("/viec")
    assert lan.last_reply == texts("desk.nothing_mine")


async def test_a_counsellor_and_a_citizen_write_to_each_other_and_neither_sees_the_others_account(
    citizen: Citizen, staff: StaffDesk, product: Product
) -> None:
    lan = await staff.joins()
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.presses(texts("callback.here"))
    await take(lan)
    assert texts("desk.write_here") in lan.last_reply
    await lan.presses(texts("desk.write"))
    await lan.says("Chào anh/chị, tôi nghe đây")
    assert lan.last_reply == texts("desk.line_sent")
    await citizen._fetch()
    assert citizen.last_reply == texts("callback.line", line="Chào anh/chị, tôi nghe đây")
    await citizen.presses(texts("callback.reply"))
    await citizen.says("con tôi bỏ nhà đi")
    await lan.hears()
    assert lan.last_reply.startswith(texts("bell.line_written"))
    assert "bỏ nhà" not in lan.last_reply  # a notice may stand on a locked screen
    await lan.says("/viec")
    await lan.presses(texts("desk.show_here", place=1))
    assert texts("desk.line_citizen", line="con tôi bỏ nhà đi") in lan.last_reply
    await close_as_met(lan, "family")
    assert lan.last_reply == texts("outcome.closed_here", outcome=texts("outcome.met"))  # there was no number


async def test_the_scope_of_communes_holds(citizen: Citizen, staff: StaffDesk, product: Product) -> None:
    here, there = await staff.joins(Role.COUNSELLOR, "Tân Bình"), await staff.joins(Role.COUNSELLOR, "Mỹ Tho")
    await ask_for_call(citizen)
    request = await only_request(product)
    async with product.database.transaction() as uow:
        await uow.callbacks.set_commune(request.id, "Tân Bình")
    await there.hears()  # of the request, before it named a commune
    await there.says("/hangcho")
    assert there.last_reply == texts("desk.queue_empty")
    await show(product, there, f"st:{request.id}")
    await there.says("1")
    assert there.last_reply == texts("staff.not_allowed")
    await take(here)
    assert "Số: 0912" in here.last_reply


async def test_what_others_asked_for_the_same_number_binds_the_call_as_well(
    new_citizen: NewCitizen, staff: StaffDesk, product: Product
) -> None:
    lan, wife, husband = await staff.joins(), new_citizen(), new_citizen()
    await ask_for_call(wife, if_other="callback.if_hotline")
    await ask_for_call(husband, if_other="callback.if_nothing")
    await husband.presses(texts("callback.do_note"))
    await husband.says("gọi lúc vợ đi chợ")
    await husband.says("/tracuu")
    await husband.presses(texts("callback.do_time"))
    await husband.says("8h tối mai")
    await take(lan)
    [shown] = numbers_shown(lan)
    assert texts("desk.if_other_nothing") in shown.text and texts("desk.if_other_hotline") not in shown.text
    assert texts("desk.also_note", note="gọi lúc vợ đi chợ") in shown.text
    assert "20:00 đến 21:00 ngày 01/12" in shown.text
    assert "gọi lúc vợ đi chợ" not in "".join(reply.text for reply in wife.replies)


async def test_before_the_safe_time_the_counsellor_is_told_not_to_call(
    citizen: Citizen, staff: StaffDesk, clock: Clock
) -> None:
    lan = await staff.joins()
    await ask_for_call(citizen, if_other="callback.if_nothing", time="Tối")
    await take(lan)
    assert texts("desk.not_yet", window="18:00 đến 21:00") in lan.last_reply
    clock.to_hour(18)
    await look_again(lan)
    assert texts("desk.safe_time", window="bây giờ, đến 21:00") in lan.last_reply


async def test_who_is_not_on_duty_takes_nothing(citizen: Citizen, staff: StaffDesk) -> None:
    lan = await staff.joins(on_duty=False)
    await ask_for_call(citizen)
    await take(lan)
    assert lan.last_reply == texts("staff.not_on_duty")


async def test_a_queue_that_has_become_shorter_is_shown_from_its_beginning(staff: StaffDesk, product: Product) -> None:
    lan, now = await staff.joins(), product.clock()
    safe = SafeTime(local_date(now), WHOLE_DAY)
    due = product.callbacks.hours.next_window(safe, now)
    assert due is not None
    wanted = Wanted(Wish.HERE, safe, due, "v1", now)
    async with product.database.transaction() as uow:
        people = [uow.contacts.known_as(Channel.WEB, f"{number}") for number in range(6)]
        opened = [(await product.callbacks.open_request(uow, each, wanted, now))[1] for each in people]
    await lan.says("/hangcho")
    assert len(lan.choices) == 5
    async with product.database.transaction() as uow:
        for request in opened[:3]:
            await product.callbacks.cancel(uow, request, now)
    await lan.presses(texts("buttons.more"))
    assert lan.last_reply.startswith(texts("desk.queue", count=3))
    assert len(lan.choices) == 3


async def test_a_stolen_database_and_the_log_of_a_day_at_the_desk_show_no_number_code_name_or_note(
    citizen: Citizen,
    product: Product,
    printed: Printed,
    stolen: Callable[[], bytes],
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs("debug", json_lines=True)
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.COUNSELLOR, (), product.clock())
    lan = TerminalCitizen(product, printed=printed, name="lan-cua-duong-day")
    await lan.says(code, "/ten Quỳnh Dao Vinh", "/ca")
    await lan.presses(texts("desk.begin"))
    await ask_for_call(citizen)
    await take(lan)
    await lan.presses(texts("desk.more"))
    await lan.presses(texts("desk.do_risk"))
    await lan.says("chồng giữ dao trong nhà")
    taken = stolen()
    await look_again(lan)
    await close_as_met(lan)
    out, err = capfd.readouterr()
    planted = [code, code[3:], "0912345678", "+84912345678", "0912 345 678", "Quỳnh Dao", "chồng giữ dao", lan.name]
    for place in (taken, stolen(), out.encode(), err.encode()):
        assert [word for word in planted if word.encode() in place] == []
    request = await only_request(product)
    async with product.database.reading() as uow:
        entries = await uow.audit.list_of(request.id)
    assert {entry.details for entry in entries} <= {"", "phone", "met"}  # words of the program
