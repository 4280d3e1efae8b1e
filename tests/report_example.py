"""Reports on a database with made-up contacts: the same figures every time."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from db.session import Database
from domain.callbacks import Outcome
from domain.clock import VIETNAM
from domain.contact_records import AgeGroup, NewContactRecord, Referral, Sex, Way, Who
from domain.models import Channel
from domain.periods import Calendar
from domain.report import Report
from domain.report_objects import Scope
from domain.report_targets import Measure, Target
from services.reporting.building import ReportBuilder
from services.reporting.settings import ReportSettings
from texts import vietnamese

TODAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
COMMUNES = ("Tân Bình", "Phú Hòa", "Mỹ Thạnh", "Long Điền", "")
TOPICS = ("home.register", "voluntary.cost", "methadone.where", "use.penalty", "family.persuade", "group.other")
MEASURES = ("question.answer", "question.choices", "question.none", "feedback.useful", "callback.opened")

SETTINGS = ReportSettings(
    calendar=Calendar(),
    agency="CÔNG AN XÃ TÂN BÌNH",
    superior="CÔNG AN TỈNH ĐỒNG THÁP",
    place="Đồng Tháp",
    addressees=("Như trên", "Lưu: VT"),
    signer_title="TRƯỞNG CÔNG AN XÃ",
    targets=(Target(Measure.MANAGED, 100), Target(Measure.REACHED, 80), Target(Measure.VOLUNTARY, 30)),
)
BUILDER = ReportBuilder(vietnamese(), SETTINGS)


def records(many: int, *, seed: int = 1, first: date = date(2025, 12, 15), days: int = 340) -> list[NewContactRecord]:
    chance = random.Random(seed)
    made = []
    for _ in range(many):
        day = first + timedelta(days=chance.randrange(days))
        outcome = chance.choice([Outcome.MET, Outcome.MET, Outcome.NO_ANSWER])
        made.append(
            NewContactRecord(
                happened_on=day,
                recorded_at=datetime(day.year, day.month, day.day, chance.randrange(7, 21), 5, tzinfo=VIETNAM),
                way=chance.choice([Way.CALLBACK, Way.PHONE, Way.WALK_IN, Way.VISIT, Way.CHAT]),
                staff_id=1,
                outcome=outcome,
                topic=chance.choice(TOPICS),
                who=chance.choice([*Who]),
                commune=chance.choice(COMMUNES),
                sex=chance.choice([*Sex]),
                age_group=chance.choice([*AgeGroup]),
                referral=chance.choice([*Referral]),
                attempts=chance.randrange(1, 4),
                waited_minutes=chance.randrange(300) if outcome is Outcome.MET else None,
            )
        )
    return made


async def fill(database: Database, made: Sequence[NewContactRecord], *, seed: int = 1) -> None:
    """The contacts, and counters beside them."""
    chance = random.Random(seed)
    async with database.transaction() as uow:
        for record in made:
            await uow.contact_records.add(record)
            channel = chance.choice([Channel.WEB, Channel.ZALO, Channel.TELEGRAM])
            uow.counters.add(record.happened_on, channel, chance.choice(MEASURES), chance.choice(TOPICS))


async def example_report(database: Database, *, typed: str = "2026-Q4") -> Report:
    """Of the whole province, exact, after `fill`."""
    period = SETTINGS.calendar.parse(typed, TODAY)
    async with database.reading() as uow:
        built = await BUILDER.count(uow, period, Scope())
    return BUILDER.report(built, period, Scope(), NOW).report
