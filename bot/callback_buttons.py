"""What the buttons on the way to a callback request carry. Whether a press is allowed is decided by the service."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from aiogram.filters.callback_data import CallbackData
from pydantic import Field

from domain.callbacks import IfOther
from services.callbacks import HELP_PRESS, KEEP_PRESS, REPLY_PRESS

RequestId = Annotated[int, Field(ge=0, lt=2**63)]
"""What the database can look for: a page may send whatever it likes as a press."""


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
    say: IfOther


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
    request: RequestId


class LineButton(CallbackData, prefix=REPLY_PRESS):
    """Writes to the counsellor who answers in this chat."""

    request: RequestId


class KeepButton(CallbackData, prefix=KEEP_PRESS):
    """Wants the number kept beyond 30 days, and will type it again."""

    request: RequestId


class HelpButton(CallbackData, prefix=HELP_PRESS):
    """The answer to "was help reached?"."""

    request: RequestId
    answer: str
