"""The Zalo channel against our server, in the test's own process, and a citizen who has Zalo on the phone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from db.models import OutboxRow
from domain.models import Channel, Choice, Letter
from hotline.config import ZaloOaConfig
from hotline.zalo import Zalo, open_zalo
from tests.citizen import Citizen, all_left
from tests.fakes.zalo import APP_ID, APP_SECRET, OA_SECRET, FakeZalo
from tests.patience import eventually
from tests.servers import running_server
from texts import vietnamese

_texts = vietnamese()


@asynccontextmanager
async def fake_zalo_running(clock: Callable[[], datetime]) -> AsyncIterator[FakeZalo]:
    """Fails when our program did what Zalo's documents do not know."""
    fake = FakeZalo(clock)
    async with running_server(fake.app()) as url:
        fake.url = url
        yield fake
    assert fake.violations == []


def settings(fake: FakeZalo, **also: Any) -> dict[str, Any]:
    access, refresh = fake.grant()
    hosts = dict.fromkeys(("api_base", "oauth_base", "business_base"), fake.url)
    secrets = {"app_secret": APP_SECRET, "oa_secret_key": OA_SECRET, "access_token": access, "refresh_token": refresh}
    return {"app_id": APP_ID} | secrets | hosts | also


@asynccontextmanager
async def zalo_at(
    fake: FakeZalo, clock: Callable[[], datetime], public_url: str = "", **also: Any
) -> AsyncIterator[Zalo]:
    config = ZaloOaConfig.model_validate(settings(fake, **also))
    async with open_zalo(config, public_url, _texts, clock, sends=True) as channel:
        yield channel


@dataclass
class ZaloCitizen(Citizen):
    """Sees what Zalo shows: text, and buttons whose press is a message that carries their payload."""

    fake: FakeZalo = None  # type: ignore[assignment]
    user_id: str = field(default_factory=lambda: f"24684588352919{next(_numbers)}")

    async def _write(self, text: str) -> None:
        await self.fake.write(self.user_id, text)

    async def _press(self, choice: Choice) -> None:
        await self.fake.write(self.user_id, choice.press)

    async def _fetch(self) -> None:
        """Until everything for this person has left."""
        me = self.product.database.pseudonyms.contact_id(Channel.ZALO, self.user_id)
        await eventually(lambda: all_left(self.product, OutboxRow.contact_id == me))
        self.replies[:] = [as_letter(message) for message in self.fake.person(self.user_id).chat]


def as_letter(message: dict[str, Any]) -> Letter:
    """What the person sees. The buttons repeat the numbered lines, which are there on every tier."""
    buttons = message.get("attachment", {}).get("payload", {}).get("buttons", [])
    choices = tuple(Choice(button["title"], button["payload"]) for button in buttons)
    text = message.get("text", "")  # an approved template has none
    if choices:
        listed = "\n\n" + "\n".join(choice.label for choice in choices)
        assert text.endswith(listed), "the choices are not in the text"
        text = text.removesuffix(listed)
    mark = _texts("zalo.urgent_mark") + " "
    return Letter(text.removeprefix(mark), choices, text.startswith(mark))


_numbers = count(1000)
