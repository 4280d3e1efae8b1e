"""Deleting the chat: both sides' messages as far as Telegram allows, and an honest word about the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from db.models import ChatMessageRow
from domain.models import Channel
from hotline.wiring import Product
from tests.citizen import Clock, TelegramCitizen
from tests.fakes.steps import Handle, too_many
from tests.fakes.telegram import HOUR, FakeTelegram
from tests.patience import eventually
from tests.telegrams import texts

STICKER = {"sticker": {"file_id": "f", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1}}


async def kept(product: Product) -> int:
    async with product.database.reading() as uow:
        return int((await uow.execute(select(func.count()).select_from(ChatMessageRow))).scalar_one())


def screen(citizen: TelegramCitizen) -> list[str]:
    return [message.text for message in citizen.person.screen]


async def test_the_chat_is_deleted_on_both_sides_and_only_the_last_word_stays(
    citizen: TelegramCitizen, product: Product
) -> None:
    await citizen.says("đăng ký cai nghiện tại nhà ở đâu", "/menu")
    await citizen._taken(citizen.person.sends(STICKER))
    await citizen._listen()
    assert len(citizen.person.screen) == 6
    await citizen.says("/xoachat")
    assert screen(citizen) == [texts("telegram.chat_erased")]
    assert not {"cai", "nghiện", "ma", "túy"} & set(screen(citizen)[0].lower().split())
    async with product.database.reading() as uow:
        contact_id = product.database.pseudonyms.contact_id(Channel.TELEGRAM, str(citizen.person.chat_id))
        assert await uow.outbox.list_for(contact_id, 0) == []
    assert await kept(product) == 1  # the last word itself


async def test_the_button_under_erasing_deletes_the_chat_too(citizen: TelegramCitizen) -> None:
    await citizen.says("xóa hết dữ liệu của tôi đi")
    await citizen.presses(texts("buttons.erase_chat"))
    assert screen(citizen) == [texts("telegram.chat_erased")]


async def test_after_erasing_the_data_the_chat_can_be_deleted_for_an_hour(
    citizen: TelegramCitizen, product: Product, clock: Clock
) -> None:
    await citizen.says("/menu", "/xoadulieu")
    assert "/xoachat" in citizen.last_reply
    await citizen.says("/xoachat")
    assert screen(citizen) == [texts("telegram.chat_erased")]
    await citizen.says("/xoadulieu")
    clock.forward(timedelta(hours=1, minutes=1))
    await product.retention.run(clock())
    assert await kept(product) <= 1  # the answer itself, said after everything was erased
    clock.forward(timedelta(hours=48))
    await product.retention.run(clock())
    assert await kept(product) == 0


async def test_more_than_a_hundred_messages_are_deleted_in_several_calls(
    citizen: TelegramCitizen, fake: FakeTelegram, product: Product, clock: Clock
) -> None:
    async with product.database.transaction() as uow:
        contact = uow.contacts.known_as(Channel.TELEGRAM, str(citizen.person.chat_id))
        for number in range(10_000, 10_240):
            uow.chat_messages.note(contact, str(number), clock())
    await citizen.says("/menu", "/xoachat")
    assert screen(citizen) == [texts("telegram.chat_erased")]
    assert fake.calls["deleteMessages"] == 3


async def test_what_telegram_no_longer_deletes_is_said(citizen: TelegramCitizen, fake: FakeTelegram) -> None:
    await citizen.says("/menu")
    fake.ahead += 49 * HOUR  # our clock does not know; Telegram's decides
    await citizen.says("giá vàng hôm nay bao nhiêu", "/xoachat")
    assert screen(citizen)[-1] == texts("telegram.chat_erased_partly")
    assert len(screen(citizen)) == 3  # the two old ones, and the last word
    assert "giá vàng hôm nay bao nhiêu" not in screen(citizen)


async def test_an_interrupted_deletion_is_completed(citizen: TelegramCitizen, fake: FakeTelegram) -> None:
    await citizen.says("/menu", "giá vàng hôm nay bao nhiêu")
    fake.next_time("deleteMessages", too_many(1))
    await citizen.says("/xoachat")
    assert screen(citizen) == [texts("telegram.chat_erased")]


async def test_a_reply_on_its_way_is_deleted_with_the_chat(citizen: TelegramCitizen, fake: FakeTelegram) -> None:
    async def slow(handle: Handle) -> tuple[int, object]:
        answer = await handle()
        await eventually(lambda: not fake.waiting)  # the person asks for deletion while this is under way
        return answer

    fake.next_time("sendMessage", slow)
    citizen.person.says("/menu")
    await eventually(lambda: fake.calls["sendMessage"] == 1)
    await citizen.says("/xoachat")
    assert screen(citizen) == [texts("telegram.chat_erased")]


@pytest.mark.parametrize("backend", ["sqlite"])
async def test_a_group_s_messages_are_neither_noted_nor_deleted(fake: FakeTelegram, product: Product) -> None:
    group = fake.group()
    group.says("con em nằm im re, môi tím ngắt, gọi không dậy /xoachat")
    await eventually(lambda: group.heard)
    async with product.database.reading() as uow:
        contact_id = product.database.pseudonyms.contact_id(Channel.TELEGRAM, str(group.chat_id))
        noted = await uow.chat_messages.list_of([contact_id])
    assert [each.message_id for each in noted.get(contact_id, ())] in ([], [str(group.heard[0].message_id)])
    assert fake.calls["deleteMessages"] == 0
