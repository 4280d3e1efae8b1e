"""How much the promises cost: our way from intake to answer, beside peers in the same run. Prints ratios.

    python -m benchmarks.spine [--messages 2000] [--rounds 3]

Peers, each fed the same updates one after another in this process:
  echo            a bare aiogram dispatcher, one handler, one send into nothing; nothing is stored
  echo + commits  the same with one INSERT, one UPDATE and one DELETE per message, each committed, through the same
                  SQLAlchemy and aiosqlite with the same settings of SQLite
Ours: a webhook-like intake with 200 people writing at once; stored, read for danger, understood, answered, counted and
committed. All questions differ; none is about danger.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher, Router
from aiogram.client.session.base import BaseSession
from aiogram.types import Chat, Message, Update
from sqlalchemy import BigInteger, Column, LargeBinary, MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.channels import web
from db.crypto import Keys, new_key
from db.opening import KeySource, open_database
from db.session import create_engine
from hotline.config import Config
from hotline.knowing import load_knowing
from hotline.wiring import Product

PEOPLE = 200


class Nowhere(BaseSession):
    """Accepts what is sent."""

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109
        return Message(message_id=1, date=0, chat=Chat(id=1, type="private"))  # type: ignore[arg-type]

    async def close(self) -> None: ...

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        yield b""


def questions(count: int) -> list[str]:
    """Real phrasings of the knowledge base, each with a number so that no two are the same."""
    lines = [
        line
        for file in sorted(Path("knowledge/phrasings").glob("*.txt"))
        if not file.name.startswith("urgent.")  # danger cuts every group of messages short, and is rarer than here
        for line in file.read_text("utf-8").splitlines()
        if line.strip()
    ]
    return [f"{lines[number * 7919 % len(lines)]} {number}" for number in range(count)]


def update(number: int, text: str) -> dict[str, Any]:
    person = {"id": number % PEOPLE + 1, "is_bot": False, "first_name": "-"}
    chat = {"id": number % PEOPLE + 1, "type": "private"}
    message = {"message_id": number, "date": 0, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


def echo_dispatcher(before: Callable[[Message], Awaitable[None]] | None = None) -> Dispatcher:
    router = Router()

    @router.message()
    async def echo(message: Message) -> None:
        if before:
            await before(message)
        await message.answer(message.text or "")

    dispatcher = Dispatcher()
    dispatcher.include_router(router)
    return dispatcher


async def bare_echo(texts: list[str], _folder: Path) -> float:
    bot, dispatcher = Bot("1:echo", session=Nowhere()), echo_dispatcher()
    started = time.perf_counter()
    for number, text in enumerate(texts):
        await dispatcher.feed_update(bot, Update.model_validate(update(number, text), context={"bot": bot}))
    return len(texts) / (time.perf_counter() - started)


async def committing_echo(texts: list[str], folder: Path) -> float:
    metadata = MetaData()
    columns = (Column("id", BigInteger, primary_key=True), Column("text", LargeBinary), Column("n", BigInteger))
    table = Table("rows", metadata, *columns)
    engine: AsyncEngine = create_engine(f"sqlite+aiosqlite:///{folder / 'echo.db'}", Keys(new_key()))
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        await connection.execute(table.insert().values(id=0, text=b"", n=0))

    async def commit_three(message: Message) -> None:
        key = message.message_id + 1
        async with engine.begin() as connection:
            await connection.execute(table.insert().values(id=key, text=(message.text or "").encode()))
        async with engine.begin() as connection:
            await connection.execute(table.update().where(table.c.id == 0).values(n=key))
        async with engine.begin() as connection:
            await connection.execute(table.delete().where(table.c.id == key))

    bot, dispatcher = Bot("1:echo", session=Nowhere()), echo_dispatcher(commit_three)
    started = time.perf_counter()
    for number, text in enumerate(texts):
        await dispatcher.feed_update(bot, Update.model_validate(update(number, text), context={"bot": bot}))
    speed = len(texts) / (time.perf_counter() - started)
    await engine.dispose()
    return speed


async def ours(texts: list[str], folder: Path) -> float:
    database = await open_database(f"sqlite+aiosqlite:///{folder / 'ours.db'}", KeySource(folder / "key"))
    product = Product(database, load_knowing(Config()))

    async def person(own: list[tuple[int, str]]) -> None:
        for number, text in own:
            await product.intake.receive(web.arrival(f"{number % PEOPLE:064x}", str(number), text=text))

    async with product.at_work(), product.taking_in():
        numbered = list(enumerate(texts))
        started = time.perf_counter()
        await asyncio.gather(*(person(numbered[start::PEOPLE]) for start in range(PEOPLE)))
        while True:
            async with database.reading() as uow:
                if not await uow.inbox.count_waiting():
                    break
            await asyncio.sleep(0.005)
        speed = len(texts) / (time.perf_counter() - started)
    async with database.reading() as uow:
        answered = sum([len(await uow.outbox.list_for(contact, 0)) for contact in await contact_ids(database)])
    assert answered >= len(texts), f"{answered} answers to {len(texts)} questions"
    await database.close()
    return speed


async def contact_ids(database: Any) -> list[int]:
    from sqlalchemy import select

    from db.models import ContactRow

    async with database.reading() as uow:
        return list((await uow.execute(select(ContactRow.id))).scalars())


async def measure(messages: int, rounds: int) -> None:
    texts = questions(messages)
    speeds: dict[str, list[float]] = {"echo": [], "echo + commits": [], "ours": []}
    runs = {"echo": bare_echo, "echo + commits": committing_echo, "ours": ours}
    for _ in range(rounds):
        for name, run in runs.items():
            with tempfile.TemporaryDirectory() as folder:
                speeds[name].append(await run(texts, Path(folder)))
    middle = {name: statistics.median(values) for name, values in speeds.items()}
    for name, values in speeds.items():
        print(f"{name:16} {middle[name]:8.0f} messages/s   ({', '.join(f'{value:.0f}' for value in values)})")
    print(f"ours / echo            {middle['ours'] / middle['echo']:.3f}   (goal 0.12)")
    print(f"ours / echo + commits  {middle['ours'] / middle['echo + commits']:.2f}    (goal 1.0)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    asyncio.run(measure(arguments.messages, arguments.rounds))


if __name__ == "__main__":
    main()
