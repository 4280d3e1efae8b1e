"""A real Chromium for the tests of the page; they are skipped, and counted, where there is none."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

from tests.web.stand_in import Running, StandIn
from tests.web.visitor import ARGUMENTS, Visitor, chromium_path


# One browser and one event loop for all browser tests: starting Chromium takes longer than most of them.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None and os.environ.get("HOTLINE_TESTS_NEED_BROWSER"):
        pytest.fail("the tests of the page must run here, and there is no Chromium")
    if path is None:
        pytest.skip("no Chromium: install chromium, or name one in HOTLINE_CHROMIUM")
    async with async_playwright() as playwright:
        expect.set_options(timeout=30_000)  # spent only by a test that fails
        opened = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        await opened.close()


@pytest.fixture(scope="session")
def _running() -> Iterator[tuple[StandIn, Running]]:
    stand_in = StandIn()
    running = Running(stand_in)
    yield stand_in, running
    running.stop()


@pytest.fixture
def server(_running: tuple[StandIn, Running]) -> StandIn:
    _running[0].reset()
    return _running[0]


@pytest.fixture
def url(_running: tuple[StandIn, Running]) -> str:
    return _running[1].url


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(browser: Browser, server: StandIn, url: str) -> AsyncIterator[Visitor]:
    visiting = Visitor(browser, url, [], [])
    yield visiting
    for context in browser.contexts:
        await context.close()
    assert visiting.complaints == []


@pytest.fixture(scope="session")
def artifacts() -> Path:
    folder = Path(__file__).parents[1] / "artifacts"
    folder.mkdir(exist_ok=True)
    return folder
