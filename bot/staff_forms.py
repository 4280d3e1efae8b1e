"""What a member of staff is about to type."""

from __future__ import annotations

from aiogram.fsm.state import State, StatesGroup


class StaffForm(StatesGroup):
    name = State()
    risk = State()
    line = State()
    commune = State()
    day = State()
    client_note = State()
    absence = State()
    report_remark = State()
    minutes = State()
    communes = State()
