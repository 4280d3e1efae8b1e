"""Somebody who opens the chat page in a real Chromium."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, Page

ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


def chromium_path() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("HOTLINE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


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
        page.set_default_timeout(30_000)
        await page.goto(self.url + path)
        return page

    def _hear(self, kind: str, text: str) -> None:
        if kind == "error" and "Failed to load resource" not in text:
            self.complaints.append(text)
