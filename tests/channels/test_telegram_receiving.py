"""What people send on Telegram, and what of it goes further."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.telegram.updates import arrival, to_update
from db.session import Database
from domain.models import Channel, Contact, Incoming, Priority
from hotline.wiring import Product
from tests.citizen import TelegramCitizen
from tests.fakes.steps import lost_after
from tests.fakes.telegram import FakeTelegram, Message
from tests.patience import eventually
from tests.telegrams import texts

DANGER = "con em nằm im re, môi tím ngắt, gọi không dậy"
FILE = {"file_id": "AgAD", "file_unique_id": "AQAD"}
ANYTHING: list[dict[str, Any]] = [
    {"sticker": FILE | {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False}},
    {"photo": [FILE | {"width": 90, "height": 60}]},
    {"voice": FILE | {"duration": 4}},
    {"video_note": FILE | {"duration": 4, "length": 4}},
    {"document": FILE | {"file_name": "don-xin-cai.docx"}},
    {"location": {"latitude": 10.4938, "longitude": 105.6882}},
    {"dice": {"emoji": "🎲", "value": 3}},
    {"poll": {"id": "1", "question": "?"}},
    {"something_of_next_year": {"x": 1}},
]


@pytest.mark.parametrize("content", ANYTHING, ids=lambda content: next(iter(content)))
@pytest.mark.parametrize("backend", ["sqlite"])
async def test_what_is_not_text_gets_a_short_useful_reply(citizen: TelegramCitizen, content: dict[str, Any]) -> None:
    await citizen._taken(citizen.person.sends(content))
    await citizen._listen()
    assert [reply.text for reply in citizen.replies] == [texts("question.not_text")]


async def test_words_under_a_picture_are_read(citizen: TelegramCitizen) -> None:
    photo = {"photo": [FILE | {"width": 90, "height": 60}], "caption": DANGER}
    await citizen._taken(citizen.person.sends(photo))
    await citizen._listen()
    assert citizen.last_reply.startswith("Gọi 115")


def incoming(update: dict[str, Any]) -> Incoming:
    contact = Contact(424242, Channel.TELEGRAM)
    return Incoming(1, contact, datetime(2026, 11, 22, tzinfo=UTC), Priority.REPLY, json.dumps(update).encode())


@pytest.mark.parametrize("content", [{"text": "/menu@duong_day_bot"}, *ANYTHING])
@pytest.mark.parametrize("kind", ["message", "edited_message"])
def test_nothing_personal_reaches_a_handler(content: dict[str, Any], kind: str) -> None:
    person = FakeTelegram().person()
    person.sends(content | {"forward_origin": {"sender_user": person.user}, "reply_to_message": {"from": person.user}})
    update = person.fake.updates[0][1]
    given = json.dumps(to_update(incoming({"update_id": 1, kind: update["message"]})), ensure_ascii=False)
    for secret in ("Trần", "Kín", "kin_", str(person.chat_id), "+84912345678", "10.4938", "AgAD", "don-xin-cai"):
        assert secret not in given
    assert "424242" in given


@pytest.mark.parametrize(
    "event",
    [
        {"pinned_message": {"message_id": 1}},
        {"new_chat_members": [{"id": 1}]},
        {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
    ],
)
def test_events_of_a_chat_are_not_answered(event: dict[str, Any]) -> None:
    person = FakeTelegram().person()
    person.sends(event)
    assert arrival(person.fake.updates[0][1], "1") is None


async def test_a_command_may_be_addressed_to_the_bot_and_start_may_carry_a_payload(citizen: TelegramCitizen) -> None:
    await citizen.says("/start chien-dich_1", "/menu@duong_day_bot")
    assert "không cần nói tên" in citizen.replies[0].text
    assert citizen.replies[1].text == citizen.replies[0].text


async def test_a_group_hears_nothing_from_the_bot_but_help_in_danger(
    fake: FakeTelegram, product: Product, database: Database
) -> None:
    group = fake.group()
    group.says("cai nghiện tại nhà đăng ký ở đâu")
    group.says("/menu")
    group.presses(Message(1, group.chat_id, True, "x", 0), "m:-1:0")
    await eventually(lambda: not fake.waiting)
    async with database.reading() as uow:
        assert await uow.inbox.count_waiting() == 0
    assert group.heard == []
    group.says(DANGER)
    await eventually(lambda: group.heard)
    [said] = group.heard
    assert said.text.startswith("Gọi 115")
    assert said.buttons == []


async def test_an_edit_is_ignored_unless_it_tells_of_danger(citizen: TelegramCitizen) -> None:
    await citizen.says("giá vàng hôm nay bao nhiêu")
    await citizen._taken(citizen.person.edits("cai nghiện có mất tiền không"))
    await citizen._listen()
    assert len(citizen.replies) == 1
    await citizen._taken(citizen.person.edits(DANGER))
    await citizen._listen()
    assert citizen.last_reply.startswith("Gọi 115")


async def test_a_press_on_an_old_message_works_and_an_unknown_one_is_explained(citizen: TelegramCitizen) -> None:
    await citizen.says("/menu")
    [menu] = citizen.person.heard
    await citizen._taken(citizen.person.presses(menu, menu.buttons[0][0]["callback_data"], inaccessible=True))
    await citizen._listen()
    assert len(citizen.choices) >= 2
    await citizen._taken(citizen.person.presses(menu, "zz:của phiên bản cũ"))
    await citizen._listen()
    assert citizen.last_reply == texts("buttons.gone")


async def test_a_press_is_answered_at_once_and_a_late_answer_hurts_nobody(
    citizen: TelegramCitizen, fake: FakeTelegram
) -> None:
    await citizen.says("/menu")
    await citizen.presses_choice(citizen.choices[0])
    await eventually(lambda: len(fake.answered_presses) == 1)
    menu = citizen.person.heard[-1]
    pressed = citizen.person.presses(menu, menu.buttons[0][0]["callback_data"])
    fake.presses.clear()  # Telegram has given up waiting
    await citizen._taken(pressed)
    await citizen._listen()
    assert len(citizen.replies) == 3
    assert fake.refusals[400] == 1


async def test_an_update_that_is_repeated_is_answered_once(citizen: TelegramCitizen, fake: FakeTelegram) -> None:
    fake.next_time("getUpdates", *[lost_after] * 3)
    await citizen.says("/menu")
    update = {"update_id": 700_000_001, "message": citizen.person._as_message(1) | {"text": "/menu"}}
    fake.updates.append((fake.now(), update))
    fake._news.set()
    await eventually(lambda: not fake.waiting)
    await citizen._listen()
    assert len(citizen.replies) == 1


async def test_an_update_that_nobody_can_read_does_not_stop_those_behind_it(
    citizen: TelegramCitizen, fake: FakeTelegram
) -> None:
    for broken in ({"message": {}}, {"message": "x"}, {"callback_query": {"id": 1}}, {}):
        fake.updates.append((fake.now(), {"update_id": next(fake._update_ids)} | broken))
    await citizen.says("/menu")
    assert len(citizen.replies) == 1


async def test_messages_of_one_person_are_answered_in_their_order(citizen: TelegramCitizen) -> None:
    for text in ("/menu", "giá vàng hôm nay bao nhiêu", "3", "xin chào"):
        citizen.person.says(text)
    await eventually(lambda: len(citizen.person.heard) == 4)
    menu, gold, third, hello = [each.text for each in citizen.person.heard]
    assert menu == hello
    assert gold == texts("question.not_ours", person=texts("person.nobody"))
    assert third == texts("numbers.no_list")  # before the question, "3" would have opened a part of the menu


async def test_two_hundred_people_at_once_each_get_their_own_answers(fake: FakeTelegram, product: Product) -> None:
    people = [fake.person() for _ in range(200)]
    for each in people:
        each.says("/menu")
        each.says("giá vàng hôm nay bao nhiêu")
    await eventually(lambda: all(len(each.heard) == 2 for each in people))
    await asyncio.sleep(0.1)
    gold = texts("question.not_ours", person=texts("person.nobody"))
    assert all([m.text == gold for m in each.heard] == [False, True] for each in people)
