"""Draws the pictures of docs/counsellors.vi.md from a talk with the real program.

    python -m tests.draw_counsellors

Everything in a picture was said by the program in this run; only the shapes around it are drawn here.
"""

from __future__ import annotations

import asyncio
import tempfile
import textwrap
from html import escape
from pathlib import Path

from db.opening import KeySource, open_database
from domain.clock import utc_now
from domain.models import Channel, Letter
from hotline.config import Config, KnowledgeConfig
from hotline.knowing import load_knowing
from hotline.wiring import Product
from tests.citizen import Clock, Printed, TerminalCitizen
from tests.conftest import MODEL_CACHE
from tests.conversations.desk import MONDAY_NINE, StaffDesk, ask_for_call
from texts import vietnamese

FOLDER = Path(__file__).parent.parent / "docs" / "pictures"
WIDTH, LINE, PAD, COLUMNS = 640, 22, 14, 66
texts = vietnamese()


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
    (FOLDER / f"{name}.svg").write_text("\n".join([head, background, *shapes, "</svg>"]) + "\n", "utf-8")


async def talk(folder: Path) -> None:
    clock, printed = Clock(), Printed()
    clock.ahead = MONDAY_NINE - utc_now()
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'h.db'}", KeySource(folder / "h.key"))
    knowing = load_knowing(Config(knowledge=KnowledgeConfig(cache_dir=MODEL_CACHE)))
    product = Product(database, knowing, {Channel.TERMINAL: printed}, clock)
    async with product.at_work(), product.taking_in():
        lan = await StaffDesk(product, printed).joins(on_duty=False)
        draw("counsellor-joined", lan.last)
        await lan.says("/ca")
        draw("counsellor-desk", lan.last)
        await lan.presses(texts("desk.begin"))
        await ask_for_call(TerminalCitizen(product, printed=printed), "0912 345 678")
        await lan.hears()
        draw("counsellor-told", lan.last)
        await lan.says("/hangcho")
        draw("counsellor-queue", lan.last)
        await lan.presses(texts("desk.take", place=1))
        draw("counsellor-number", lan.last)
        await lan.presses(texts("outcome.met"))
        draw("counsellor-whom", lan.last)
        await lan.presses(texts("record.who_family"))
        draw("counsellor-closed", lan.last)
        await lan.says("/ghi")
        draw("counsellor-record", lan.last)
        for key in ("record.way_phone", "record.topic_law", "record.who_family", "record.referral_police"):
            await lan.presses(texts(key))
        draw("counsellor-recorded", lan.last)
        await lan.says("/traloi giấy tờ cai nghiện tại nhà")
        draw("counsellor-aloud", lan.last)
    await database.close()


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(talk(Path(folder)))


if __name__ == "__main__":
    main()
