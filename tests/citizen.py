"""A citizen who talks with the whole bot, as real as the channel allows; conversation tests are written once."""

from __future__ import annotations

import secrets
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import httpx
from sqlalchemy import ColumnElement, or_, select

from bot.channels import terminal
from db.models import OutboxRow
from domain.clock import VIETNAM, utc_now
from domain.models import Channel, Choice, Letter, OutboxState, Outgoing
from hotline.wiring import Product
from tests.fakes.telegram import Message, Person
from tests.patience import eventually


class Clock:
    """The time of day as a test wants it."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_now() + self.ahead

    def forward(self, ahead: timedelta) -> None:
        self.ahead += ahead

    def to_hour(self, hour: int) -> None:
        """On to the next time that it is so many o'clock in Việt Nam."""
        local = self().astimezone(VIETNAM)
        moment = local.replace(hour=hour, minute=0, second=0, microsecond=0)
        self.forward((moment if moment > local else moment + timedelta(days=1)) - local)


@dataclass
class Citizen(ABC):
    """Says something, waits until it is handled, and has the bot's answers."""

    product: Product
    replies: list[Letter] = field(default_factory=list)

    async def says(self, *texts: str) -> None:
        for text in texts:
            await self._write(text)
            await self._listen()

    async def presses(self, label: str) -> None:
        """Presses the button of the latest list whose label contains these words."""
        await self.presses_choice(next(choice for choice in self.choices if label in choice.label))

    async def presses_choice(self, choice: Choice) -> None:
        await self._press(choice)
        await self._listen()

    @property
    def last(self) -> Letter:
        return self.replies[-1]

    @property
    def last_reply(self) -> str:
        return self.last.text

    @property
    def choices(self) -> tuple[Choice, ...]:
        """The list shown last."""
        return next(reply.choices for reply in reversed(self.replies) if reply.choices)

    async def hears(self) -> None:
        """What has come without being asked for: notices."""
        await self._fetch()

    async def _listen(self) -> None:
        await eventually(self._all_handled)
        await self._fetch()

    async def _all_handled(self) -> bool:
        async with self.product.database.reading() as uow:
            return await uow.inbox.count_waiting() == 0

    @abstractmethod
    async def _write(self, text: str) -> None: ...
    @abstractmethod
    async def _press(self, choice: Choice) -> None: ...
    @abstractmethod
    async def _fetch(self) -> None: ...


@dataclass
class WebCitizen(Citizen):
    """Talks over real HTTP, as the page does."""

    client: httpx.AsyncClient = None  # type: ignore[assignment]
    token: str = field(default_factory=lambda: secrets.token_hex(32))
    last_id: str = "0"

    async def _write(self, text: str) -> None:
        await self.post({"text": text})

    async def _press(self, choice: Choice) -> None:
        await self.post({"press": choice.press})

    async def post(self, message: dict[str, Any], **also: str) -> httpx.Response:
        body = {"id": secrets.token_urlsafe(12)} | message | also
        response = await self.client.post("/chat/messages", json=body, headers=self.headers)
        assert response.status_code == 202, response.text
        return response

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def _fetch(self) -> None:
        headers = self.headers | {"Accept": "application/json", "Last-Event-ID": self.last_id}
        events = (await self.client.get("/chat/events", headers=headers)).json()["events"]
        for event in events:
            self.last_id = event["id"]
            data = event["data"]
            choices = tuple(Choice(each["label"], each["press"]) for each in data["choices"])
            self.replies.append(Letter(data["text"], choices, data["urgent"]))


class Printed:
    """What the terminal's sender was given: the letter that it would print."""

    at_once = 1
    rest = timedelta(0)

    def __init__(self) -> None:
        self.letters: dict[str, list[Letter]] = {}

    async def send(self, outgoing: Outgoing, external_id: str) -> tuple[str, ...]:
        assert terminal.as_plain_text(outgoing.letter)
        self.letters.setdefault(external_id, []).append(outgoing.letter)
        return ()


@dataclass
class TerminalCitizen(Citizen):
    """Types lines; a button is chosen by typing its number."""

    printed: Printed = field(default_factory=Printed)
    name: str = field(default_factory=lambda: f"terminal-{next(_names)}")

    async def _write(self, text: str) -> None:
        await self.product.intake.receive(terminal.arrival(self.name, text))

    async def _press(self, choice: Choice) -> None:
        await self._write(choice.label.split(".")[0])

    async def _fetch(self) -> None:
        """Everything that was written to this person is carried, whoever of the two postmen carries it."""
        me = self.product.database.pseudonyms.contact_id(Channel.TERMINAL, self.name)

        async def carried() -> bool:
            await self.product.postman.carry(Channel.TERMINAL)
            return await all_left(self.product, OutboxRow.contact_id == me)

        await eventually(carried)
        self.replies[:] = self.printed.letters.get(self.name, [])


@dataclass
class TelegramCitizen(Citizen):
    """Has Telegram on the phone, against a server that keeps its rules."""

    person: Person = None  # type: ignore[assignment]

    async def _write(self, text: str) -> None:
        await self._taken(self.person.says(text))

    async def _press(self, choice: Choice) -> None:
        shown = next(m for m in reversed(self.person.heard) if choice in _choices(m))
        await self._taken(self.person.presses(shown, choice.press))

    async def _taken(self, update_id: int) -> None:
        """Until the bot has confirmed the update, which it does when it is stored."""
        fake = self.person.fake
        await eventually(lambda: all(update["update_id"] != update_id for _, update in fake.updates))

    async def _fetch(self) -> None:
        """Until everything for this person has left, and the server has it."""
        me = self.product.database.pseudonyms.contact_id(Channel.TELEGRAM, str(self.person.chat_id))
        await eventually(lambda: all_left(self.product, OutboxRow.contact_id == me, retries=True))
        self.replies[:] = [as_letter(message) for message in self.person.heard]


def as_letter(message: Message) -> Letter:
    """What the person sees; the first line of what is urgent is bold."""
    urgent = any(entity["type"] == "bold" for entity in message.entities)
    return Letter(message.text, _choices(message), urgent)


def _choices(message: Message) -> tuple[Choice, ...]:
    return tuple(Choice(button["text"], button["callback_data"]) for row in message.buttons for button in row)


async def all_left(product: Product, *which: ColumnElement[bool], retries: bool = False) -> bool:
    """Whether nothing of these letters is on its way that is due; with `retries`, nor to be tried again later."""
    on_its_way = OutboxRow.state.in_([OutboxState.PENDING, OutboxState.SENDING])
    due = OutboxRow.due_at <= product.clock()
    due = or_(due, OutboxRow.attempts > 0) if retries else due
    async with product.database.reading() as uow:
        return (await uow.execute(select(OutboxRow.id).where(on_its_way, due, *which))).first() is None


_names = count(1)
