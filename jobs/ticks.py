"""Clockwork: APScheduler ticks, the tables decide. Jobs hold no data; a missed tick is made up by the next one."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from services.privacy import Retention

RETENTION_SECONDS = 60
log = structlog.get_logger()


def create_scheduler(
    retention: Retention, clock: Callable[[], datetime], on_told: Callable[[Collection[int]], None]
) -> AsyncIOScheduler:
    async def erase_what_is_due() -> None:
        try:
            on_told(await retention.run(clock()))
        except Exception as error:  # the next tick tries again
            log.error("retention.failed", exc_info=error)

    scheduler = AsyncIOScheduler()
    scheduler.add_job(erase_what_is_due, "interval", seconds=RETENTION_SECONDS, max_instances=1, coalesce=True)
    return scheduler
