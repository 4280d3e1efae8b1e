"""A real Chromium for the tests of the page; they are skipped, and counted, where there is none."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright
from stand_in import Running, StandIn

_ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()


def chromium_path() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("HOTLINE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


# One browser and one event loop for all browser tests: starting Chromium takes longer than most of them.
@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium: install chromium, or name one in HOTLINE_CHROMIUM")
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
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


@dataclass
class Visitor:
    """Opens pages as somebody would, and notes where they called and what they complained about."""

    browser: Browser
    url: str
    requests: list[str]
    complaints: list[str]

    async def opens(self, path: str = "/", **context: Any) -> Page:
        context = {"viewport": {"width": 360, "height": 740}, "locale": "vi-VN"} | context
        page = await (await self.browser.new_context(**context)).new_page()
        page.context.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.set_default_timeout(10_000)
        await page.goto(self.url + path)
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)


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
