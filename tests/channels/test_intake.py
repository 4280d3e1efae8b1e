"""What the intake does with a text at which the looking for danger itself breaks."""

from __future__ import annotations

from bot.channels import terminal
from bot.inbox import Intake
from db.session import Database
from domain.clock import utc_now
from domain.models import Priority
from hotline.wiring import running


def broken(_text: str) -> bool:
    raise RecursionError


async def test_a_text_that_cannot_be_looked_through_is_stored_as_if_it_were_danger(database: Database) -> None:
    intake = Intake(database, broken, utc_now, lambda: None)
    async with running(intake.run()):
        await intake.receive(terminal.arrival("anh", "bất kỳ"))
    async with database.reading() as uow:
        [waiting] = await uow.inbox.claim_waiting(1)
    assert waiting.priority is Priority.DANGER
