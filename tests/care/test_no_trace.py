"""A stolen database gives neither codes nor decisions; logs and the trail name nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from db.session import Database
from hotline.caring import usual_care
from tests.care.rosters import as_csv, client, row, take_over

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CLIENT, VOLUNTEER = "KIN-DAO-77-ZQ", "TNV-KIN-DAO-88"


async def test_a_stolen_database_gives_no_code_and_no_number_of_a_decision(
    database: Database, stolen: Callable[[], bytes]
) -> None:
    entered = row(CLIENT, volunteer=VOLUNTEER)
    entered[4] = "4711/QD-MAT"
    async with database.transaction() as uow:
        await take_over(uow, usual_care(), as_csv([entered]), NOW)
    loot = stolen().lower()
    for secret in (CLIENT, VOLUNTEER, "4711/QD-MAT"):
        assert secret.lower().encode() not in loot


async def test_a_code_is_found_in_whatever_case_it_is_typed(database: Database) -> None:
    async with database.transaction() as uow:
        await take_over(uow, usual_care(), as_csv([row(CLIENT)]), NOW)
        assert (await client(uow, f" {CLIENT.lower()} ")).code == CLIENT
