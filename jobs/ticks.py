"""Clockwork: APScheduler ticks, the tables decide. Jobs hold no data; a missed tick is made up by the next one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from domain.clock import utc_now

RETENTION_SECONDS = 60
DESK_SECONDS = 30
MORNING_SECONDS = 30
REPORT_ORDERS_SECONDS = 2
REPORT_CLOCK_SECONDS = 600
OFFICER_LIST_SECONDS = 60
log = structlog.get_logger()


Due = Callable[[datetime], Awaitable[Collection[int]]]
"""Does what is due at a moment; gives the contacts who have been told something."""


@asynccontextmanager
async def ticking(
    jobs: Mapping[str, tuple[Due, int]],
    clock: Callable[[], datetime],
    on_told: Callable[[Collection[int]], None],
) -> AsyncIterator[None]:
    """Does what is due while the block runs, the first time at once: after a long stop nobody waits for the clockwork.

    jobs: by name, what is to be done every so many seconds.
    """
    scheduler, under_way = AsyncIOScheduler(), set[asyncio.Task[Any]]()

    async def tick(name: str, due: Due) -> None:
        if task := asyncio.current_task():
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        try:
            on_told(await due(clock()))
        except asyncio.CancelledError:  # the hotline stops; what was begun is undone by the database, and due again
            return
        except Exception as error:  # the next tick tries again
            log.error("tick.failed", job=name, exc_info=error)

    for name, (due, seconds) in jobs.items():
        scheduler.add_job(
            tick,
            "interval",
            (name, due),
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
            next_run_time=utc_now(),
        )
    scheduler.start()
    try:
        yield
    finally:
        scheduler.shutdown(wait=False)  # cancels what is under way, and does not wait for it
        # Else the loop may end while a connection of theirs is still being closed, and wait for that for ever.
        await asyncio.gather(*under_way, return_exceptions=True)
