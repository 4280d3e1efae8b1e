"""The editors' worklist: concepts of what could not be answered, from five occurrences up, and nobody's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from db.session import Database
from domain.clock import local_date
from domain.knowledge import Reading, ReadingKind
from domain.models import Channel
from hotline.knowing import Knowing
from services.unanswered import list_unanswered

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
TODAY = local_date(NOW)


class Declines:
    """A reader that declines everything and names what it was about."""

    def __init__(self, *concepts: str) -> None:
        self._concepts = concepts

    def read(self, text: str, last_topic: str | None = None, *, calm: bool = False) -> Reading:
        return Reading(ReadingKind.NONE, concepts=self._concepts)


async def ask(database: Database, knowing: Knowing, times: int, *concepts: str, days_ago: int = 0) -> None:
    desk = replace(knowing.questions, reader=Declines(*concepts))
    for _ in range(times):
        async with database.transaction() as uow:
            contact = uow.contacts.known_as(Channel.WEB, "somebody")
            await desk.ask(uow, contact, "chữ của người hỏi", NOW - timedelta(days=days_ago))


async def test_a_group_is_shown_from_five_occurrences_up(database: Database, knowing: Knowing) -> None:
    await ask(database, knowing, 4, "methadone", "place")
    await ask(database, knowing, 3, "cost", "prison")
    await ask(database, knowing, 3, "cost", "prison", days_ago=2)
    await ask(database, knowing, 9)  # nothing of the lexicon: nothing to show
    async with database.reading() as uow:
        assert await list_unanswered(uow, TODAY - timedelta(days=29), TODAY) == [(("cost", "prison"), 6)]
        assert await list_unanswered(uow, TODAY, TODAY) == []
