"""What the buttons of reports carry. Who may press is decided by `bot.rights` and the services, never by the button."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from services.reporting.clock import OPEN_PRESS
from services.reporting.orders import DO_PRESS


class ReportButton(CallbackData, prefix="rb"):
    """Which period?"""


class PeriodButton(CallbackData, prefix=OPEN_PRESS):
    """`period`: as it is typed. `scope`: the key of a commune or unit (names are too long); empty is the own scope."""

    period: str
    scope: str = ""
    more: bool = False


class FormButton(CallbackData, prefix="rf"):
    period: str
    scope: str
    form: str
    public: bool = False


class ReportDoButton(CallbackData, prefix=DO_PRESS):
    report: int
    do: str
