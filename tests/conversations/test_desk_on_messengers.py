"""Counsellors on Telegram and Zalo: a number is shown to one of them, protected or on a page, and does not stay."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import httpx
import pytest

from domain.callbacks import CallbackState, Outcome
from domain.models import Letter, Priority
from domain.staff import Role
from hotline.telegram import Telegram
from hotline.wiring import Product, running
from hotline.zalo import Zalo
from services import staffing
from tests.citizen import Citizen, Clock, Printed, TelegramCitizen, TerminalCitizen
from tests.conversations.conftest import serving
from tests.conversations.desk import ask_for_call, close_as_met, look_again, only_request, take
from tests.fakes.telegram import FakeTelegram, Message
from tests.fakes.zalo import FakeZalo
from tests.servers import plain_client
from tests.zalos import ZaloCitizen, zalo_at
from texts import vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts = vietnamese()
PUBLIC_URL = "https://hoidap.example.gov.vn"
NUMBER = "0912 345 678"


@pytest.fixture
async def zalo(fake_zalo: FakeZalo, clock: Clock) -> AsyncIterator[Zalo]:
    """With a public address, where a number can be shown once."""
    async with zalo_at(fake_zalo, clock, PUBLIC_URL) as channel:
        yield channel


@pytest.fixture
def citizen(product: Product, printed: Printed) -> Citizen:
    return TerminalCitizen(product, printed=printed)


async def join(person: Citizen, product: Product) -> None:
    """As from a link: /start and the invitation; then on duty."""
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.COUNSELLOR, (), product.clock())
    await person.says(f"/start {code}")
    assert texts("staff.role_counsellor") in person.last_reply
    await person.says("/ca")
    await person.presses(texts("desk.begin"))


@pytest.fixture
async def lan(product: Product, telegram: Telegram, fake_telegram: FakeTelegram) -> AsyncIterator[TelegramCitizen]:
    """A counsellor on duty, on Telegram."""
    async with running(telegram.poll(product.intake, product.database)):
        person = TelegramCitizen(product, person=fake_telegram.person())
        await join(person, product)
        yield person


def with_number(person: TelegramCitizen) -> list[Message]:
    """Messages on her screen that hold the number."""
    return [message for message in person.person.screen if NUMBER in message.text]


async def test_on_telegram_the_number_is_protected_and_gone_when_the_request_is_closed(
    lan: TelegramCitizen, citizen: Citizen, product: Product
) -> None:
    await ask_for_call(citizen)
    await lan._fetch()
    assert lan.last_reply.startswith(texts("bell.opened")) and NUMBER not in lan.last_reply
    await lan.presses(texts("bell.take"))
    [shown] = with_number(lan)
    assert shown.protected
    await lan.presses(texts("outcome.met"))
    assert with_number(lan)  # still needed: the talk may not be over
    await lan.presses(texts("record.who_family"))
    assert with_number(lan) == []
    assert lan.last_reply.startswith(texts("outcome.closed", outcome=texts("outcome.met")))  # in the words of the desk
    assert (await only_request(product)).outcome is Outcome.MET
    await lan.presses(texts("desk.reopen"))
    assert lan.last_reply == texts("desk.ask_reason")


async def test_on_telegram_who_holds_a_withdrawn_request_reads_that_nobody_is_to_be_called(
    lan: TelegramCitizen, citizen: Citizen, product: Product
) -> None:
    await ask_for_call(citizen)
    await take(lan)
    await citizen.says("/xoadulieu")
    await lan._fetch()
    assert with_number(lan) == []
    assert lan.last_reply == texts("bell.erased")


async def test_on_telegram_a_number_that_could_not_be_deleted_is_not_said_to_be_gone(
    lan: TelegramCitizen, citizen: Citizen, product: Product
) -> None:
    await ask_for_call(citizen)
    await take(lan)
    lan.person.fake.ahead += timedelta(hours=49).total_seconds()  # our clock does not know; Telegram's decides
    await lan.presses(texts("outcome.no_answer"))
    assert lan.last_reply.endswith(texts("telegram.some_left"))


async def test_on_telegram_the_number_is_deleted_before_forty_eight_hours_and_shown_again_on_a_press(
    lan: TelegramCitizen, citizen: Citizen, product: Product, clock: Clock
) -> None:
    await ask_for_call(citizen)
    await take(lan)
    assert len(with_number(lan)) == 1
    hours = timedelta(hours=47, minutes=1)
    clock.forward(hours)
    lan.person.fake.ahead += hours.total_seconds()
    product.tell(await product.watch.run(clock()))
    await lan._fetch()
    assert with_number(lan) == []
    await look_again(lan)
    assert len(with_number(lan)) == 1


async def test_who_blocked_the_bot_on_telegram_is_shown_to_staff_as_out_of_reach(
    lan: TelegramCitizen, product: Product, printed: Printed
) -> None:
    officer = TerminalCitizen(product, printed=printed)
    async with product.database.transaction() as uow:
        code = await staffing.invite(uow, Role.OFFICER, (), product.clock())
    await officer.says(code)
    lan.person.blocks()
    async with product.database.transaction() as uow:
        [counsellor] = await uow.staff.list_working([Role.COUNSELLOR])
        uow.outbox.add(counsellor.contact, Letter("x"), product.clock(), priority=Priority.NOTICE)
    product.tell([])
    await lan._fetch()
    await officer.says("/khonglienlac")
    assert texts("zalo.reasons.stopped") in officer.last_reply
    lan.person.fake.blocked.clear()
    await lan.says("/ca")
    await officer.says("/khonglienlac")
    assert officer.last_reply == texts("desk.all_in_reach")


@pytest.mark.parametrize("how", ["release", "withdrawn", "left"])
async def test_on_telegram_the_number_goes_with_whatever_ends_the_claim(
    lan: TelegramCitizen, citizen: Citizen, product: Product, how: str
) -> None:
    await ask_for_call(citizen)
    await take(lan)
    assert with_number(lan)
    match how:
        case "release":
            await lan.presses(texts("desk.more"))
            await lan.presses(texts("desk.do_release"))
        case "withdrawn":
            await citizen.says("/xoadulieu")
        case "left":
            async with product.database.transaction() as uow:
                await product.office.duty.shut_out(uow, 1, product.clock())
            product.tell([])
    await lan._fetch()
    assert with_number(lan) == []


@dataclass
class Page:
    """The web server as a counsellor's browser reaches it."""

    client: httpx.AsyncClient

    async def open(self, link: str) -> str:
        """What the page shows after the press."""
        path = link.removeprefix(PUBLIC_URL)
        looked = await self.client.get(path)
        assert NUMBER not in looked.text
        return (await self.client.post(path)).text


@pytest.fixture
async def page(product: Product, zalo: Zalo, fake_zalo: FakeZalo) -> AsyncIterator[Page]:
    async with (
        serving(product, zalo.routes(product.intake)) as url,
        plain_client(url) as client,
    ):
        fake_zalo.webhook_url = f"{url}/zalo/oa/webhook"
        yield Page(client)


@pytest.fixture
async def hoa(product: Product, page: Page, fake_zalo: FakeZalo) -> ZaloCitizen:
    """A counsellor on duty, on Zalo."""
    person = ZaloCitizen(product, fake=fake_zalo)
    await join(person, product)
    return person


def link_in(said: str) -> str:
    found = re.search(rf"{re.escape(PUBLIC_URL)}/once/\S+", said)
    assert found is not None, said
    return found[0]


async def test_on_zalo_the_number_is_never_in_a_message_but_once_on_a_page(
    hoa: ZaloCitizen, page: Page, citizen: Citizen, product: Product
) -> None:
    await ask_for_call(citizen)
    await hoa._fetch()
    assert hoa.last_reply.startswith(texts("bell.opened"))
    await hoa.says("1")
    first = link_in(hoa.last_reply)
    shown = await page.open(first)
    assert NUMBER in shown and "nhầm số" in shown
    assert NUMBER not in await page.open(first)
    await look_again(hoa)
    assert NUMBER in await page.open(link_in(hoa.last_reply))
    await close_as_met(hoa)
    request = await only_request(product)
    assert (request.state, request.outcome) == (CallbackState.CLOSED, Outcome.MET)
    assert not any("0912" in str(message) for message in hoa.fake.person(hoa.user_id).chat)


async def test_on_zalo_a_link_that_was_not_opened_shows_nothing_after_the_request_is_closed(
    hoa: ZaloCitizen, page: Page, citizen: Citizen
) -> None:
    await ask_for_call(citizen)
    await take(hoa)
    link = link_in(hoa.last_reply)
    await hoa.presses(texts("outcome.not"))
    await hoa.presses(texts("outcome.refused"))
    assert NUMBER not in await page.open(link)


async def test_on_zalo_what_is_said_when_a_number_was_in_no_chat_promises_no_erasing(
    hoa: ZaloCitizen, citizen: Citizen
) -> None:
    await ask_for_call(citizen)
    await take(hoa)
    await citizen.says("/xoadulieu")
    await hoa._fetch()
    assert hoa.last_reply == texts("bell.erased")
