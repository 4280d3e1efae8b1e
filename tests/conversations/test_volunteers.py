"""A volunteer's day, on the messengers that volunteers have: invitation, morning, two presses, corrections."""

from __future__ import annotations

from datetime import timedelta

import pytest

from domain.contact_records import Condition, Way, Work
from domain.follow_ups import FollowUpState, Method
from hotline.wiring import Product
from tests.citizen import Citizen, Clock, TelegramCitizen
from tests.conversations.conftest import NewCitizen
from tests.conversations.crew import Crew, texts, window

pytestmark = pytest.mark.parametrize("new_citizen", ["telegram", "zalo"], indirect=True)


async def test_from_the_invitation_to_the_first_record(
    crew: Crew, clock: Clock, citizen: Citizen, product: Product
) -> None:
    code, number = await crew.volunteer("TNV-01")
    client = await crew.client("SC-014", number, window(crew.today, 8, method=Method.VISIT))
    await citizen.says(await crew.invitation(code))
    assert texts("volunteer.duty") in citizen.last_reply
    await citizen.says("/homnay")
    assert citizen.last_reply == texts("volunteer.duty"), "nothing about anybody before the duty is accepted"
    assert await crew.morning() == []
    await citizen.presses(texts("volunteer.accept_duty"))
    await practise(citizen)
    clock.to_hour(8)
    assert len(await crew.morning()) == 1
    await citizen.hears()
    assert "SC-014: từ 3/12 đến 10/12, nên đến gặp" in citizen.last_reply
    assert [label.split(". ")[1] for label in labels(citizen)] == [
        texts(f"volunteer.{each}") for each in ("visited", "phoned", "not_met", "tomorrow", "support")
    ]
    await citizen.presses(texts("volunteer.visited"))
    assert texts("volunteer.recorded_closes") in citizen.last_reply
    await citizen.presses(texts("volunteer.condition_steady"))
    await citizen.presses(texts("volunteer.work_seeks"))
    assert citizen.last_reply == "Đã xong. SC-014, Đã gặp, 3/12 (ổn, đang tìm việc)"
    [follow_up] = await crew.follow_ups(client)
    assert (follow_up.state, follow_up.done_on) == (FollowUpState.DONE, crew.today)
    async with product.database.reading() as uow:
        [record] = await uow.contact_records.list_of_client(client.id, 5)
    assert (record.way, record.condition, record.work) == (Way.VISIT, Condition.STEADY, Work.SEEKS)
    assert record.volunteer == number
    assert record.commune in client.commune
    assert await crew.morning() == []


async def practise(citizen: Citizen) -> None:
    await citizen.presses(texts("volunteer.try_it"))
    await citizen.presses(texts("volunteer.phoned"))
    assert texts("volunteer.practice_meaning_phoned") in citizen.last_reply
    await citizen.presses(texts("volunteer.visited"))
    await citizen.presses(texts("volunteer.condition_worried"))
    assert citizen.last_reply == texts("volunteer.practice_done")


def labels(citizen: Citizen) -> list[str]:
    return [choice.label for choice in citizen.choices]


async def test_the_practice_round_leaves_nothing_behind(crew: Crew, citizen: Citizen, product: Product) -> None:
    code, _ = await crew.volunteer()
    await crew.joins(citizen, code)
    await practise(citizen)
    async with product.database.reading() as uow:
        assert await uow.contact_records.list_between(crew.today, crew.today) == []


async def test_typed_numbers_do_what_the_buttons_under_the_morning_letter_do(
    crew: Crew, clock: Clock, citizen: Citizen
) -> None:
    code, number = await crew.volunteer()
    client = await crew.client("SC-020", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    clock.to_hour(8)
    await crew.morning()
    await citizen.hears()
    await citizen.says("2")
    assert "SC-020, Đã gọi" in citizen.last_reply
    await citizen.says("5")
    assert "Đã xong" in citizen.last_reply
    assert (await crew.follow_ups(client))[0].state is FollowUpState.DONE


async def test_with_several_clients_one_letter_lists_them_and_one_press_opens_each(
    crew: Crew, clock: Clock, citizen: Citizen
) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-031", number, window(crew.today, 8))
    last_day = window(crew.today - timedelta(days=5), 6)
    await crew.client("SC-032", number, last_day)
    await crew.joins(citizen, code)
    clock.to_hour(8)
    assert len(await crew.morning()) == 1
    await citizen.hears()
    letter = citizen.last_reply
    assert "hôm nay thứ Năm 3/12 có 2 việc" in letter
    assert "SC-032: hôm nay 3/12 là ngày cuối" in letter
    await citizen.presses("SC-032")
    await citizen.presses(texts("volunteer.not_met"))
    assert "Việc vẫn còn, hôm nay 3/12 là ngày cuối" in citizen.last_reply
    await citizen.says("hom nay")
    assert "SC-031" in citizen.last_reply
    assert "SC-032" in citizen.last_reply


async def test_a_record_before_the_reminder_closes_the_follow_up_and_nothing_is_reminded(
    crew: Crew, clock: Clock, citizen: Citizen
) -> None:
    code, number = await crew.volunteer()
    client = await crew.client("SC-040", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await citizen.says("/phutrach")
    await citizen.presses("SC-040")
    await citizen.presses(texts("volunteer.phoned"))
    assert texts("volunteer.recorded_closes") in citizen.last_reply
    clock.to_hour(8)
    assert await crew.morning() == []
    assert (await crew.follow_ups(client))[0].state is FollowUpState.DONE


async def test_put_off_until_tomorrow_comes_again_tomorrow_and_once(crew: Crew, clock: Clock, citizen: Citizen) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-050", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    clock.to_hour(8)
    await crew.morning()
    await citizen.hears()
    letter = citizen.choices
    await citizen.presses(texts("volunteer.tomorrow"))
    assert citizen.last_reply.startswith("Sáng mai bot nhắc lại.")
    await citizen.presses_choice(letter[3])
    assert citizen.last_reply.startswith("Bot đã hẹn nhắc lại rồi.")
    heard = len(citizen.replies)
    assert await crew.morning() == []
    clock.to_hour(8)
    assert len(await crew.morning()) == 1
    assert await crew.morning() == []
    await citizen.hears()
    assert len(citizen.replies) == heard + 1
    assert "thứ Sáu 4/12 có 1 việc" in citizen.last_reply


async def test_what_ends_today_cannot_be_put_off(crew: Crew, clock: Clock, citizen: Citizen) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-051", number, window(crew.today - timedelta(days=3), 4))
    await crew.joins(citizen, code)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.tomorrow"))
    assert citizen.last_reply == texts("volunteer.last_day")


async def test_a_wrong_record_is_corrected_for_a_day_and_the_trail_tells(
    crew: Crew, clock: Clock, citizen: Citizen, product: Product
) -> None:
    code, number = await crew.volunteer()
    client = await crew.client("SC-060", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.visited"))
    await citizen.presses(texts("volunteer.skip"))
    finished = citizen.choices
    await citizen.presses(texts("volunteer.correct"))
    await citizen.presses(texts("volunteer.not_met"))
    assert "SC-060, Không gặp được" in citizen.last_reply
    assert (await crew.follow_ups(client))[0].is_open
    await citizen.presses(texts("volunteer.correct"))
    await citizen.presses(texts("volunteer.phoned"))
    assert (await crew.follow_ups(client))[0].state is FollowUpState.DONE
    await citizen.presses(texts("volunteer.correct"))
    await citizen.presses(texts("volunteer.withdraw"))
    assert (await crew.follow_ups(client))[0].is_open
    async with product.database.reading() as uow:
        assert await uow.contact_records.list_of_client(client.id, 5) == []
        [follow_up] = await uow.follow_ups.list_of_client(client.id)
        changes = await uow.follow_ups.changes(follow_up.id)
        assert await uow.audit.verify() > 4
    states = [change.after for change in changes if change.after in {FollowUpState.DONE, FollowUpState.DUE}]
    assert states.count(FollowUpState.DONE) == 2
    await citizen.presses_choice(finished[1])
    assert citizen.last_reply == texts("record.unknown")


async def test_after_a_day_nothing_can_be_corrected(crew: Crew, clock: Clock, citizen: Citizen) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-061", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.visited"))
    await citizen.presses(texts("volunteer.skip"))
    clock.forward(timedelta(hours=25))
    await citizen.presses(texts("volunteer.correct"))
    assert citizen.last_reply == texts("record.unknown")


async def test_a_note_is_sealed_limited_and_met_with_help_when_it_tells_of_danger(
    crew: Crew, citizen: Citizen, product: Product
) -> None:
    code, number = await crew.volunteer()
    client = await crew.client("SC-070", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await citizen.says("/homnay")
    await citizen.presses(texts("volunteer.phoned"))
    await citizen.presses(texts("volunteer.skip"))
    await citizen.presses(texts("volunteer.note"))
    await citizen.says("à" * 501)
    assert citizen.last_reply == texts("volunteer.note_too_long", count=501)
    await citizen.says("Hẹn thứ Hai tới nhà, mẹ có nhà")
    assert citizen.last_reply == texts("volunteer.note_kept")
    async with product.database.reading() as uow:
        [record] = await uow.contact_records.list_of_client(client.id, 5)
        assert await uow.contact_records.get_note(record.id) == "Hẹn thứ Hai tới nhà, mẹ có nhà"
    await citizen.presses(texts("volunteer.note"))
    await citizen.says("nó nằm im re, môi tím ngắt, gọi không dậy")
    assert any("115" in reply.text for reply in citizen.replies[-2:])


async def test_the_same_press_twice_writes_one_contact(crew: Crew, citizen: Citizen, product: Product) -> None:
    code, number = await crew.volunteer()
    client = await crew.client("SC-080", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    await citizen.says("/homnay")
    visited = citizen.choices[0]
    await citizen.presses_choice(visited)
    await citizen.presses_choice(visited)
    assert "Lần này đã ghi rồi" in citizen.last_reply
    async with product.database.reading() as uow:
        assert len(await uow.contact_records.list_of_client(client.id, 5)) == 1


async def test_nobody_sees_or_writes_down_anybody_elses_client(
    crew: Crew, new_citizen: NewCitizen, product: Product
) -> None:
    lan, minh = new_citizen(), new_citizen()
    (code, number), (other_code, _) = await crew.volunteer(), await crew.volunteer()
    client = await crew.client("SC-090", number, window(crew.today, 8))
    await crew.joins(lan, code)
    await crew.joins(minh, other_code)
    await lan.says("/homnay")
    await minh.says("/homnay")
    assert "SC-090" not in minh.last_reply
    await forge(minh, lan)
    assert "SC-090" not in minh.last_reply
    async with product.database.reading() as uow:
        assert await uow.contact_records.list_of_client(client.id, 5) == []


async def forge(thief: Citizen, owner: Citizen) -> None:
    """Sends somebody else's press from an own account."""
    if isinstance(thief, TelegramCitizen):
        await thief._taken(thief.person.presses(thief.person.heard[-1], owner.choices[0].press))
        await thief._listen()
        return
    await thief.presses_choice(owner.choices[0])


async def test_what_i_have_done_is_listed_for_the_allowance_month_by_month(
    crew: Crew, clock: Clock, citizen: Citizen
) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-100", number, window(crew.today, 8))
    await crew.client("SC-101", number, window(crew.today, 8))
    await crew.joins(citizen, code)
    for client, result in (("SC-100", "visited"), ("SC-101", "not_met")):
        await citizen.says("/phutrach")
        await citizen.presses(client)
        await citizen.presses(texts(f"volunteer.{result}"))
    await citizen.says("/lienhe")
    assert citizen.last_reply.startswith("Tháng 12/2026: 1 lần liên hệ có kết quả (1 lần gặp, 0 lần gọi), 1 lần chưa")
    assert "3/12: SC-100, Đã gặp" in citizen.last_reply
    await citizen.presses(texts("volunteer.earlier"))
    assert citizen.last_reply == texts("volunteer.mine_none", month="11/2026")


async def test_a_stranger_is_asked_what_he_means_and_sees_no_list(crew: Crew, citizen: Citizen) -> None:
    for typed in ("/homnay", "hôm nay", "/phutrach", "/lienhe", "/vangmat", "/nhom"):
        await citizen.says(typed)
        assert "SC-" not in citizen.last_reply
        assert texts("volunteer.duty") not in citizen.last_reply


async def test_whoever_met_nobody_is_reminded_on_the_next_morning_as_the_bot_says(
    crew: Crew, clock: Clock, citizen: Citizen
) -> None:
    code, number = await crew.volunteer()
    await crew.client("SC-060", number, window(crew.today, 2))
    await crew.joins(citizen, code)
    clock.to_hour(8)
    await crew.morning()
    await citizen.hears()
    await citizen.presses(texts("volunteer.not_met"))
    assert "Bot sẽ nhắc lại vào sáng làm việc tới." in citizen.last_reply
    assert await crew.morning() == []
    clock.to_hour(8)
    assert len(await crew.morning()) == 1
    await citizen.hears()
    await citizen.presses(texts("volunteer.not_met"))
    assert "nhắc lại" not in citizen.last_reply, "the last day: there is no morning on which it could be said"
    assert "là ngày cuối" in citizen.last_reply
    clock.forward(timedelta(days=1))
    await citizen.says("/phutrach")
    await citizen.presses("SC-060")
    await citizen.presses(texts("volunteer.not_met"))
    assert texts("volunteer.recorded_not_met") in citizen.last_reply
