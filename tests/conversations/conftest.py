"""The whole bot on a real database; web citizens talk to it over real HTTP."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zlib import crc32

import httpx
import pytest
from starlette.routing import Route

from db.session import Database
from domain.clock import utc_now
from domain.models import Channel
from hotline.knowing import Knowing
from hotline.serving import web_app
from hotline.telegram import Telegram
from hotline.wiring import Product, running
from hotline.zalo import Zalo
from services.ports import Sender
from tests.citizen import Citizen, Clock, Printed, TelegramCitizen, TerminalCitizen, WebCitizen
from tests.conversations.crew import THURSDAY, Crew
from tests.conversations.desk import MONDAY_NINE, StaffDesk
from tests.fakes.telegram import FakeTelegram
from tests.fakes.zalo import FakeZalo
from tests.servers import plain_client, running_server
from tests.telegrams import telegram_at
from tests.zalos import ZaloCitizen, fake_zalo_running, zalo_at
from web.app import WebSettings

NewCitizen = Callable[[], Citizen]
_HERE = Path(__file__).parent
_CHANNELS = [str(channel) for channel in (Channel.WEB, Channel.TERMINAL, Channel.TELEGRAM, Channel.ZALO)]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite every conversation is held on every channel; on PostgreSQL on one, in turn, since all of them share
    what is above the database. HOTLINE_TESTS_EVERY_PAIR=1 holds them all."""
    if os.environ.get("HOTLINE_TESTS_EVERY_PAIR"):
        return
    held: set[str] = set()
    alike: dict[str, list[pytest.Item]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and item.path.is_relative_to(_HERE) and hasattr(item, "callspec"):
            parts = item.callspec.id.split("-")
            if "postgresql" in parts and set(parts) & set(_CHANNELS):
                rest = [part for part in parts if part not in _CHANNELS]
                alike.setdefault(f"{item.path.name}::{item.originalname}[{'-'.join(rest)}]", []).append(item)
    for name, group in alike.items():
        held.add(group[crc32(name.encode()) % len(group)].nodeid)
    left_out = [item for group in alike.values() for item in group if item.nodeid not in held]
    config.hook.pytest_deselected(items=left_out)
    gone = {item.nodeid for item in left_out}
    items[:] = [item for item in items if item.nodeid not in gone]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def printed() -> Printed:
    return Printed()


@pytest.fixture
async def fake_telegram() -> AsyncIterator[FakeTelegram]:
    """Without its limits: these conversations are about what is said."""
    async with FakeTelegram().running() as fake:
        yield fake


@pytest.fixture
async def telegram(fake_telegram: FakeTelegram, clock: Clock) -> AsyncIterator[Telegram]:
    async with telegram_at(fake_telegram, clock) as channel:
        yield channel


@pytest.fixture
async def fake_zalo(clock: Clock) -> AsyncIterator[FakeZalo]:
    async with fake_zalo_running(clock) as fake:
        yield fake


@pytest.fixture
async def zalo(fake_zalo: FakeZalo, clock: Clock) -> AsyncIterator[Zalo]:
    async with zalo_at(fake_zalo, clock) as channel:
        yield channel


@pytest.fixture
def senders(request: pytest.FixtureRequest, database: Database, printed: Printed) -> dict[Channel, Sender]:
    """Of the channels that the test is about: each one takes a start, and looks for letters all the time."""
    parameters = request.node.callspec.params.values() if hasattr(request.node, "callspec") else ()
    wanted = {*request.fixturenames, *filter(lambda each: isinstance(each, str), parameters)}
    found: dict[Channel, Sender] = {Channel.TERMINAL: printed}
    if "telegram" in wanted:
        found[Channel.TELEGRAM] = request.getfixturevalue("telegram").sender
    if "zalo" in wanted:
        found |= request.getfixturevalue("zalo").join(database)
    return found


@pytest.fixture
async def product(
    database: Database, knowing: Knowing, clock: Clock, senders: dict[Channel, Sender]
) -> AsyncIterator[Product]:
    made = Product(database, knowing, senders, clock)
    async with made.at_work(), made.taking_in():
        yield made


@pytest.fixture
async def web_client(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(product) as url, plain_client(url) as client:
        yield client


@asynccontextmanager
async def serving(product: Product, webhooks: Sequence[Route] = ()) -> AsyncIterator[str]:
    async with running_server(web_app(product, WebSettings(), webhooks)) as url:
        yield url


@pytest.fixture
def web_citizens(product: Product, web_client: httpx.AsyncClient) -> NewCitizen:
    return lambda: WebCitizen(product, client=web_client)


@pytest.fixture
def terminal_citizens(product: Product, printed: Printed) -> NewCitizen:
    return lambda: TerminalCitizen(product, printed=printed)


@pytest.fixture
async def telegram_citizens(
    product: Product, telegram: Telegram, fake_telegram: FakeTelegram
) -> AsyncIterator[NewCitizen]:
    async with running(telegram.poll(product.intake, product.database)):
        yield lambda: TelegramCitizen(product, person=fake_telegram.person())


@pytest.fixture
async def zalo_citizens(product: Product, zalo: Zalo, fake_zalo: FakeZalo) -> AsyncIterator[NewCitizen]:
    async with serving(product, zalo.routes(product.intake)) as url:
        fake_zalo.webhook_url = f"{url}/zalo/oa/webhook"
        yield lambda: ZaloCitizen(product, fake=fake_zalo)


@pytest.fixture(params=_CHANNELS)
def new_citizen(request: pytest.FixtureRequest, product: Product) -> NewCitizen:
    """Makes citizens of one channel; the test runs once per channel."""
    made: NewCitizen = request.getfixturevalue(f"{request.param}_citizens")
    return made


@pytest.fixture
def citizen(new_citizen: NewCitizen) -> Citizen:
    return new_citizen()


@pytest.fixture
def monday_morning(clock: Clock) -> None:
    clock.ahead = MONDAY_NINE - utc_now()


@pytest.fixture
def staff(product: Product, printed: Printed) -> StaffDesk:
    return StaffDesk(product, printed)


@pytest.fixture
def crew(product: Product, printed: Printed, clock: Clock) -> Crew:
    clock.ahead = THURSDAY - utc_now()
    return Crew(product, printed)
