"""From a webhook of Zalo to what is stored: only what an answer needs is kept of an event."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bot.channels.updates import document_update, left_update, message_update, press_update, text_update
from bot.channels.zalo.address import Address
from bot.channels.zalo.presses import Presses
from domain.clock import local_date
from domain.models import Arrival, Channel, Incoming, SentFile

_GREETED = frozenset({"follow", "user_click_chatnow"})
_LONGEST_NAME = 200
_FROM_PERSON = ("user_send_", "anonymous_send_")
_LEFT = {"unfollow": "kicked", "user_withdraw": "left"}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a webhook; ids and times may be texts or numbers, so they are made texts."""

    name: str
    timestamp: str
    raw: Mapping[str, Any]

    @classmethod
    def parse(cls, body: bytes) -> Event:
        """Raises ValueError for what is not an event."""
        raw = json.loads(body)
        if not isinstance(raw, dict):
            raise ValueError("not an object")
        return cls(_text(raw.get("event_name")), _text(raw.get("timestamp")), raw)

    @property
    def sent_at(self) -> datetime | None:
        """None when Zalo's milliseconds make no sense."""
        try:
            return datetime.fromtimestamp(int(self.timestamp) / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            return None

    @property
    def oa_id(self) -> str:
        """The Official Account, as the event names it."""
        return self._at("oa_id") or self._at("recipient", "id")

    def to_arrival(self) -> Arrival | None:
        """What to store; None for what asks for no answer: receipts, our own echoes, news for administrators."""
        if self.name in _GREETED:
            person = self._person()
            # Following and "chat now" come together: one welcome a day is enough.
            day = local_date(self.sent_at or datetime.now(UTC))
            return self._arrival(person, f"welcome/{person}/{day}", {"text": "/start"}) if person else None
        if self.name in _LEFT:
            return self._arrival(self._person(), self._moment(), {"left": _LEFT[self.name]})
        if self.name == "user_submit_info":
            return self._arrival(self._person(), self._moment(), {"phone": self._at("info", "phone")})
        if self.name.startswith(_FROM_PERSON):
            return self._message()
        return None

    def _message(self) -> Arrival | None:
        person = self._person()
        if self.name.startswith("anonymous_"):
            person = str(Address.anonymous(person, self._at("message", "conversation_id"))) if person else ""
        # Half a surrogate pair is valid JSON and no valid text; nothing further on could store it.
        text = self._at("message", "text").encode("utf-8", "replace").decode()
        kept = {"text": text} | self._file()
        return self._arrival(person, self._at("message", "msg_id") or self._moment(), kept, text)

    def _file(self) -> dict[str, str]:
        """Where a file lies that was sent; of pictures, voices and places not even that."""
        message = self.raw.get("message")
        attachments = message.get("attachments") if isinstance(message, dict) else None
        if self.name != "user_send_file" or not isinstance(attachments, list) or not attachments:
            return {}
        about = attachments[0].get("payload") if isinstance(attachments[0], dict) else None
        if not isinstance(about, dict):
            return {}
        url = _text(about.get("url"))
        return {"file": url, "name": _text(about.get("name"))[:_LONGEST_NAME]} if url else {}

    def _arrival(self, person: str, key: str, kept: dict[str, str], text: str = "") -> Arrival | None:
        if not person:
            return None
        return Arrival(Channel.ZALO, person, key, json.dumps(kept, ensure_ascii=False).encode(), text)

    def _person(self) -> str:
        person = self._at("sender", "id") or self._at("follower", "id") or self._at("user_id")
        return "" if ":" in person else person  # no id of Zalo's; it would be read as another kind of address

    def _moment(self) -> str:
        """What a repeated event without a message id has in common with its first copy."""
        return f"{self.name}/{self._person()}/{self.timestamp}"

    def _at(self, *path: str) -> str:
        value: Any = self.raw
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return _text(value)


def _text(value: object) -> str:
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""


class Updates:
    """Stored events as aiogram reads them; a press counts only with our signature for this contact."""

    def __init__(self, presses: Presses) -> None:
        self._presses = presses

    def __call__(self, incoming: Incoming) -> dict[str, Any]:
        kept = json.loads(incoming.payload)
        if "left" in kept:
            return left_update(incoming, kept["left"])
        if "phone" in kept:
            contact = {"phone_number": kept["phone"], "first_name": "-"}
            return message_update(incoming, {"contact": contact} if kept["phone"] else {"text": ""})
        if "file" in kept:
            return document_update(incoming, kept["text"])
        press = self._presses.read(kept["text"], incoming.contact.id, incoming.received_at)
        return text_update(incoming, kept["text"]) if press is None else press_update(incoming, press)


def sent_file(incoming: Incoming) -> SentFile | None:
    kept = json.loads(incoming.payload)
    return SentFile(kept["file"], kept["name"]) if "file" in kept else None
