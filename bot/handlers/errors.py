"""The one place where an error becomes an answer."""

from __future__ import annotations

from datetime import datetime

import structlog

from db.uow import UnitOfWork
from domain.errors import HotlineError
from domain.models import Incoming, Letter, Priority
from services.questions import Questions, count

log = structlog.get_logger()


async def answer(error: Exception, uow: UnitOfWork, message: Incoming, now: datetime, questions: Questions) -> None:
    """A HotlineError says its own text; anything else an apology with 115, and a line in the log without content."""
    texts = questions.texts
    if isinstance(error, HotlineError) and error.text_key in texts:
        text = texts(error.text_key, **error.data)
    else:
        log.error("update.failed", update=message.id, channel=message.contact.channel, exc_info=error)
        count(uow, message.contact, "message.failed", now)
        text = texts("errors.unexpected", person=questions.person())
    uow.outbox.add(message.contact, Letter(text), now, priority=priority(message))


def priority(message: Incoming) -> Priority:
    """Of what is said instead of an answer."""
    return Priority.DANGER if message.danger else Priority.REPLY
