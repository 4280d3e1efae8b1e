"""That a child seems to be writing, remembered for whoever then asks for a call: 111 stands beside the offer."""

from __future__ import annotations

from datetime import datetime

from aiogram.fsm.context import FSMContext

from domain.models import LIST_LIFETIME
from services.children import sounds_like_child

_CHILD_AT = "child_at"


async def remember_child(text: str, state: FSMContext, now: datetime) -> None:
    if sounds_like_child(text):
        await state.update_data({_CHILD_AT: now.isoformat()})


async def is_child(text: str, state: FSMContext, now: datetime) -> bool:
    """By this message, or by one of a short while ago."""
    at = (await state.get_data()).get(_CHILD_AT)
    return sounds_like_child(text) or (at is not None and now - datetime.fromisoformat(at) <= LIST_LIFETIME)
