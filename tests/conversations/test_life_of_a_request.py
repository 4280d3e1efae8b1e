"""One request from its creation until nothing is left of it, in any table and in any file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from db.backup import load_backup
from db.models import Base
from db.opening import KeySource
from db.session import Database
from domain.callbacks import CLOSED_LIFETIME, Outcome
from domain.clock import local_date, utc_now
from domain.models import TOMBSTONE_LIFETIME, Channel
from hotline.backups import backup
from hotline.config import BackupConfig, Config, DatabaseConfig
from hotline.logs import configure_logs
from hotline.wiring import Product
from tests.citizen import Clock, Printed, WebCitizen
from tests.conversations.desk import StaffDesk, ask_for_call, close_as_met, code_of, take
from texts import vietnamese

pytestmark = pytest.mark.usefixtures("monday_morning")
texts = vietnamese()
TYPED, NUMBER, SPELLED = "0912 345 678", "+84912345678", "0912345678"
NOTE, LINE, RISK, LOGGED = "hỏi cho cháu Tèo", "em vẫn chờ ạ", "chồng hay đánh", "nhà ở hẻm 77"


@pytest.fixture
def config(database_url: str, key_source: KeySource, tmp_path: Path) -> Config:
    folder = tmp_path / "backup"
    folder.mkdir()
    return Config(database=DatabaseConfig(url=database_url, key_file=key_source.file), backup=BackupConfig(dir=folder))


async def opened_rows(database: Database) -> list[tuple[str, str]]:
    """Every value of every table as whoever has the key reads it."""
    found = []
    async with database.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                for name, value in row._mapping.items():
                    said = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
                    found.append((f"{table.name}.{name}", said))
    return found


def places(rows: list[tuple[str, str]], *planted: object) -> set[str]:
    return {where for where, said in rows for word in planted if str(word) in said}


def hits(data: bytes, planted: list[str]) -> list[str]:
    return [word for word in planted if word.encode() in data or word.encode("unicode_escape") in data]


def backed_up_words(config: Config, key_source: KeySource) -> Iterator[str]:
    for file in config.backup.dir.glob("*.backup"):
        yield str(load_backup(file, key_source.require(), utc_now()).by_table)


async def test_from_the_first_word_until_nothing_is_left(
    product: Product,
    web_client: httpx.AsyncClient,
    printed: Printed,
    clock: Clock,
    config: Config,
    key_source: KeySource,
    stolen: Callable[[], bytes],
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs("debug", json_lines=True)
    product.retention = replace(product.retention, backups=config.backup.dir)
    counsellor = await StaffDesk(product, printed).joins()
    citizen = WebCitizen(product, client=web_client)
    code = await leave_everything(citizen)
    me = product.database.pseudonyms.contact_id(Channel.WEB, citizen.token)
    planted = [TYPED, NUMBER, SPELLED, NOTE, LINE, RISK, LOGGED, code, code.replace(" ", "")]

    await backup(config, lambda _: None)
    assert "'phone'" in "".join(backed_up_words(config, key_source))  # an open request is in a backup, sealed

    await take(counsellor)
    assert "0912 345 678" in counsellor.last_reply
    async with product.database.transaction() as uow:
        [request] = await uow.callbacks.list_claimed_by(1)
        await uow.callbacks.set_risk_note(request.id, 1, RISK)
    rows = await opened_rows(product.database)
    assert places(rows, NUMBER) == {"callback_requests.phone"}
    assert places(rows, RISK) == {"callback_requests.risk_note"}
    assert hits(stolen(), planted) == []  # sealed all the time

    await close_as_met(counsellor, "family")
    async with product.database.transaction() as uow:
        today = local_date(clock())
        [record] = await uow.contact_records.list_between(today, today)
        await uow.contact_records.change(record.id, note=LOGGED.encode())

    clock.forward(CLOSED_LIFETIME + timedelta(minutes=1))
    await product.retention.run(clock())
    rows = await opened_rows(product.database)
    assert places(rows, NUMBER, NOTE, LINE, RISK, LOGGED) <= {"outbox.letter", "inbox.payload"}  # replies, for 24 hours
    assert not any(where.startswith(("callback_requests", "callback_lines")) for where, _ in rows)

    clock.forward(TOMBSTONE_LIFETIME)
    await product.retention.run(clock())
    await product.retention.run(clock())  # the address goes once nothing is on its way
    rows = await opened_rows(product.database)
    assert places(rows, *planted) == set()
    assert places(rows, me) == set()  # not even our own number of this contact
    async with product.database.reading() as uow:
        [kept] = await uow.contact_records.list_between(today, today)
    assert (kept.outcome, kept.attempts, kept.has_note) == (Outcome.MET, 1, False)  # it counts, and names nobody

    file = await backup(config, lambda _: None)
    assert "callback_requests" not in str(load_backup(file, key_source.require(), utc_now()).by_table)
    out, err = capfd.readouterr()
    metrics = (await web_client.get("/metrics")).text
    files = b"".join(path.read_bytes() for path in config.backup.dir.iterdir())
    for place in (out.encode(), err.encode(), metrics.encode(), files, stolen()):
        assert hits(place, planted) == []


async def leave_everything(citizen: WebCitizen) -> str:
    """Number, note and code; gives the code."""
    await ask_for_call(citizen, TYPED, "callback.if_nothing")
    code = code_of(citizen)
    await citizen.presses(texts("callback.do_note"))
    await citizen.says(NOTE)
    return code


async def test_what_stays_for_good_leads_to_nobody(
    product: Product, web_client: httpx.AsyncClient, printed: Printed, clock: Clock
) -> None:
    """Exempt from erasing by name: the audit trail, the proof of consent, the counters. None has a way to a person."""
    counsellor = await StaffDesk(product, printed).joins()
    citizen = WebCitizen(product, client=web_client)
    code = await leave_everything(citizen)
    me = product.database.pseudonyms.contact_id(Channel.WEB, citizen.token)
    await take(counsellor)
    async with product.database.reading() as uow:
        [request] = await uow.callbacks.list_claimed_by(1)
    await citizen.says("/xoadulieu")
    rows = await opened_rows(product.database)
    exempt = [row for row in rows if row[0].split(".")[0] in {"audit", "consents", "daily_counters", "restraints"}]
    assert {where.split(".")[0] for where, _ in exempt} == {"audit", "consents", "daily_counters", "restraints"}
    assert places(exempt, me, NUMBER, SPELLED, NOTE, code, code.replace(" ", ""), citizen.token) == set()
    consent = {said for where, said in rows if where == "consents.id"}
    assert places(rows, *consent) == {"consents.id"}  # nothing refers to the proof any more
    staff_side = {"outbox.letter", "conversations.memory"}  # the counsellor's buttons, for 24 hours
    assert places(rows, request.id) - staff_side == {"audit.subject", "callback_requests.id"}
    empty = {where for where, said in rows if where.startswith("callback_requests.") and said == "None"}
    assert {
        f"callback_requests.{name}" for name in ("phone", "phone_digest", "ticket_digest", "note", "contact_id")
    } <= empty
