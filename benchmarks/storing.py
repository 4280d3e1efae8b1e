"""How long a messenger's webhook waits until its message is stored, while everybody writes and the worker works.

    python -m benchmarks.storing [--people 200] [--messages 5]

A messenger waits two seconds; we answer 503 after one and a half. The intake, the worker and SQLite of one process.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from pathlib import Path

from benchmarks.spine import questions
from bot.channels import terminal
from db.opening import KeySource, open_database
from hotline.config import Config
from hotline.knowing import load_knowing
from hotline.wiring import Product


async def measure(people: int, messages: int, folder: Path) -> tuple[list[float], float]:
    """Milliseconds until each message was stored, and how many messages a second were answered."""
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'storing.db'}", KeySource(folder / "key"))
    product = Product(database, load_knowing(Config()))
    texts, times = questions(people * messages), []

    async def bring(number: int) -> None:
        began = time.perf_counter()
        await product.intake.receive(terminal.arrival(f"{number % people}", texts[number]))
        times.append(1000 * (time.perf_counter() - began))

    async with product.at_work(), product.taking_in():
        began = time.perf_counter()
        for turn in range(messages):
            bringing = [asyncio.create_task(bring(number)) for number in range(turn * people, (turn + 1) * people)]
            await asyncio.gather(*bringing)
        while True:
            async with database.reading() as uow:
                if not await uow.inbox.count_waiting():
                    break
            await asyncio.sleep(0.01)
        speed = len(texts) / (time.perf_counter() - began)
    await database.close()
    return sorted(times), speed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--messages", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        times, speed = asyncio.run(measure(options.people, options.messages, Path(folder)))
    shown = [f"{times[min(len(times) - 1, int(share * len(times)))]:.0f}" for share in (0.5, 0.95, 0.99, 1)]
    late = sum(each > 1500 for each in times)
    print(f"stored after p50 / p95 / p99 / last: {' / '.join(shown)} ms; {late} of {len(times)} after 1.5 s")
    print(f"answered: {speed:.0f} messages/s")


if __name__ == "__main__":
    main()
