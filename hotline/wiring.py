"""The composition root: makes every part from the settings and puts them together. Values, not Config, go inward."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from aiogram import Bot, Dispatcher

from bot.channels import terminal
from bot.channels import web as web_channel
from bot.channels.telegram.updates import sent_file as telegram_sent_file
from bot.channels.telegram.updates import shared_phone
from bot.channels.telegram.updates import to_update as telegram_to_update
from bot.channels.zalo.presses import Presses
from bot.channels.zalo.receiving import Updates as ZaloUpdates
from bot.channels.zalo.receiving import sent_file as zalo_sent_file
from bot.dangers import Dangers
from bot.dispatcher import create_bot, create_dispatcher, is_bare_command
from bot.flood import Flood
from bot.inbox import Intake
from bot.outbox import Postman
from bot.worker import Worker
from db.session import Database, is_sqlite, sqlite_path
from domain.clock import utc_now
from domain.errors import NeedsPostgreSQL
from domain.models import Channel
from domain.rhythm import Rhythm
from hotline.calling import create_callbacks
from hotline.caring import care_from, usual_care
from hotline.config import CallbacksConfig, Config, FollowUpsConfig, HotlineConfig, ReportsConfig
from hotline.databases import opened
from hotline.knowing import Knowing, load_knowing
from hotline.lock import only_one_process
from hotline.reporting import Reporting, create_reporting
from hotline.volunteering import create_rhythm, create_volunteers
from jobs.ticks import (
    DESK_SECONDS,
    MORNING_SECONDS,
    OFFICER_LIST_SECONDS,
    REPORT_CLOCK_SECONDS,
    REPORT_ORDERS_SECONDS,
    RETENTION_SECONDS,
    ticking,
)
from services.callbacks import Callbacks
from services.care import Care
from services.desk_watch import DeskWatch
from services.digests import Digests
from services.morning import MorningRound
from services.office import Office
from services.officer_list import OfficerList
from services.ports import Sender
from services.privacy import Retention
from services.support import SupportWatch
from services.unreached import Unreached


@dataclass(slots=True)
class Product:
    """All parts of one process over one database."""

    database: Database
    knowing: Knowing
    senders: Mapping[Channel, Sender] = field(default_factory=dict)
    clock: Callable[[], datetime] = utc_now
    several_processes: bool = False
    messages_per_minute: int = 0
    calling: CallbacksConfig = field(default_factory=CallbacksConfig)
    backups: Path = Path("backup")
    agency: HotlineConfig = field(default_factory=HotlineConfig)
    reports: ReportsConfig = field(default_factory=ReportsConfig)
    care: Care = field(default_factory=usual_care)
    following: FollowUpsConfig = field(default_factory=FollowUpsConfig)
    rhythm: Rhythm = field(default_factory=Rhythm)
    streams: web_channel.Streams = field(init=False)
    callbacks: Callbacks = field(init=False)
    office: Office = field(init=False)
    watch: DeskWatch = field(init=False)
    mornings: MorningRound = field(init=False)
    support_watch: SupportWatch = field(init=False)
    reporting: Reporting = field(init=False)
    officer_list: OfficerList = field(init=False)
    intake: Intake = field(init=False)
    worker: Worker = field(init=False)
    postman: Postman = field(init=False)
    retention: Retention = field(init=False)
    bot: Bot = field(init=False)
    dispatcher: Dispatcher = field(init=False)

    def __post_init__(self) -> None:
        self.streams = web_channel.Streams()
        self.bot, self.dispatcher = create_bot(), create_dispatcher()
        questions = self.knowing.questions
        self.postman = Postman(
            self.database,
            self.senders,
            self.clock,
            several_processes=self.several_processes,
            on_stored=lambda: self.worker.wake(),
        )
        texts, volunteers = questions.texts, create_volunteers(questions.texts, self.rhythm)
        self.callbacks, self.office = create_callbacks(self.calling, questions, self.care, volunteers)
        self.mornings = MorningRound(self.database, self.rhythm, Digests(texts, self.rhythm))
        self.support_watch = SupportWatch(self.database, volunteers.support)
        self.watch = DeskWatch(self.database, self.office.bell, self.callbacks.hours)
        self.reporting = create_reporting(self.database, questions.texts, self.agency, self.reports, self.care.calendar)
        settings = self.following
        self.officer_list = OfficerList(
            self.database,
            texts,
            self.care.calendar,
            Unreached(texts, self.rhythm),
            settings.officer_hour,
            settings.days_ahead,
        )
        self.retention = Retention(self.database, questions, self.callbacks, self.backups)
        self.worker = Worker(
            self.database,
            self.dispatcher,
            self.bot,
            {
                Channel.WEB: web_channel.to_update,
                Channel.TERMINAL: terminal.to_update,
                Channel.TELEGRAM: telegram_to_update,
                Channel.ZALO: ZaloUpdates(Presses(self.database.pseudonyms)),
            },
            questions,
            self.clock,
            self.tell,
            dangers := Dangers(),
            {"callbacks": self.callbacks, "office": self.office, "reporting": self.reporting.in_chat},
            {Channel.TELEGRAM: telegram_sent_file, Channel.ZALO: zalo_sent_file},
            {Channel.TELEGRAM: shared_phone},
        )
        self.intake = Intake(
            self.database,
            lambda text: not is_bare_command(text, questions.agency.campaigns) and self.knowing.is_danger(text),
            self.clock,
            self.worker.wake,
            dangers,
            Flood(self.messages_per_minute),
        )

    def tell(self, contact_ids: Collection[int]) -> None:
        """Something waits for these contacts: whoever carries it looks now."""
        self.postman.wake()
        self.streams.wake(contact_ids)

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Handles messages, carries letters and erases what is due while the block runs."""
        self.tell(await self.retention.run(self.clock()))  # after a long stop: before the first answer
        jobs = {
            "retention": (self.retention.run, RETENTION_SECONDS),
            "desk": (self.watch.run, DESK_SECONDS),
            "mornings": (self.mornings.run, MORNING_SECONDS),
            "officer_list": (self.officer_list.run, OFFICER_LIST_SECONDS),
            "support": (self.support_watch.run, DESK_SECONDS),
            "report_orders": (self.reporting.orders.run, REPORT_ORDERS_SECONDS),
            "reports": (self.reporting.clock.run, REPORT_CLOCK_SECONDS),
        }
        async with ticking(jobs, self.clock, self.tell), running(self.worker.run(), self.postman.run()):
            yield

    @contextlib.asynccontextmanager
    async def taking_in(self) -> AsyncIterator[None]:
        async with running(self.intake.run()):
            yield


@contextlib.asynccontextmanager
async def running(*loops: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Runs endless loops beside the block. Cancelled in the middle, a loop's transaction is rolled back: no harm."""
    tasks = [asyncio.create_task(loop) for loop in loops]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def open_product(
    config: Config,
    senders: Mapping[Channel, Sender] | None = None,
    *,
    senders_with: Callable[[Database], Mapping[Channel, Sender]] = lambda _database: {},
    several_processes: bool = False,
) -> AsyncIterator[Product]:
    """Opens everything that a process needs, and closes it in the end.

    senders_with: makes the senders that need the database themselves.

    Raises AlreadyRunning, NeedsPostgreSQL, and what `open_database` and the content raise.
    """
    if several_processes and is_sqlite(config.database.url):
        raise NeedsPostgreSQL
    path = sqlite_path(config.database.url)
    with only_one_process(path) if path else contextlib.nullcontext():
        async with opened(config) as database:
            knowing = await asyncio.to_thread(load_knowing, config)
            care = care_from(config)
            yield Product(
                database,
                knowing,
                {**(senders or {}), **senders_with(database)},
                several_processes=not is_sqlite(config.database.url),
                messages_per_minute=config.limits.messages_per_minute,
                calling=config.callbacks,
                backups=config.backup.dir,
                agency=config.hotline,
                reports=config.reports,
                care=care,
                following=config.followups,
                rhythm=create_rhythm(config.volunteers, care.calendar),
            )


def temporary(config: Config, folder: Path) -> Config:
    """The same hotline on a database of its own that is thrown away with `folder`: `hotline chat` leaves nothing."""
    database = config.database.model_copy(
        update={"url": f"sqlite+aiosqlite:///{folder / 'chat.db'}", "key_file": folder / "chat.key"}
    )
    backups = config.backup.model_copy(update={"dir": folder / "backup"})  # not the ledger of the real one
    return config.model_copy(update={"database": database, "backup": backups})
