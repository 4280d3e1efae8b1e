"""Clockwork: APScheduler ticks, the tables decide. Jobs hold no data; a missed tick is made up by the next one."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from services.desk_watch import DeskWatch
from services.officer_list import OfficerList
from services.privacy import Retention
from services.reporting.clock import ReportClock
from services.reporting.orders import ReportOrders

RETENTION_SECONDS = 60
DESK_SECONDS = 30
REPORT_ORDERS_SECONDS = 2
REPORT_CLOCK_SECONDS = 600
OFFICER_LIST_SECONDS = 60
log = structlog.get_logger()


Due = Callable[[datetime], Awaitable[Collection[int]]]
"""Does what is due at a moment; gives the contacts who have been told something."""


def create_scheduler(
    retention: Retention,
    watch: DeskWatch,
    officer_list: OfficerList,
    orders: ReportOrders,
    reports: ReportClock,
    clock: Callable[[], datetime],
    on_told: Callable[[Collection[int]], None],
) -> AsyncIOScheduler:
    scheduler = AsyncIOScheduler()
    jobs: list[tuple[str, Due, int]] = [
        ("retention", retention.run, RETENTION_SECONDS),
        ("desk", watch.run, DESK_SECONDS),
        ("report orders", orders.run, REPORT_ORDERS_SECONDS),
        ("reports", reports.run, REPORT_CLOCK_SECONDS),
        ("officer_list", officer_list.run, OFFICER_LIST_SECONDS),
    ]
    for name, due, seconds in jobs:
        scheduler.add_job(
            _tick,
            "interval",
            (name, due, clock, on_told),
            seconds=seconds,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )
    return scheduler


async def _tick(name: str, due: Due, clock: Callable[[], datetime], on_told: Callable[[Collection[int]], None]) -> None:
    try:
        on_told(await due(clock()))
    except Exception as error:  # the next tick tries again
        log.error("tick.failed", job=name, exc_info=error)
