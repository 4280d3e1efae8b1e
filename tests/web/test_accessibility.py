"""WCAG 2.2 AA as far as a machine can tell, large text, small windows; and pictures to look at in tests/artifacts/."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.web.stand_in import StandIn
from tests.web.visitor import Visitor
from texts import vietnamese

WORDS = vietnamese().under("web")
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
SCREENS = {"phone": (360, 740), "desktop": (1280, 800)}

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def assert_accessible(page: Page) -> None:
    results = await Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
    assert len(results.response["passes"]) > 10  # it did look


async def assert_nothing_sticks_out(page: Page) -> None:
    assert await page.evaluate("document.documentElement.scrollWidth") == await page.evaluate("innerWidth")


async def walk(page: Page, server: StandIn, look: Any) -> None:
    """Through every state of the page; `look(state)` is called in each."""
    messages = page.locator(".message:not(.own)")
    await expect(messages).to_have_count(1)
    await look("greeting")
    await page.fill("#question", "dang ky cai o dau")
    await page.press("#question", "Enter")
    await expect(messages).to_have_count(2)
    await look("chatting")
    await page.fill("#question", "em tôi bị quá liều")
    await page.press("#question", "Enter")
    await expect(messages).to_have_count(3)
    await look("urgent")
    server.failing = -1
    await page.fill("#question", "a" * 10_001)
    await expect(page.locator("#notice")).to_have_text(WORDS["too_long"])
    await page.fill("#question", "Cho tôi hỏi thêm:\nchi phí bao nhiêu, có được hỗ trợ gì không?")
    await page.press("#question", "Enter")
    await expect(page.locator(".note").last).to_have_text(WORDS["failed"])
    await look("failing")
    server.failing = 0
    await expect(messages).to_have_count(4)
    await page.click("#erase")
    await expect(page.locator("#dialog")).to_be_visible()
    await look("dialog")
    await page.click("#erase-all")
    await expect(page.locator("#notice")).to_have_text(WORDS["erased"])
    await look("empty")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
async def test_no_violation_in_any_state(
    visitor: Visitor, server: StandIn, artifacts: Path, screen: str, scheme: str
) -> None:
    width, height = SCREENS[screen]
    page = await visitor.opens(viewport={"width": width, "height": height}, color_scheme=scheme)

    async def look(state: str) -> None:
        await page.screenshot(path=artifacts / f"{screen}-{scheme}-{state}.png")
        await assert_nothing_sticks_out(page)
        await assert_accessible(page)

    await walk(page, server, look)


async def test_text_twice_as_large_on_the_narrowest_phone(visitor: Visitor, server: StandIn, artifacts: Path) -> None:
    page = await visitor.opens("/blank", viewport={"width": 320, "height": 640})
    browser_settings = await page.context.new_cdp_session(page)
    await browser_settings.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    await page.goto(visitor.url)
    assert await page.evaluate("getComputedStyle(document.documentElement).fontSize") == "36px"

    async def look(state: str) -> None:
        await page.screenshot(path=artifacts / f"large-text-{state}.png")
        await assert_nothing_sticks_out(page)
        await assert_accessible(page)

    await walk(page, server, look)


@pytest.mark.parametrize(("width", "height"), [(280, 600), (360, 380), (740, 340), (320, 256)])
async def test_small_windows(visitor: Visitor, server: StandIn, artifacts: Path, width: int, height: int) -> None:
    """A watch-sized phone, the keyboard open, a phone on its side, a desktop enlarged four times."""
    page = await visitor.opens(viewport={"width": width, "height": height})

    async def look(state: str) -> None:
        await page.screenshot(path=artifacts / f"small-{width}x{height}-{state}.png")
        await assert_nothing_sticks_out(page)

    await walk(page, server, look)
    await expect(page.locator("nav a")).to_have_count(3)
    for link in await page.locator("nav a").all():
        await expect(link).to_be_in_viewport(ratio=1)


async def test_text_size_button_enlarges_and_lasts_for_this_tab(visitor: Visitor) -> None:
    page = await visitor.opens()
    size = page.get_by_role("button", name=WORDS["text_size"])
    seen = []
    for _ in range(3):
        await size.click()
        seen.append(await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
        await assert_nothing_sticks_out(page)
    assert seen == [22, 27, 18]
    await size.click()
    await page.reload()
    assert await page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 22


async def test_what_is_pressed_is_large_enough(visitor: Visitor) -> None:
    page = await visitor.opens()
    await expect(page.locator(".choice:visible").first).to_be_visible()
    for element in await page.locator("button:visible, nav a").all():
        box = await element.bounding_box()
        assert box and box["height"] >= 44 and box["width"] >= 44, await element.inner_text()


async def test_motion_is_still_for_those_who_ask(visitor: Visitor, server: StandIn) -> None:
    page = await visitor.opens(reduced_motion="reduce")
    await expect(page.locator(".message")).to_have_count(1)
    server.answer_after = 3600
    await page.fill("#question", "đăng ký")
    await page.press("#question", "Enter")
    await expect(page.locator("#waiting")).to_have_class("waiting dots")
    assert await page.evaluate("document.getAnimations().length") == 0
