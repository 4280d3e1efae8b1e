"""From Telegram's updates to ours: who wrote is a contact id, and nothing else that is personal goes further."""

from __future__ import annotations

import json
import re
from typing import Any

from bot.channels.updates import document_update, message_update, press_update, text_update
from domain.models import Arrival, Channel, Incoming, SentFile

ALLOWED_UPDATES = ("message", "edited_message", "callback_query")

_MENTION = re.compile(r"(/\w+)@\w+")
_FILE = {"file_id": "-", "file_unique_id": "-"}
_EMPTY_CONTENT: dict[str, Any] = {
    "sticker": _FILE | {"type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False},
    "photo": [_FILE | {"width": 1, "height": 1}],
    "voice": _FILE | {"duration": 1},
    "audio": _FILE | {"duration": 1},
    "video": _FILE | {"duration": 1, "width": 1, "height": 1},
    "video_note": _FILE | {"duration": 1, "length": 1},
    "animation": _FILE | {"duration": 1, "width": 1, "height": 1},
    "location": {"latitude": 0.0, "longitude": 0.0},
    "contact": {"phone_number": "-", "first_name": "-"},
}
"""What kind of thing came, without the thing: no picture, place, voice or number of anybody reaches a handler."""

_NOT_SAID = {
    "boost_added",
    "channel_chat_created",
    "chat_background_set",
    "chat_shared",
    "connected_website",
    "delete_chat_photo",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "giveaway",
    "giveaway_completed",
    "giveaway_created",
    "giveaway_winners",
    "group_chat_created",
    "left_chat_member",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "migrate_to_chat_id",
    "new_chat_members",
    "new_chat_photo",
    "new_chat_title",
    "passport_data",
    "pinned_message",
    "proximity_alert_triggered",
    "refunded_payment",
    "successful_payment",
    "supergroup_chat_created",
    "users_shared",
    "video_chat_ended",
    "video_chat_participants_invited",
    "video_chat_scheduled",
    "video_chat_started",
    "web_app_data",
    "write_access_allowed",
}
"""Events of a chat: somebody pinned a message or joined. Nobody said anything, so nobody is answered."""


def arrival(update: dict[str, Any], bot: str) -> Arrival | None:
    """None for what is not answered: events of a chat, other bots, channels, presses in groups.

    bot: the id of our bot, because update ids of two bots may be the same.
    """
    key = f"{bot}/{update['update_id']}"
    if press := update.get("callback_query"):
        chat = press.get("message", {}).get("chat") or {"id": press["from"]["id"], "type": "private"}
        if not press.get("data") or chat["type"] != "private":
            return None
        return Arrival(Channel.TELEGRAM, str(chat["id"]), key, _payload(update), "")
    edited = "edited_message" in update
    message = update.get("edited_message" if edited else "message")
    if message is None or _NOT_SAID & message.keys() or message.get("from", {}).get("is_bot"):
        return None
    private = message["chat"]["type"] == "private"
    return Arrival(
        Channel.TELEGRAM,
        str(message["chat"]["id"]),
        key,
        _payload(update),
        _words(message),
        message_id=str(message["message_id"]) if private else "",
        only_if_danger=edited or not private,
    )


def press_id(update: dict[str, Any]) -> str | None:
    """What Telegram wants to be answered at once, so that the button stops turning; None when nothing was pressed."""
    press = update.get("callback_query")
    return str(press["id"]) if press else None


def to_update(incoming: Incoming) -> dict[str, Any]:
    """Words as text, also those under a picture; of everything else only what kind of thing it was."""
    raw = json.loads(incoming.payload)
    if press := raw.get("callback_query"):
        return press_update(incoming, press["data"])
    message = raw.get("message") or raw["edited_message"]
    words = _words(message)
    if "document" in message:
        return document_update(incoming, words)
    if words or "text" in message:
        return text_update(incoming, _MENTION.sub(r"\1", words, count=1) if words.startswith("/") else words)
    kind = next((kind for kind in _EMPTY_CONTENT if kind in message), None)
    return message_update(incoming, {kind: _EMPTY_CONTENT[kind]} if kind else {})


def sent_file(incoming: Incoming) -> SentFile | None:
    """The document of a private message, for a handler that knows who sent it."""
    message = json.loads(incoming.payload).get("message") or {}
    document = message.get("document")
    if not document or message["chat"]["type"] != "private":
        return None
    return SentFile(str(document["file_id"]), str(document.get("file_name", "")))


def shared_phone(incoming: Incoming) -> str | None:
    """The own number that somebody shared as a contact card; the name on the card, and others' cards, are not read."""
    message = json.loads(incoming.payload).get("message") or {}
    card = message.get("contact") or {}
    own = card.get("user_id") is not None and card.get("user_id") == message.get("from", {}).get("id")
    return str(card["phone_number"]) if own and message["chat"]["type"] == "private" else None


def _words(message: dict[str, Any]) -> str:
    """Half a surrogate pair is valid JSON and no valid text; nothing further on could store it."""
    words = str(message.get("text") or message.get("caption") or "")
    return words.encode("utf-8", "replace").decode()


def _payload(update: dict[str, Any]) -> bytes:
    return json.dumps(update).encode()
