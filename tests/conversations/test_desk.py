"""A citizen and counsellors talk through the bot: told, taken once, shown to one, closed in two presses, gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from db.callback_rows import CallbackRequestRow
from db.models import OutboxRow
from domain.audit import Action
from domain.callbacks import CallbackRequest, CallbackState, Outcome, Wish
from domain.clock import local_date, utc_now
from domain.contact_records import Referral, Way, Who
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
from tests.conversations.desk import MONDAY_NINE, PHONE, StaffDesk, ask_for_call, numbers_shown
from texts import Texts, vietnamese

texts: Texts = vietnamese()


@pytest.fixture(autouse=True)
def _monday_morning(clock: Clock) -> None:
    clock.ahead = MONDAY_NINE - utc_now()


@pytest.fixture
def staff(product: Product, printed: Printed) -> StaffDesk:
    return StaffDesk(product, printed)


async def only_request(product: Product) -> CallbackRequest:
    async with product.database.reading() as uow:
        found = [*await uow.callbacks.list_waiting(10), *await uow.callbacks.list_closed(10)]
        for each in await uow.staff.list_working():
            found += await uow.callbacks.list_claimed_by(each.number)
    [request] = {request.id: request for request in found}.values()
    return request


async def audited(product: Product, request_id: int) -> list[Action]:
    async with product.database.reading() as uow:
        await uow.audit.verify()
        return [entry.action for entry in await uow.audit.list_of(request_id)]


async def take(counsellor: TerminalCitizen) -> None:
    await counsellor.says("/hangcho")
    await counsellor.presses(texts("desk.take", place=1))


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
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_family"))
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
    lan = await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
    clock.forward(timedelta(hours=48))
    await product.watch.run(product.clock())
    await product.retention.run(product.clock())
    await lan.hears()
    assert lan.last_reply == texts("bell.number_gone") and lan.last.erase_chat
    async with product.database.reading() as uow:
        kept = list((await uow.execute(select(OutboxRow.identity).where(OutboxRow.identity.is_not(None)))).scalars())
    assert [each for each in kept if each.startswith("number:")] == []
    await lan.says("/viec")
    await lan.presses(texts("desk.show", place=1))
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
    async with product.database.transaction() as uow:  # her list, as if she had been shown the other's buttons
        contact = uow.contacts.known_as(hoa_channel(product), hoa.name)
        talk = await uow.conversations.get(contact.id)
        request = await only_request(product)
        talk.shown, talk.shown_at = (
            (f"sr:{request.id}", f"so:{request.id}:met", f"sx:{request.id}:risk"),
            product.clock(),
        )
        uow.conversations.changed(contact.id, product.clock())
    for typed in ("1", "2", "3"):
        await hoa.says(typed)
        assert hoa.last_reply == texts("desk.not_yours")
    assert numbers_shown(hoa) == []


def hoa_channel(product: Product):
    return next(iter(product.senders))


async def test_three_tries_inside_the_safe_window_and_then_it_is_closed(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
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
        await lan.says("/viec")
        await lan.presses(texts("desk.show", place=1))
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
    lan = await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
    await lan.presses(texts("outcome.not"))
    await lan.presses(texts(f"outcome.{outcome}"))
    assert (await only_request(product)).outcome is outcome


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
    await lan.says("/viec")
    await lan.presses(texts("desk.show", place=1))
    assert "Số: 0912" in lan.last_reply
    request = await only_request(product)
    seen = await audited(product, request.id)
    assert [seen.count(each) for each in (Action.RISK_NOTED, Action.RELEASED, Action.HANDED_OVER)] == [1, 1, 1]


async def test_what_was_closed_by_mistake_is_opened_again_and_its_record_is_taken_back(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_person"))
    await lan.presses(texts("desk.reopen"))
    await lan.presses(texts("desk.reason_mistake"))
    assert len(numbers_shown(lan)) == 2
    today = local_date(clock())
    async with product.database.reading() as uow:
        assert await uow.contact_records.list_between(today, today) == []
        counted = await uow.counters.list_between(today, today)
    assert sum(value for key, value in counted.items() if key[2] == "callback.met") == 0
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_person"))
    await lan.says("/molai")
    await lan.presses(texts("desk.reopen_one", place=1))
    await lan.presses(texts("desk.reason_call_again"))
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_family"))
    async with product.database.reading() as uow:
        assert len(await uow.contact_records.list_between(today, today)) == 2  # both calls happened


async def test_a_refusal_pressed_by_mistake_does_not_keep_the_number_from_being_called(
    new_citizen: NewCitizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan, citizen = await staff.joins(), new_citizen()
    await ask_for_call(citizen)
    await take(lan)
    await lan.presses(texts("outcome.not"))
    await lan.presses(texts("outcome.refused"))
    await lan.presses(texts("desk.reopen"))
    await lan.presses(texts("desk.reason_mistake"))
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_person"))
    async with product.database.reading() as uow:
        assert await uow.restraints.count("blocked_number", "+84912345678", clock()) == 0


async def test_a_request_that_was_taken_and_forgotten_is_said_again_once_in_each_window(
    citizen: Citizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
    assert await product.watch.run(clock()) == []
    clock.forward(timedelta(minutes=31))
    assert len(await product.watch.run(clock())) == 1
    await lan.hears()
    assert lan.last_reply.startswith(texts("bell.call_now"))
    heard = len(lan.replies)
    await product.watch.run(clock())
    await lan.hears()
    assert len(lan.replies) == heard


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


async def test_what_stood_in_the_shadow_of_a_closed_request_is_called_when_it_is_opened_again(
    new_citizen: NewCitizen, staff: StaffDesk, product: Product, clock: Clock
) -> None:
    lan = await staff.joins()
    await ask_for_call(new_citizen())
    await ask_for_call(new_citizen())
    await take(lan)
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_person"))
    async with product.database.transaction() as uow:
        [called] = await uow.callbacks.list_closed(10)  # the shadow is not offered beside it
        [shadow] = (
            await uow.execute(select(CallbackRequestRow.id).where(CallbackRequestRow.id != called.id))
        ).scalars()
        assert await uow.callbacks.reopen(shadow, None, called.due, clock())
        assert [each.id for each in await uow.callbacks.list_waiting(10)] == [shadow]


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


async def test_a_request_that_is_withdrawn_takes_its_number_out_of_the_counsellors_chat(
    citizen: Citizen, staff: StaffDesk, product: Product
) -> None:
    lan = await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
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
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_family"))
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
    async with product.database.transaction() as uow:
        contact = uow.contacts.known_as(hoa_channel(product), there.name)
        talk = await uow.conversations.get(contact.id)
        talk.shown, talk.shown_at = (f"st:{request.id}",), product.clock()
        uow.conversations.changed(contact.id, product.clock())
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


async def test_before_the_safe_time_the_counsellor_is_told_not_to_call(
    citizen: Citizen, staff: StaffDesk, clock: Clock
) -> None:
    lan = await staff.joins()
    await citizen.says("/goilai")
    await citizen.presses(texts("callback.agree"))
    await citizen.says("0912 345 678")
    await citizen.presses("Tối")
    await citizen.presses(texts("callback.if_nothing"))
    await take(lan)
    assert texts("desk.not_yet", window="18:00 đến 21:00") in lan.last_reply
    clock.to_hour(18)
    await lan.says("/viec")
    await lan.presses(texts("desk.show", place=1))
    assert texts("desk.safe_time", window="bây giờ, đến 21:00") in lan.last_reply


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


async def test_a_met_call_is_corrected_in_its_record(citizen: Citizen, staff: StaffDesk, product: Product) -> None:
    lan = await staff.joins()
    await ask_for_call(citizen)
    await take(lan)
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_family"))
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
    await lan.says("/viec")
    await lan.presses(texts("desk.show", place=1))
    await lan.presses(texts("outcome.met"))
    await lan.presses(texts("record.who_person"))
    out, err = capfd.readouterr()
    planted = [code, code[3:], "0912345678", "+84912345678", "0912 345 678", "Quỳnh Dao", "chồng giữ dao", lan.name]
    for place in (taken, stolen(), out.encode(), err.encode()):
        assert [word for word in planted if word.encode() in place] == []
    request = await only_request(product)
    async with product.database.reading() as uow:
        entries = await uow.audit.list_of(request.id)
    assert {entry.details for entry in entries} <= {"", "phone", "met"}  # words of the program
