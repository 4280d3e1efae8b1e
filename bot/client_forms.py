"""What an officer is about to type about a client."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class ClientForm(StatesGroup):
    day = State()
    contact_day = State()
    volunteer = State()
    commune = State()
