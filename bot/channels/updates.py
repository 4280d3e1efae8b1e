"""Builds the updates that channels other than Telegram hand to aiogram."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.models import Incoming


def text_update(incoming: Incoming, text: str) -> dict[str, Any]:
    return message_update(incoming, {"text": text})


def message_update(incoming: Incoming, content: dict[str, Any]) -> dict[str, Any]:
    """A message with a text or whatever else aiogram knows; without any content an empty one."""
    return {"update_id": incoming.id, "message": _message(incoming, content)}


def document_update(incoming: Incoming, words: str = "") -> dict[str, Any]:
    """That a file came, with the words beside it if there are any; which one is asked for by who may have it."""
    content: dict[str, Any] = {"document": {"file_id": "-", "file_unique_id": "-"}}
    return message_update(incoming, content | ({"text": words} if words else {}))


def press_update(incoming: Incoming, data: str) -> dict[str, Any]:
    """A pressed button, also when its number was typed or a channel has no buttons of its own."""
    return {
        "update_id": incoming.id,
        "callback_query": {
            "id": str(incoming.id),
            "from": _person(incoming),
            "chat_instance": str(incoming.contact.id),
            "data": data,
            "message": _message(incoming, {"text": ""}),
        },
    }


def _message(incoming: Incoming, content: dict[str, Any]) -> dict[str, Any]:
    return {
        "message_id": incoming.id,
        "date": _seconds(incoming.received_at),
        "chat": {"id": incoming.contact.id, "type": "private"},
        "from": _person(incoming),
    } | content


def _person(incoming: Incoming) -> dict[str, Any]:
    """A contact without a name: handlers never need one."""
    return {"id": incoming.contact.id, "is_bot": False, "first_name": "-"}


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def left_update(incoming: Incoming, status: str) -> dict[str, Any]:
    """The person stopped the bot ("kicked"), or took back the consent to their data ("left")."""
    me = {"id": incoming.contact.id, "is_bot": True, "first_name": "-"}
    return {
        "update_id": incoming.id,
        "my_chat_member": {
            "chat": {"id": incoming.contact.id, "type": "private"},
            "from": _person(incoming),
            "date": _seconds(incoming.received_at),
            "old_chat_member": {"status": "member", "user": me},
            "new_chat_member": {"status": status, "user": me} | ({"until_date": 0} if status == "kicked" else {}),
        },
    }
