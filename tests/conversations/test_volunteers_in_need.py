"""Help at once, days away, a lost phone: what goes wrong in a volunteer's life, and who is told of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.follow_ups import FollowUpState
from domain.rhythm import Rhythm
from domain.staff import Role
from hotline.wiring import Product
from services.morning import moment_of
from tests.citizen import Citizen, Clock
from tests.conversations.conftest import NewCitizen
from tests.conversations.crew import COMMUNE, Crew, texts, window

pytestmark = pytest.mark.parametrize("new_citizen", ["telegram", "zalo"], indirect=True)


async def test_help_is_called_at_any_hour_and_whoever_answers_is_named(
    crew: Crew, clock: Clock, citizen: Citizen, product: Product
) -> None:
    code, number = await crew.volunteer("TNV-77")
    await crew.client("SC-200", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    officer, far = await crew.officer(COMMUNE), await crew.officer("Phường Hà Đông")
    lan, off_duty = await crew.staff(Role.COUNSELLOR), await crew.staff(Role.COUNSELLOR)
    await lan.says("/ca")
    await lan.presses(texts("desk.begin"))
    clock.to_hour(23)
    heard = [len(each.replies) for each in (far, off_duty)]
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.support"))
    assert citizen.last.urgent
    assert "115" in citizen.last_reply
    assert texts("support.sent", count=2) in citizen.last_reply
    for helper in (officer, lan):
        await helper.hears()
        assert helper.last.urgent
        assert "TNV-77 cần hỗ trợ ngay: mã SC-200" in helper.last_reply
    for other, before in zip((far, off_duty), heard, strict=True):
        await other.hears()
        assert len(other.replies) == before
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.support"))
    assert citizen.last_reply.startswith("Đã báo lúc 23:0")
    await lan.presses(texts("support.take"))
    assert lan.last_reply == texts("support.taken", who="TNV-77")
    await citizen.hears()
    assert "đã nhận, sẽ liên hệ" in citizen.last_reply
    await officer.presses(texts("support.take"))
    assert "đã nhận lúc 23:0" in officer.last_reply


async def test_a_call_for_help_that_nobody_answers_reaches_everybody_once(
    crew: Crew, clock: Clock, citizen: Citizen, product: Product
) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-201", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await crew.officer(COMMUNE)
    far = await crew.officer("Phường Hà Đông")
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.support"))
    assert await product.support_watch.run(clock()) == []
    clock.forward(timedelta(minutes=11))
    assert len(await product.support_watch.run(clock())) == 2
    assert await product.support_watch.run(clock()) == []
    await far.hears()
    assert far.last_reply.startswith("Chưa ai nhận:")


async def test_without_anybody_to_tell_the_volunteer_is_told_whom_to_call(crew: Crew, citizen: Citizen) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-202", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.support"))
    assert texts("support.sent_nobody") in citizen.last_reply
    assert texts("support.danger") in citizen.last_reply


async def test_while_away_the_deputy_is_reminded_and_writes_down(
    crew: Crew, clock: Clock, new_citizen: NewCitizen, product: Product
) -> None:
    lan, minh, officer = new_citizen(), new_citizen(), await crew.officer(COMMUNE)
    (lan_code, lan_number), (minh_code, minh_number) = await crew.volunteer("TNV-L"), await crew.volunteer("TNV-M")
    client = await crew.client("SC-210", lan_number, window(crew.today, 8))
    await crew.joins(lan, lan_code)
    await crew.joins(minh, minh_code)
    await lan.says("/vangmat")
    await lan.says("ngày mai đi khám")
    assert lan.last_reply == texts("volunteer.absence_wrong")
    await lan.says("/vangmat", "3/12 - 6/12")
    assert "vắng từ 3/12 đến 6/12" in lan.last_reply
    await lan.presses("TNV-M")
    await minh.hears()
    assert "TNV-L nhờ anh/chị làm thay từ 3/12 đến 6/12: 1 người" in minh.last_reply
    await minh.presses(texts("volunteer.deputy_yes"))
    await lan.hears()
    assert "TNV-M đã nhận làm thay" in lan.last_reply
    await officer.hears()
    assert "TNV-L báo vắng mặt từ 3/12 đến 6/12. TNV-M làm thay." in officer.last_reply
    clock.to_hour(8)
    heard = len(lan.replies)
    assert len(await crew.morning()) == 1
    await minh.hears()
    assert "SC-210" in minh.last_reply
    assert texts("digest.stands_in") in minh.last_reply
    await minh.presses(texts("volunteer.visited"))
    assert (await crew.follow_ups(client))[0].state is FollowUpState.DONE
    await lan.hears()
    assert len(lan.replies) == heard
    async with product.database.reading() as uow:
        [record] = await uow.contact_records.list_of_client(client.id, 5)
    assert record.volunteer == minh_number, "it counts for whoever did it"
    clock.forward(timedelta(days=4))
    await minh.says("/phutrach")
    assert "SC-210" not in minh.last_reply


async def test_back_earlier_and_a_deputy_who_declines(crew: Crew, clock: Clock, new_citizen: NewCitizen) -> None:
    lan, minh = new_citizen(), new_citizen()
    (lan_code, number), (minh_code, _) = await crew.volunteer("TNV-X"), await crew.volunteer("TNV-Y")
    await crew.client("SC-211", number, window(crew.today, 8))
    await crew.joins(lan, lan_code)
    await crew.joins(minh, minh_code)
    await lan.says("/vangmat")
    await lan.presses(texts("volunteer.away_days", count=3))
    await lan.presses("TNV-Y")
    await minh.hears()
    await minh.presses(texts("volunteer.deputy_no"))
    await lan.hears()
    assert "TNV-Y không nhận làm thay được" in lan.last_reply
    clock.to_hour(8)
    assert await crew.morning() == []
    await lan.says("/vangmat")
    assert "Chưa có người làm thay" in lan.last_reply
    await lan.presses(texts("volunteer.away_back"))
    assert len(await crew.morning()) == 1


async def test_a_lost_phone_is_a_stranger_at_once_and_the_new_one_has_everything(
    crew: Crew, new_citizen: NewCitizen, product: Product
) -> None:
    old, new, officer = new_citizen(), new_citizen(), await crew.officer(COMMUNE)
    code, number = await crew.volunteer("TNV-30")
    client = await crew.client("SC-220", number, window(crew.today, 8), window(crew.today, 8, number=2))
    await crew.joins(old, code)
    await old.says("/phutrach")
    await old.presses("SC-220")
    await old.presses(texts("volunteer.phoned"))
    await officer.says("/nhom")
    assert "TNV-30: đang làm, phụ trách 1 người" in officer.last_reply
    await officer.presses("TNV-30")
    await officer.presses(texts("volunteer.team_lost"))
    await officer.presses(texts("volunteer.team_lost_sure"))
    invitation = next(word for word in officer.last_reply.split() if word.startswith("MOI-"))
    await old.says("/homnay")
    assert "SC-220" not in old.last_reply
    await new.says(invitation)
    await new.presses(texts("volunteer.accept_duty"))
    await new.says("/homnay")
    assert "SC-220" in new.last_reply
    await new.says("/lienhe")
    assert "1 lần liên hệ có kết quả (0 lần gặp, 1 lần gọi)" in new.last_reply
    async with product.database.reading() as uow:
        assert (await uow.clients.get(client.id)).volunteer == number


async def test_an_officer_leads_the_own_commune_only(crew: Crew, citizen: Citizen) -> None:
    _, number = await crew.volunteer("TNV-40")
    await crew.client("SC-230", number, window(crew.today, 8))
    far, near = await crew.officer("Phường Hà Đông"), await crew.officer(COMMUNE)
    await far.says("/nhom")
    assert "TNV-40" not in far.last_reply
    await near.says("/nhom")
    assert "TNV-40: chưa vào bot" in near.last_reply
    await near.presses("TNV-40")
    await near.presses(texts("volunteer.team_invite"))
    invitation = next(word for word in near.last_reply.split() if word.startswith("MOI-"))
    await citizen.says(invitation)
    assert texts("volunteer.duty") in citizen.last_reply
    await near.says("/nhom")
    assert texts("volunteer.team_not_confident") in near.last_reply


async def test_whoever_is_found_gone_is_told_to_the_officer(crew: Crew, citizen: Citizen, clock: Clock) -> None:
    code, number = await crew.volunteer("TNV-41")
    await crew.client("SC-240", number, window(crew.today, 8))
    officer = await crew.officer(COMMUNE)
    await crew.joins(citizen, code)
    clock.to_hour(9)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.visited"))
    await citizen.presses(texts("volunteer.condition_left"))
    assert texts("volunteer.advice_left") in citizen.last_reply
    await officer.hears()
    assert "SC-240, Phường Ba Đình: TNV-41 ghi đã rời địa bàn ngày 3/12" in officer.last_reply


async def test_used_again_is_met_with_advice_and_the_button_for_help(crew: Crew, citizen: Citizen) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-250", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.phoned"))
    await citizen.presses(texts("volunteer.condition_used_again"))
    await citizen.presses(texts("volunteer.skip"))
    assert texts("volunteer.advice_used_again") in citizen.last_reply
    assert texts("volunteer.support") in citizen.choices[0].label


async def test_whoever_has_waited_in_vain_is_heard_again(
    crew: Crew, clock: Clock, citizen: Citizen, product: Product
) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-240", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    officer = await crew.officer(COMMUNE)
    for _ in range(2):
        await citizen.says("/homnay")
        await citizen.presses(texts("volunteer.support"))
        assert texts("support.sent", count=1) in citizen.last_reply
        clock.forward(timedelta(minutes=11))
        await product.support_watch.run(clock())
        clock.forward(timedelta(hours=2))
    await officer.hears()
    assert sum("cần hỗ trợ ngay" in letter.text for letter in officer.replies) >= 2


async def test_a_new_phone_makes_the_old_one_a_stranger(crew: Crew, new_citizen: NewCitizen) -> None:
    old, new, officer = new_citizen(), new_citizen(), await crew.officer(COMMUNE)
    code, number = await crew.volunteer("TNV-31")
    await crew.client("SC-221", number, window(crew.today, 8))
    await crew.joins(old, code)
    await officer.says("/moitnv TNV-31")
    await new.says(next(word for word in officer.last_reply.split() if word.startswith("MOI-")).strip("."))
    await old.says("/homnay")
    assert "SC-221" not in old.last_reply
    await new.presses(texts("volunteer.accept_duty"))
    await new.says("/homnay")
    assert "SC-221" in new.last_reply


async def test_a_volunteer_of_another_commune_is_not_invited_by_code_nor_given_a_client(
    crew: Crew, new_citizen: NewCitizen
) -> None:
    """Whoever used that invitation would read the clients of the other commune."""
    lan, officer = new_citizen(), await crew.officer("Phường Hà Đông")
    code, number = await crew.volunteer("TNV-32")
    await crew.client("SC-222", number, window(crew.today, 8))
    await crew.client("SC-223", None, window(crew.today, 8), commune="Phường Hà Đông")
    await crew.joins(lan, code)
    await officer.says("/moitnv TNV-32")
    assert officer.last_reply == texts("staff.not_allowed")
    await officer.says("/the SC-223")
    await officer.presses(texts("clients.reassign"))
    await officer.says("TNV-32")
    assert officer.last_reply == texts("clients.volunteer_unknown")


async def test_a_leaver_s_unsent_letter_is_said_to_the_next_account(
    crew: Crew, citizen: Citizen, product: Product, clock: Clock
) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-224", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    clock.to_hour(9)
    async with product.database.transaction() as uow:
        [account] = await uow.volunteers.accounts(number)
    assert len(await product.mornings.run(clock())) == 1
    async with product.database.transaction() as uow:
        await product.office.duty.shut_out(uow, account, clock())
        assert await uow.mornings.volunteers_to_remind(moment_of(Rhythm(), clock()), 0, 5) == []
        follow_ups = await uow.follow_ups.list_open(crew.today, crew.today, volunteers=[number])
        assert await uow.reminders.list_of([each.id for each in follow_ups]) == []
