"""The whole bot behind a running webhook, against our Zalo."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from db.session import Database
from hotline.knowing import Knowing
from hotline.serving import web_app
from hotline.wiring import Product
from hotline.zalo import Zalo
from tests.citizen import Clock
from tests.fakes.zalo import FakeZalo
from tests.servers import running_server
from tests.zalos import ZaloCitizen, fake_zalo_running, zalo_at
from web.app import WebSettings

PUBLIC_URL = "https://hoidap.example.gov.vn"


@pytest.fixture
def clock() -> Clock:
    """Noon in Việt Nam, so that the night is where a test puts it."""
    clock = Clock()
    clock.to_hour(12)
    return clock


@pytest.fixture
async def fake(clock: Clock) -> AsyncIterator[FakeZalo]:
    async with fake_zalo_running(clock) as running:
        yield running


class Served:
    """One process of the hotline that serves Zalo."""

    def __init__(self, product: Product, zalo: Zalo, url: str) -> None:
        self.product, self.zalo, self.url = product, zalo, url


Serve = Callable[..., Any]


@pytest.fixture
def serve(database: Database, knowing: Knowing, clock: Clock, fake: FakeZalo) -> Serve:
    @asynccontextmanager
    async def serving(public_url: str = PUBLIC_URL, **settings: Any) -> AsyncIterator[Served]:
        async with zalo_at(fake, clock, public_url, **settings) as zalo:
            product = Product(database, knowing, zalo.join(database), clock)
            app = web_app(product, WebSettings(), zalo.routes(product.intake))
            async with product.at_work(), product.taking_in(), running_server(app) as url:
                fake.webhook_url = f"{url}/zalo/oa/webhook"
                yield Served(product, zalo, url)

    return serving


@pytest.fixture
async def served(serve: Serve) -> AsyncIterator[Served]:
    async with serve() as running:
        yield running


@pytest.fixture
def citizen(served: Served, fake: FakeZalo) -> ZaloCitizen:
    return ZaloCitizen(served.product, fake=fake)
