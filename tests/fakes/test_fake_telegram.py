"""Two clients that were not written for our server find in it what they find at Telegram."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import aiogram.exceptions as aio
import pytest
import telegram.error as ptb
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BufferedInputFile, InlineKeyboardButton, InlineKeyboardMarkup
from telegram import InlineKeyboardButton as PtbButton
from telegram import InlineKeyboardMarkup as PtbMarkup
from telegram.ext import ExtBot

from tests.fakes.steps import bad_gateway, broken_json, delayed, lost_after, lost_before
from tests.fakes.telegram import HOUR, TOKEN, FakeTelegram, Limits
from tests.patience import PATIENCE_SECONDS, eventually


@pytest.fixture
async def fake() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(Limits()).running() as server:
        yield server


@pytest.fixture
async def ext_bot(fake: FakeTelegram) -> AsyncIterator[ExtBot]:
    async with ExtBot(TOKEN, base_url=f"{fake.url}/bot") as bot:
        yield bot


@pytest.fixture
async def aio_bot(fake: FakeTelegram) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    yield Bot(TOKEN, session=session)
    await session.close()


async def test_both_clients_know_who_the_bot_is(ext_bot: ExtBot, aio_bot: Bot) -> None:
    assert ext_bot.username == (await aio_bot.me()).username == "duong_day_bot"


async def test_a_wrong_token_is_refused(fake: FakeTelegram) -> None:
    session = AiohttpSession(api=TelegramAPIServer.from_base(fake.url))
    with pytest.raises(aio.TelegramUnauthorizedError):
        await Bot("110201543:AAAAAAAAAAAAAAAAA", session=session).get_me()
    await session.close()
    with pytest.raises(ptb.InvalidToken):
        async with ExtBot("110201543:AAAAAAAAAAAAAAAAA", base_url=f"{fake.url}/bot"):
            pass


async def test_both_clients_send_buttons_and_read_presses(fake: FakeTelegram, ext_bot: ExtBot, aio_bot: Bot) -> None:
    person = fake.person()
    ptb_markup = PtbMarkup([[PtbButton("Một", callback_data="m:0")]])
    aio_markup = InlineKeyboardMarkup(inline_keyboard=[[InlineKeyboardButton(text="Một", callback_data="m:0")]])
    await ext_bot.send_message(person.chat_id, "một", reply_markup=ptb_markup)
    await aio_bot.send_message(person.chat_id, "hai", reply_markup=aio_markup)
    assert [each.text for each in person.heard] == ["một", "hai"]
    assert person.heard[0].buttons == person.heard[1].buttons == [[{"text": "Một", "callback_data": "m:0"}]]
    person.presses(person.heard[0], "m:0")
    [update] = await ext_bot.get_updates(timeout=0)
    assert update.callback_query and update.callback_query.data == "m:0"
    assert await update.callback_query.answer()
    person.presses(person.heard[0], "m:0", inaccessible=True)
    [seen] = await aio_bot.get_updates(offset=update.update_id + 1, timeout=0)
    assert seen.callback_query and seen.callback_query.data == "m:0"


async def test_a_press_that_is_answered_late_is_refused(fake: FakeTelegram, aio_bot: Bot) -> None:
    person = fake.person()
    sent = await aio_bot.send_message(person.chat_id, "một")
    person.presses(fake.heard(person.chat_id)[0], "m:0")
    [update] = await aio_bot.get_updates(timeout=0)
    fake.ahead += 60
    with pytest.raises(aio.TelegramBadRequest, match="query is too old"):
        await aio_bot.answer_callback_query(str(update.callback_query and update.callback_query.id))
    assert sent.message_id


async def test_what_is_not_confirmed_comes_again_and_24_hours_later_is_gone(fake: FakeTelegram, aio_bot: Bot) -> None:
    person = fake.person()
    person.says("một")
    person.says("hai")
    first, second = await aio_bot.get_updates(timeout=0)
    assert [each.update_id for each in await aio_bot.get_updates(timeout=0)] == [first.update_id, second.update_id]
    assert [u.update_id for u in await aio_bot.get_updates(offset=second.update_id, timeout=0)] == [second.update_id]
    fake.ahead += 25 * HOUR
    assert await aio_bot.get_updates(timeout=0) == []


async def test_long_polling_answers_as_soon_as_there_is_news(fake: FakeTelegram, aio_bot: Bot) -> None:
    person = fake.person()
    waiting = asyncio.create_task(aio_bot.get_updates(timeout=600, request_timeout=605))
    await eventually(lambda: fake.calls["getUpdates"])
    person.says("alo")
    assert len(await asyncio.wait_for(waiting, PATIENCE_SECONDS)) == 1


async def test_a_second_poller_ends_the_first_one(fake: FakeTelegram, ext_bot: ExtBot, aio_bot: Bot) -> None:
    first = asyncio.create_task(ext_bot.get_updates(timeout=10))
    await eventually(lambda: fake.calls["getUpdates"])
    second = asyncio.create_task(aio_bot.get_updates(timeout=0))
    with pytest.raises(ptb.Conflict):
        await first
    assert await second == []


async def test_polling_and_a_webhook_exclude_each_other(fake: FakeTelegram, ext_bot: ExtBot, aio_bot: Bot) -> None:
    await aio_bot.set_webhook("http://127.0.0.1:9/telegram/webhook", secret_token="s" * 20)
    with pytest.raises(ptb.Conflict):
        await ext_bot.get_updates(timeout=0)
    assert (await ext_bot.get_webhook_info()).url.endswith("/telegram/webhook")
    await ext_bot.delete_webhook()
    assert await aio_bot.get_updates(timeout=0) == []


async def test_texts_buttons_and_strangers_are_checked(fake: FakeTelegram, aio_bot: Bot, ext_bot: ExtBot) -> None:
    person = fake.person()
    with pytest.raises(aio.TelegramBadRequest, match="too long"):
        await aio_bot.send_message(person.chat_id, "a" * 4097)
    with pytest.raises(ptb.BadRequest, match="empty"):
        await ext_bot.send_message(person.chat_id, " ")
    too_long = PtbMarkup([[PtbButton("x", callback_data="é" * 33)]])
    with pytest.raises(ptb.BadRequest, match=r"(?i)button_data_invalid"):
        await ext_bot.send_message(person.chat_id, "x", reply_markup=too_long)
    with pytest.raises(aio.TelegramBadRequest, match="chat not found"):
        await aio_bot.send_message(1, "x")
    person.blocks()
    with pytest.raises(ptb.Forbidden):
        await ext_bot.send_message(person.chat_id, "x")
    with pytest.raises(aio.TelegramForbiddenError):
        await aio_bot.send_message(person.chat_id, "x")


async def test_one_chat_may_get_a_message_a_second_after_a_short_burst(fake: FakeTelegram, aio_bot: Bot) -> None:
    person = fake.person()
    for _ in range(3):
        await aio_bot.send_message(person.chat_id, "x")
    with pytest.raises(aio.TelegramRetryAfter) as refused:
        await aio_bot.send_message(person.chat_id, "x")
    assert refused.value.retry_after == 1


async def test_all_chats_together_get_thirty_a_second(fake: FakeTelegram, ext_bot: ExtBot) -> None:
    people = [fake.person() for _ in range(60)]
    results = await asyncio.gather(
        *(ext_bot.send_message(each.chat_id, "x") for each in people), return_exceptions=True
    )
    refused = [each for each in results if isinstance(each, ptb.RetryAfter)]
    assert 20 <= len(refused) <= 30


async def test_deleting_takes_a_hundred_at_once_and_nothing_older_than_48_hours(
    fake: FakeTelegram, ext_bot: ExtBot, aio_bot: Bot
) -> None:
    person = fake.person()
    person.says("của tôi")
    sent = await ext_bot.send_message(person.chat_id, "của bot")
    with pytest.raises(aio.TelegramBadRequest, match="too many"):
        await aio_bot.delete_messages(person.chat_id, list(range(1, 102)))
    assert await ext_bot.delete_messages(person.chat_id, [sent.message_id, 999_999])
    assert [each.text for each in person.screen] == ["của tôi"]
    fake.ahead += 49 * HOUR
    with pytest.raises(ptb.BadRequest, match="can't be deleted"):
        await ext_bot.delete_message(person.chat_id, person.screen[0].message_id)
    with pytest.raises(aio.TelegramBadRequest, match="not found"):
        await aio_bot.delete_message(person.chat_id, sent.message_id)


async def test_documents_arrive_whole(fake: FakeTelegram, ext_bot: ExtBot, aio_bot: Bot) -> None:
    person = fake.person()
    content = bytes(range(256)) * 1000
    await ext_bot.send_document(person.chat_id, content, filename="a.xlsx", caption="một")
    await aio_bot.send_document(person.chat_id, BufferedInputFile(content, "b.xlsx"), protect_content=True)
    assert [each.document for each in person.heard] == [("a.xlsx", content), ("b.xlsx", content)]
    assert [each.protected for each in person.heard] == [False, True]


async def test_a_request_can_be_lost_on_the_way_there_and_back(fake: FakeTelegram, ext_bot: ExtBot) -> None:
    person = fake.person()
    fake.next_time("sendMessage", lost_before, lost_after, bad_gateway, delayed(0.2))
    for _ in range(3):
        with pytest.raises(ptb.NetworkError):
            await ext_bot.send_message(person.chat_id, "x")
    assert len(person.heard) == 1
    began = time.monotonic()
    await ext_bot.send_message(person.chat_id, "y")
    assert time.monotonic() - began >= 0.2
    fake.next_time("getMe", broken_json)
    with pytest.raises(ptb.TelegramError):
        await ext_bot.get_me()
