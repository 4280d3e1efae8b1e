"""aiogram's FSM storage in our database, encrypted, written with the same commit as everything else of the turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiogram.fsm.state import State
from aiogram.fsm.storage.base import BaseStorage, StateType, StorageKey

from bot.turn import current_turn


class ConversationStorage(BaseStorage):
    """The state of the contact whose turn it is. The worker takes a contact's messages one by one, so no lock."""

    async def set_state(self, key: StorageKey, state: StateType = None) -> None:
        turn = current_turn.get()
        turn.talk.state = state.state if isinstance(state, State) else state
        turn.uow.conversations.changed(turn.contact.id, turn.now)

    async def get_state(self, key: StorageKey) -> str | None:
        return current_turn.get().talk.state

    async def set_data(self, key: StorageKey, data: Mapping[str, Any]) -> None:
        turn = current_turn.get()
        turn.talk.form = dict(data)
        turn.uow.conversations.changed(turn.contact.id, turn.now)

    async def get_data(self, key: StorageKey) -> dict[str, Any]:
        return dict(current_turn.get().talk.form)

    async def close(self) -> None:
        pass
