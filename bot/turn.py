"""The turn at hand: one message of one contact, being handled inside one unit of work."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from db.uow import UnitOfWork
from domain.models import MESSAGE_LIFETIME, ArrivedFile, Contact, Conversation, Priority, SentFile


@dataclass(slots=True)
class Turn:
    """What aiogram's session and storage need to know and are never told; set by the worker, read by both.

    urgent: what is said next is about danger to life: shown as such, and it leaves before everything else.
    erase_chat: what is said next is said after the channel has deleted the chat, as far as it can.
    farewell: and that was the person's wish, so the channel says instead how far it could.
    reply_lifetime: how long a reply waits to be fetched.
    calm: danger has been looked for in what was said, and there is none.
    sent_file: gives the file that was sent, for handlers of staff alone: a name of a file may be a person's.
    shared_phone: gives the own number that was shared as a contact card, for the form that asked for one.
    arrived: a file that was wanted in an earlier turn, and is the occasion of this one.
    """

    uow: UnitOfWork
    contact: Contact
    talk: Conversation
    now: datetime
    urgent: bool = False
    erase_chat: bool = False
    farewell: bool = False
    reply_lifetime: timedelta = MESSAGE_LIFETIME
    calm: bool = False
    sent_file: Callable[[], SentFile | None] = lambda: None
    shared_phone: Callable[[], str | None] = lambda: None
    arrived: ArrivedFile | None = None

    @property
    def priority(self) -> Priority:
        return Priority.DANGER if self.urgent else Priority.REPLY


current_turn: ContextVar[Turn] = ContextVar("current_turn")
