"""A message for a channel that cannot keep it from being forwarded: shown once, on a page of our own, for minutes."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from db.uow import UnitOfWork
from domain.models import Contact

LIFETIME = timedelta(minutes=10)
_TOKEN_BYTES = 24


async def lay_down(uow: UnitOfWork, contact: Contact, text: str, now: datetime) -> str:
    """Keeps the text, sealed, for ten minutes; returns the secret part of its address, which is kept nowhere."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    await uow.once.add(_digest(uow, token), contact.id, text.encode(), now + LIFETIME)
    return token


async def pick_up(uow: UnitOfWork, token: str, now: datetime) -> str | None:
    """The text, erased with the same commit; None when it was read before or its minutes are over."""
    content = await uow.once.take(_digest(uow, token), now)
    return None if content is None else content.decode()


def _digest(uow: UnitOfWork, token: str) -> bytes:
    return uow.pseudonyms.digest("once", token)
