"""What the buttons about people after rehabilitation carry. Who may press is decided by `bot.rights` and services."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData


class ClientsButton(CallbackData, prefix="kl"):
    page: int = 0


class CardButton(CallbackData, prefix="kc"):
    client: int


class PauseButton(CallbackData, prefix="kp"):
    """`reason` empty asks for it; `days` ago -1 asks for the day."""

    client: int
    reason: str = ""
    days: int = -1


class EndButton(CallbackData, prefix="ke"):
    client: int
    reason: str = ""
    days: int = -1


class ResumeButton(CallbackData, prefix="ko"):
    client: int
    days: int = -1


class OtherDayButton(CallbackData, prefix="kd"):
    """The day is typed; `do` is "pause", "end" or "resume"."""

    client: int
    do: str
    reason: str = ""


class ContactButton(CallbackData, prefix="kg"):
    """An officer writes down what the volunteer has done. `result` empty asks for it; `days` ago -1 for the day."""

    client: int
    result: str = ""
    days: int = -1


class ContactDayButton(CallbackData, prefix="ky"):
    """The day is typed."""

    client: int
    result: str


class ReassignButton(CallbackData, prefix="kr"):
    """`volunteer` 0 asks for whom."""

    client: int
    volunteer: int = 0


class MoveButton(CallbackData, prefix="km"):
    """`commune`: a code; empty asks for the name."""

    client: int
    commune: str = ""


class TakeBackButton(CallbackData, prefix="kz"):
    client: int


class LegalDatesButton(CallbackData, prefix="kh"):
    page: int = 0


class LegalDoneButton(CallbackData, prefix="kx"):
    legal_date: int
