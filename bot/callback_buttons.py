"""What the buttons on the way to a callback request carry. Whether a press is allowed is decided by the service."""

from __future__ import annotations

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData

from services.callbacks import HELP_PRESS, KEEP_PRESS, REPLY_PRESS


class AskButton(CallbackData, prefix="cs"):
    """Wants to be called."""


class ConsentButton(CallbackData, prefix="cc"):
    agreed: bool


class HereButton(CallbackData, prefix="cw"):
    """No number: a counsellor is to answer in this chat."""


class SlotButton(CallbackData, prefix="ct"):
    """A time that was offered; empty: a time of one's own."""

    slot: str = ""


class IfOtherButton(CallbackData, prefix="co"):
    say: str


class Do(StrEnum):
    SHOW = "show"
    TIME = "time"
    NOTE = "note"
    COMMUNE = "commune"
    CODE = "code"
    CANCEL = "cancel"
    CANCEL_NOW = "cancel_now"


class RequestButton(CallbackData, prefix="cr"):
    """Something to do with a request that exists."""

    do: Do
    request: int


class LineButton(CallbackData, prefix=REPLY_PRESS):
    """Writes to the counsellor who answers in this chat."""

    request: int


class KeepButton(CallbackData, prefix=KEEP_PRESS):
    """Wants the number kept beyond 30 days, and will type it again."""

    request: int


class HelpButton(CallbackData, prefix=HELP_PRESS):
    """The answer to "was help reached?"."""

    request: int
    answer: str
