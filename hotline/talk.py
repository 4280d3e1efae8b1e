"""`hotline chat`: the same bot, the same way through inbox and outbox, on a database that is thrown away."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.channels.terminal import TerminalSender, arrival
from domain.models import Channel
from hotline.config import Config
from hotline.wiring import open_product, temporary

_PERSON = "terminal"
_PATIENCE_SECONDS = 10


async def talk_in_terminal(config: Config) -> None:
    answered = asyncio.Event()

    def write(text: str) -> None:
        print(f"\n{text}\n", flush=True)  # noqa: T201 - this is the channel
        answered.set()

    with tempfile.TemporaryDirectory(prefix="hotline-") as folder:
        senders = {Channel.TERMINAL: TerminalSender(write)}
        async with open_product(temporary(config, Path(folder)), senders) as product:
            print(product.knowing.questions.texts("chat.hello"), flush=True)  # noqa: T201
            async with product.at_work(), product.taking_in():
                await product.intake.receive(arrival(_PERSON, "/start"))
                while True:
                    await _patiently(answered)
                    line = await asyncio.to_thread(sys.stdin.readline)
                    if not line.strip():
                        return
                    answered.clear()
                    await product.intake.receive(arrival(_PERSON, line.rstrip("\n")))


async def _patiently(answered: asyncio.Event) -> None:
    """Waits for the answer before the next line is read, so that a piped talk reads like a talk."""
    try:
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await answered.wait()
        await asyncio.sleep(0.2)  # an answer may have a second part
    except TimeoutError:
        pass
