"""What a person asked, and what the hotline has to say to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from domain.clock import local_date
from domain.knowledge import Entry, MenuGroup, Reading, ReadingKind, Topic
from domain.models import LIST_LIFETIME, Agency, Contact
from services.answers import Knowledge, person, render_answer, render_details
from texts import Texts

if TYPE_CHECKING:  # `hotline ask` needs no database
    from db.uow import UnitOfWork

UNANSWERED = "question.unanswered"
"""A daily counter whose topic is what was asked about: sorted concepts of the lexicon joined by "+", nobody's words."""

CAMPAIGN = "campaign.opened"
"""A daily counter whose topic is the name of a campaign."""


class Reader(Protocol):
    """Understands a message; never raises."""

    def read(self, text: str, last_topic: str | None = None, *, calm: bool = False) -> Reading: ...


class Library(Knowledge, Protocol):
    @property
    def topics(self) -> dict[str, Topic]: ...
    @property
    def entries(self) -> Mapping[str, Entry]: ...


@dataclass(frozen=True, slots=True)
class Questions:
    """The question desk: asks the reader, finds the answers, counts. Keeps nothing that was asked."""

    library: Library
    reader: Reader
    texts: Texts
    agency: Agency
    menu: tuple[MenuGroup, ...] = ()

    async def ask(
        self, uow: UnitOfWork, contact: Contact, question: str, now: datetime, *, calm: bool = False
    ) -> Reading:
        """Understands a question in the light of the talk, and counts it.

        calm: danger has been looked for in this question already, and there is none.
        """
        talk = await uow.conversations.get(contact.id)
        recent = talk.topic_at is not None and now - talk.topic_at <= LIST_LIFETIME
        reading = self.reader.read(question, talk.topic if recent else None, calm=calm)
        await self.keep_count(uow, contact, reading, now)
        return reading

    async def keep_count(self, uow: UnitOfWork, contact: Contact, reading: Reading, now: datetime) -> None:
        """Of what was understood, also where a form read it itself."""
        count(uow, contact, f"question.{reading.kind}", now, topic=reading.topic or "")
        if reading.kind is ReadingKind.NONE and reading.concepts:
            count(uow, contact, UNANSWERED, now, topic="+".join(reading.concepts))
        if reading.kind is ReadingKind.ANSWER and reading.topic:
            await self._remember(uow, contact, reading.second or reading.topic, now)

    async def open(self, uow: UnitOfWork, contact: Contact, topic: str, now: datetime) -> Entry | None:
        """A topic that was chosen from a list; None when the catalogue no longer has it."""
        entry = self.library.entries.get(topic)
        if entry is None:
            return None
        count(uow, contact, "topic.opened", now, topic=topic)
        await self._remember(uow, contact, topic, now)
        return entry

    async def _remember(self, uow: UnitOfWork, contact: Contact, topic: str, now: datetime) -> None:
        talk = await uow.conversations.get(contact.id)
        talk.topic, talk.topic_at = topic, now
        uow.conversations.changed(contact.id, now)

    def count_start(self, uow: UnitOfWork, contact: Contact, payload: str, now: datetime) -> None:
        """Somebody came by a link that the agency published; nothing else that may stand there is kept or counted."""
        if payload in self.agency.campaigns:
            count(uow, contact, CAMPAIGN, now, topic=payload)

    def answer(self, topic: str, now: datetime) -> str:
        return render_answer(
            self.library.entries[topic], kb=self.library, texts=self.texts, settings=self.agency, on=local_date(now)
        )

    def details(self, topic: str, now: datetime) -> str:
        return render_details(
            self.library.entries[topic], kb=self.library, texts=self.texts, settings=self.agency, on=local_date(now)
        )

    def all_approved(self) -> bool:
        return all(entry.approved for entry in self.library.entries.values())

    def person(self) -> str:
        return person(self.texts, self.agency)

    def title(self, topic: str) -> str:
        return self.library.topics[topic].title

    def related(self, topic: str, limit: int) -> list[str]:
        """Topics that people ask next, as far as they have an answer."""
        entry = self.library.entries.get(topic)
        return [other for other in (entry.related if entry else ()) if other in self.library.entries][:limit]


def count(uow: UnitOfWork, contact: Contact, measure: str, now: datetime, topic: str = "") -> None:
    """One more of `measure` today; counters know channel and topic, never the contact."""
    uow.counters.add(local_date(now), contact.channel, measure, topic)
