"""The page with the real program behind it: `hotline run` as a process, a real Chromium in front."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.hotline.running import RunningHotline
from texts import vietnamese

texts = vietnamese()
QUESTION = "dang ky cai nghien cho con o dau"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def hotline(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningHotline]:
    running = RunningHotline(tmp_path_factory.mktemp("hotline"))
    await running.start()
    yield running
    await running.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, hotline: RunningHotline) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2, locale="vi-VN")
    opened = await context.new_page()
    await opened.goto(hotline.url)
    yield opened
    await context.close()


async def ask(page: Page, question: str) -> None:
    await page.fill("#question", question)
    await page.press("#question", "Enter")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_a_question_without_marks_gets_the_dated_answer_and_its_details(page: Page, artifacts: Path) -> None:
    answers = page.locator(".message:not(.own) .text")
    await expect(answers).to_have_count(1)  # the greeting
    await ask(page, QUESTION)
    await expect(answers.last).to_contain_text("Công an cấp xã")
    await expect(answers.last).to_contain_text(texts("answer.verified", on="22/11/2026"))
    await page.screenshot(path=artifacts / "real-answer.png")
    await page.get_by_role("button", name=texts("buttons.details")).last.click()
    await expect(answers).to_have_count(3)
    await ask(page, "2")
    await expect(answers).to_have_count(4)


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_danger_is_shown_as_such_with_a_number_to_press(page: Page, artifacts: Path) -> None:
    await ask(page, "con em nằm im re môi tím ngắt gọi không dậy")
    urgent = page.locator(".message.urgent").last
    await expect(urgent.get_by_role("link", name="115").first).to_have_attribute("href", "tel:115")
    await page.screenshot(path=artifacts / "real-urgent.png")


@pytest.mark.browser
@pytest.mark.asyncio(loop_scope="session")
async def test_the_program_killed_while_the_page_is_open_is_not_noticed(page: Page, hotline: RunningHotline) -> None:
    answers = page.locator(".message:not(.own) .text")
    await expect(answers).to_have_count(1)
    await hotline.kill()
    await ask(page, QUESTION)
    await hotline.start()
    await expect(answers).to_have_count(2, timeout=40_000)
    await expect(answers.last).to_contain_text("Công an cấp xã")
