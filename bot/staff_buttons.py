"""What the buttons of staff carry. Who may press is decided by `bot.rights` and the services, never by the button."""

from __future__ import annotations

from enum import StrEnum

from aiogram.filters.callback_data import CallbackData


class DeskButton(CallbackData, prefix="sk"):
    """The desk's front page."""


class DutyButton(CallbackData, prefix="sd"):
    on: bool


class HandShiftButton(CallbackData, prefix="sh"):
    """`to`: a number of staff; 0 asks to whom."""

    to: int = 0


class QueueButton(CallbackData, prefix="sq"):
    page: int = 0


class TakeButton(CallbackData, prefix="st"):
    request: int


class MineButton(CallbackData, prefix="sm"):
    """What I have taken."""


class ShowButton(CallbackData, prefix="sr"):
    request: int


class OutcomeButton(CallbackData, prefix="so"):
    """`outcome` "met" asks with whom; "not" asks whether it was a wrong number or a refusal."""

    request: int
    outcome: str


class WhoButton(CallbackData, prefix="sw"):
    request: int
    who: str


class Do(StrEnum):
    MORE = "more"
    RISK = "risk"
    HAND_OVER = "hand"
    RELEASE = "release"
    WRITE = "write"
    BLOCK = "block"


class DoButton(CallbackData, prefix="sx"):
    request: int
    do: Do


class HandOverButton(CallbackData, prefix="sn"):
    request: int
    to: int


class ReopenButton(CallbackData, prefix="sp"):
    """`reason` empty asks for it."""

    request: int
    reason: str = ""


class RecordButton(CallbackData, prefix="sg"):
    """A contact outside the bot, press by press; `sure`: also when it looks like a double entry."""

    way: str = ""
    group: str = ""
    who: str = ""
    referral: str = ""
    sure: bool = False


class FieldButton(CallbackData, prefix="sf"):
    """`field` empty shows which ones there are; `page` leafs through a long list."""

    record: int
    field: str = ""
    page: int = 0


class SetButton(CallbackData, prefix="sv"):
    record: int
    field: str
    value: str


class WithdrawButton(CallbackData, prefix="sz"):
    record: int


class FileButton(CallbackData, prefix="su"):
    """What the file that was just sent is for. `sure`: it has been looked through, and is to be taken over."""

    use: str
    sure: bool = False


class AloudButton(CallbackData, prefix="sa"):
    topic: str


class StaffButton(CallbackData, prefix="sl"):
    page: int = 0


class ShutOutButton(CallbackData, prefix="sy"):
    number: int
    sure: bool = False


class Scope(StrEnum):
    """Where somebody who is invited will work: everywhere the inviter does, or in communes that are typed."""

    ALL = "all"
    SOME = "some"


class InviteButton(CallbackData, prefix="si"):
    """Role and scope; an empty one is asked for."""

    role: str = ""
    scope: str = ""
