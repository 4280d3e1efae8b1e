"""Draws what the real program says, for the pages in docs/: every word is its own, only the shapes are drawn."""

from __future__ import annotations

import asyncio
import tempfile
import textwrap
from collections.abc import Awaitable, Callable
from datetime import datetime
from html import escape
from pathlib import Path

from db.opening import KeySource, open_database
from domain.clock import utc_now
from domain.models import Channel, Letter
from hotline.config import Config, KnowledgeConfig
from hotline.knowing import load_knowing
from hotline.wiring import Product
from tests.citizen import Clock, Printed
from tests.conftest import MODEL_CACHE

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
WIDTH, LINE, PAD, COLUMNS = 640, 22, 14, 66


def draw(name: str, letter: Letter) -> None:
    """One message of the bot with its buttons, as an SVG."""
    lines = [part for line in letter.text.splitlines() for part in textwrap.wrap(line, COLUMNS) or [""]]
    shapes, height = [], PAD + len(lines) * LINE + PAD
    shapes.append(f'<rect x="8" y="8" width="{WIDTH - 16}" height="{height}" rx="12" fill="#eef2f6"/>')
    for place, line in enumerate(lines):
        y = 8 + PAD + (place + 1) * LINE - 6
        shapes.append(f'<text x="{8 + PAD}" y="{y}" fill="#16212c">{escape(line)}</text>')
    y = 8 + height + 8
    for choice in letter.choices:
        shapes.append(
            f'<rect x="8" y="{y}" width="{WIDTH - 16}" height="34" rx="8" fill="#ffffff" stroke="#31608f"/>'
            f'<text x="{WIDTH / 2}" y="{y + 22}" text-anchor="middle" fill="#1d4a77">{escape(choice.label)}</text>'
        )
        y += 40
    size = f'width="{WIDTH}" height="{y + 8}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="sans-serif" font-size="16">'
    background = f'<rect width="{WIDTH}" height="{y + 8}" fill="#ffffff"/>'
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{name}.svg").write_text("\n".join([head, background, *shapes, "</svg>"]) + "\n", "utf-8")


def draw_talk(talk: Callable[[Product, Printed, Clock], Awaitable[None]], begins: datetime) -> None:
    """Holds a talk on a database that is thrown away afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_hold(talk, begins, Path(folder)))


async def _hold(talk: Callable[[Product, Printed, Clock], Awaitable[None]], begins: datetime, folder: Path) -> None:
    clock, printed = Clock(), Printed()
    clock.ahead = begins - utc_now()
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'h.db'}", KeySource(folder / "h.key"))
    knowing = load_knowing(Config(knowledge=KnowledgeConfig(cache_dir=MODEL_CACHE)))
    product = Product(database, knowing, {Channel.TERMINAL: printed}, clock)
    async with product.at_work(), product.taking_in():
        await talk(product, printed, clock)
    await database.close()
