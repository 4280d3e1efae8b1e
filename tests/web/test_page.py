"""The chat page in a real Chromium, against a stand-in server that fails on demand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.patience import eventually
from tests.web.stand_in import ANSWER, GREETING, StandIn
from tests.web.visitor import Visitor
from texts import vietnamese
from web import page as chat_page

WORDS = vietnamese().under("web")


def in_browser(test: Callable[..., Any]) -> Callable[..., Any]:
    return pytest.mark.browser(pytest.mark.asyncio(loop_scope="session")(test))


def answers(page: Page) -> Any:
    return page.locator(".message:not(.own) .text")


async def greeted(visitor: Visitor) -> Page:
    page = await visitor.opens()
    await expect(answers(page)).to_have_text([GREETING])
    return page


async def says(page: Page, text: str) -> None:
    await page.fill("#question", text)
    await page.press("#question", "Enter")


# --- The files


def test_page_and_its_files_are_light() -> None:
    assert len(chat_page.page(vietnamese())) + sum(len(content) for content, _ in chat_page.assets().values()) <= 30_000


def test_page_refers_to_its_files_by_the_hash_of_their_content() -> None:
    html = chat_page.page(vietnamese()).decode()
    assert sorted(chat_page.assets()) == sorted("/" + found for found in re.findall(r'"(static/[^"]+)"', html))
    assert all(re.fullmatch(r"/static/\w+\.[0-9a-f]{12}\.(css|js|svg)", address) for address in chat_page.assets())


def test_page_has_nothing_inline_and_a_neutral_title() -> None:
    html = chat_page.page(vietnamese()).decode()
    assert f"<title>{WORDS['title']}</title>" in html
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=)", html)


def test_only_named_sites_may_frame_the_page() -> None:
    policy = "Content-Security-Policy"
    assert "frame-ancestors 'none'" in chat_page.headers([])[policy]
    assert (
        "frame-ancestors https://a.gov.vn https://b.vn:8443;"
        in chat_page.headers(["https://a.gov.vn", "https://b.vn:8443"])[policy]
    )


@pytest.mark.parametrize(
    "origin", ["*", "https://a.vn; script-src *", "https://a.vn/path", "a.vn", "https://a.vn\r\nX: y"]
)
def test_what_is_no_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValueError, match="embed_origins"):
        chat_page.headers([origin])


# --- Talking


@in_browser
async def test_asking_by_keyboard_only(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    await page.keyboard.press("Tab")
    await expect(page.locator("#exit")).to_be_focused()
    await page.keyboard.press("Tab")  # the way past everything that was said
    await page.keyboard.press("Enter")
    await expect(page.locator("#question")).to_be_focused()
    await page.keyboard.type("dang ky")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("cai o dau")
    await page.keyboard.press("Enter")
    await expect(answers(page)).to_have_text([GREETING, ANSWER])
    await expect(page.locator("#question")).to_be_focused()
    await expect(page.locator("#question")).to_have_value("")
    await expect(page.locator(".own .text")).to_have_text(["dang ky\ncai o dau"])
    assert [message.get("text") for message in server.received] == ["/start", "dang ky\ncai o dau"]
    assert visitor.requests and all(
        re.fullmatch(re.escape(visitor.url) + "/[a-z0-9./]*", each) for each in visitor.requests
    )


@in_browser
async def test_everything_focused_by_keyboard_stands_clear_of_the_bars(visitor: Visitor) -> None:
    page = await greeted(visitor)
    await says(page, "đăng ký cai")
    await expect(answers(page)).to_have_count(2)
    await page.locator("#exit").focus()
    for _ in range(16):
        await page.keyboard.press("Tab")
        assert await page.evaluate("""() => {
            const box = document.activeElement.getBoundingClientRect(), x = box.left + box.width / 2;
            return [box.top + 2, box.bottom - 2].every(
                y => document.activeElement.contains(document.elementFromPoint(x, y)));
        }"""), await page.evaluate("document.activeElement.outerHTML")


@in_browser
async def test_number_buttons_answer_and_old_ones_stay_usable(visitor: Visitor, server: StandIn) -> None:
    page = await visitor.opens()
    first = page.get_by_role("button", name="2. Chi phí, hỗ trợ")
    await first.click()
    await expect(page.locator(".own .text")).to_have_text(["2. Chi phí, hỗ trợ"])
    await expect(answers(page)).to_have_count(2)
    await says(page, "đăng ký")
    await expect(answers(page)).to_have_count(3)
    await page.wait_for_timeout(600)  # faster than a hand can be is taken for a double tap
    await page.get_by_role("button", name="1. Đăng ký cai").click()
    await expect(answers(page)).to_have_count(4)
    assert [message.get("press") for message in server.received] == [None, "t:2", None, "t:1"]
    assert all(box["height"] >= 44 for box in [await first.bounding_box()] if box)


@in_browser
async def test_double_tap_presses_once(visitor: Visitor, server: StandIn) -> None:
    page = await visitor.opens()
    await page.get_by_role("button", name="1. Đăng ký cai").dblclick()
    await expect(answers(page)).to_have_count(2)
    assert len(server.received) == 2


@in_browser
async def test_phone_numbers_are_links_and_law_is_not(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    server.say_to_all(
        "Gọi 115, 111/113 hoặc 114. Số 0912.345.678, 0769.04.04.04, +84 912 345 678, (024) 3825 1234, 19001567, "
        "1800 1567; Điều 113, 114 và 115 Luật 115/2025/QH15, khoản 1, 2 Điều 111, 115.000 đồng, 115 triệu, "
        "01/7/2026, Mẫu 115, 2113."
    )
    await expect(answers(page)).to_have_count(2)
    links = answers(page).last.locator("a")
    assert await links.evaluate_all("all => all.map(each => each.getAttribute('href').replace('tel:', ''))") == [
        *("115", "111", "113", "114"),
        *("0912345678", "0769040404", "+84912345678", "02438251234", "19001567", "18001567"),
    ]


@in_browser
async def test_text_is_never_markup(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    nasty = '<img src=x onerror="alert(1)"><b>đậm</b>'
    await says(page, nasty)
    server.say_to_all(nasty)
    await expect(answers(page)).to_have_count(3)
    await expect(page.locator(".own .text")).to_have_text([nasty])
    await expect(answers(page).last).to_have_text(nasty)
    assert await page.locator("#log img, #log .text b").count() == 0


@in_browser
async def test_danger_is_marked_with_words_and_announced(visitor: Visitor) -> None:
    page = await visitor.opens()
    await says(page, "em tôi bị quá liều")
    alert = page.get_by_role("alert")
    await expect(alert).to_contain_text(WORDS["urgent_label"])
    await expect(alert.get_by_role("link", name="115")).to_have_attribute("href", "tel:115")
    await expect(page.locator("nav a").first).to_be_in_viewport()


@in_browser
async def test_waiting_is_told_late_and_ends_with_the_answer(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    server.answer_after = 1.5
    await says(page, "đăng ký")
    await expect(page.locator("#waiting")).to_have_text(WORDS["waiting"])
    await expect(answers(page)).to_have_count(2)
    await expect(page.locator("#waiting")).to_have_text("")


@in_browser
async def test_long_wait_is_told_honestly(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    server.answer_after = 3600
    await page.clock.install()
    await says(page, "đăng ký")
    await eventually(lambda: len(server.received) == 2)
    await expect(page.locator(".own .note")).to_have_text("")
    await page.clock.fast_forward(21_000)
    await expect(page.locator("#waiting")).to_have_text(WORDS["slow"])


@in_browser
async def test_too_long_a_text_is_kept_and_told(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    await says(page, "a" * 10_001)
    await expect(page.locator("#notice")).to_have_text(WORDS["too_long"])
    await expect(page.locator("#question")).to_have_value("a" * 10_001)
    await says(page, "a" * 10_000)
    await eventually(lambda: len(server.received) == 2)
    await expect(page.locator("#notice")).to_have_text("")


@in_browser
async def test_enter_while_composing_a_letter_sends_nothing(visitor: Visitor) -> None:
    page = await visitor.opens()
    await page.fill("#question", "xin chào")
    await page.locator("#question").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    await expect(page.locator("#question")).to_have_value("xin chào")


# --- A bad line


@in_browser
async def test_lost_stream_comes_back_and_shows_each_answer_once(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    for number in range(12):  # over the point where the ids grow by a digit
        server.say_to_all(f"câu {number}")
    await expect(answers(page)).to_have_count(13)
    server.cut_streams()
    server.say_to_all("trong lúc mất mạng")
    await expect(answers(page)).to_have_count(14)
    server.cut_streams()
    await says(page, "đăng ký")
    await expect(answers(page)).to_have_text(
        [GREETING, *(f"câu {number}" for number in range(12)), "trong lúc mất mạng", ANSWER]
    )
    assert server.last_event_ids[:2] == ["0", "1000000000000000003"]
    assert [message["text"] for message in server.received] == ["/start", "đăng ký"]


@in_browser
async def test_offline_phone_sends_when_it_is_back(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    await page.context.set_offline(True)
    await expect(page.locator("#notice")).to_have_text(WORDS["offline"])
    await says(page, "một")
    await says(page, "hai")
    await expect(page.locator(".own .note").first).to_have_text(WORDS["failed"])
    await page.context.set_offline(False)
    await expect(answers(page)).to_have_count(3)
    await expect(page.locator("#notice")).to_have_text("")
    await expect(page.locator(".own .note")).to_have_text(["", ""])
    assert [message["text"] for message in server.received] == ["/start", "một", "hai"]


@in_browser
async def test_failing_server_gets_the_message_once_when_it_recovers(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    server.failing = 2
    await says(page, "đăng ký")
    await expect(page.locator(".own .note")).to_have_text(WORDS["failed"])
    await expect(answers(page)).to_have_text([GREETING, ANSWER])
    await expect(page.locator(".own .note")).to_have_text("")
    assert server.refused == 2 and len(server.received) == 2


@in_browser
async def test_message_whose_receipt_was_lost_is_answered_once(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    server.reply_lost = 2
    await says(page, "đăng ký")
    await expect(page.locator(".own .note")).to_have_text(WORDS["failed"])
    await expect(page.locator(".own .note")).to_have_text("")
    await page.wait_for_timeout(1000)  # longer than "Đang trả lời" waits to show
    await expect(page.locator("#waiting")).to_have_text("")
    await expect(answers(page)).to_have_text([GREETING, ANSWER])


@in_browser
async def test_refused_message_is_not_sent_again_and_the_next_one_is(visitor: Visitor, server: StandIn) -> None:
    page = await visitor.opens()
    await says(page, "refuse me")
    await says(page, "đăng ký")
    await expect(page.locator(".own .note")).to_have_text([WORDS["refused"], ""])
    await expect(answers(page).last).to_have_text(ANSWER)


@in_browser
async def test_server_without_streams_is_asked_every_few_seconds(visitor: Visitor, server: StandIn) -> None:
    server.streams = False
    page = await visitor.opens()
    await says(page, "đăng ký")
    await expect(answers(page).last).to_have_text(ANSWER)


@in_browser
async def test_stream_held_back_by_a_proxy_is_given_up(visitor: Visitor, server: StandIn) -> None:
    server.mute = True
    page = await visitor.opens("/blank")
    await page.clock.install()
    await page.goto(visitor.url)
    await says(page, "đăng ký")
    await eventually(lambda: len(server.received) == 1)
    await page.clock.fast_forward(13_000)
    await expect(answers(page)).to_have_text([ANSWER])


@in_browser
async def test_stream_without_a_heartbeat_is_opened_again(visitor: Visitor, server: StandIn) -> None:
    page = await visitor.opens("/blank")
    await page.clock.install()
    await page.goto(visitor.url)
    await expect(answers(page)).to_have_count(1)
    await page.clock.fast_forward(41_000)
    await eventually(lambda: len(server.last_event_ids) >= 2)
    assert server.last_event_ids[-1] != "0"


@in_browser
async def test_reload_shows_what_the_server_still_has_without_a_new_greeting(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    await says(page, "đăng ký")
    await expect(answers(page)).to_have_count(2)
    token = await page.evaluate("sessionStorage.t")
    await page.reload()
    await expect(answers(page)).to_have_count(2)
    await page.wait_for_timeout(1500)
    assert await page.evaluate("sessionStorage.t") == token
    await expect(answers(page)).to_have_count(2)


# --- Leaving no trace


@in_browser
async def test_erasing_empties_page_and_server_and_begins_anew(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    await says(page, "đăng ký")
    await expect(answers(page)).to_have_count(2)
    token = await page.evaluate("sessionStorage.t")
    erase = page.get_by_role("button", name=WORDS["erase"])
    await erase.click()
    await expect(page.get_by_role("button", name=WORDS["erase_no"])).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(erase).to_be_focused()
    assert server.erased == []
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name=WORDS["erase_yes"]).click()
    await expect(page.locator("#notice")).to_have_text(WORDS["erased"])
    assert server.erased == [token]
    assert await page.locator("#log > *").count() == 0
    assert re.fullmatch("[0-9a-f]{64}", await page.evaluate("sessionStorage.t"))
    assert await page.evaluate("sessionStorage.t") != token
    await says(page, "còn gì không")
    await expect(answers(page)).to_have_text([ANSWER])


@in_browser
async def test_failed_erasing_is_told_and_nothing_is_lost(visitor: Visitor, server: StandIn) -> None:
    page = await greeted(visitor)
    server.erase_down = True
    await page.click("#erase")
    await page.click("#erase-all")
    await expect(page.locator("#notice")).to_have_text(WORDS["erase_failed"])
    await says(page, "đăng ký")
    await expect(answers(page)).to_have_text([GREETING, ANSWER])


@in_browser
@pytest.mark.parametrize("way", ["button", "escape twice"])
async def test_quick_exit_leaves_nothing(visitor: Visitor, server: StandIn, way: str) -> None:
    page = await visitor.opens("/blank")
    await page.goto(visitor.url)
    await expect(answers(page)).to_have_count(1)
    await page.context.route("https://www.google.com/**", lambda route: route.fulfill(body="thời tiết"))
    await says(page, "đăng ký")
    await expect(answers(page)).to_have_count(2)
    token = await page.evaluate("sessionStorage.t")
    if way == "button":
        await page.get_by_role("button", name=WORDS["exit"]).click()
    else:
        await page.keyboard.press("Escape")
        await page.keyboard.press("Escape")
    await page.wait_for_url("https://www.google.com/search?q=thoi+tiet")
    await page.go_back()  # not to the chat: its place in the history was taken
    assert page.url == visitor.url + "/blank"
    assert await page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [0, 0, ""]
    await eventually(lambda: server.erased == [token])


@in_browser
async def test_exit_works_at_once_on_a_dead_line(visitor: Visitor) -> None:
    page = await greeted(visitor)
    await page.context.route("https://www.google.com/**", lambda route: asyncio.sleep(0.6))
    assert await page.evaluate("document.getElementById('exit').click(), document.body.textContent") == ""


@in_browser
async def test_page_talks_inside_the_frame_of_a_portal(visitor: Visitor) -> None:
    page = await visitor.opens("/portal", viewport={"width": 420, "height": 760})
    frame = page.frame_locator("iframe")
    await frame.locator("#question").fill("đăng ký")
    await frame.locator("#question").press("Enter")
    await expect(frame.locator(".message:not(.own) .text").last).to_have_text(ANSWER)


@in_browser
async def test_without_script_the_numbers_are_there_and_no_dead_buttons(visitor: Visitor) -> None:
    page = await visitor.opens(java_script_enabled=False)
    await expect(page.locator("nav a[href='tel:115']")).to_be_visible()
    assert await page.get_by_role("button").count() == 0
    # Chromium driven this way hides <noscript> all the same, so its content is looked up in the file.
    html = chat_page.page(vietnamese()).decode()
    inside = html[html.index("<noscript>") : html.index("</noscript>")]
    assert WORDS["no_script"] in inside
    assert re.findall(r'href="tel:(\d+)"', inside) == ["115", "113", "111"]
