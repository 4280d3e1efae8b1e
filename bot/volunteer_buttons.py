"""What the buttons of volunteers carry, and of officers about them. Whether a press is allowed the services decide."""

from __future__ import annotations

from aiogram.filters.callback_data import CallbackData

from services.absences import ACCEPT_PRESS
from services.digests import FOLLOW_UP_PRESS, RESULT_PRESS, TODAY_PRESS
from services.support import TAKE_PRESS


class ConfidenceButton(CallbackData, prefix="vo"):
    """Accepts the duty of confidence."""


class PracticeButton(CallbackData, prefix="vx"):
    """`pressed` empty: the first question; a result: the answer to it; "done": the end."""

    pressed: str = ""


class TodayButton(CallbackData, prefix=TODAY_PRESS):
    page: int = 0


class WeekButton(CallbackData, prefix="vw"):
    page: int = 0


class ClientsButton(CallbackData, prefix="vk"):
    page: int = 0


class FollowUpButton(CallbackData, prefix=FOLLOW_UP_PRESS):
    follow_up: int


class ClientButton(CallbackData, prefix="vc"):
    client: int


class ResultButton(CallbackData, prefix=RESULT_PRESS):
    """`follow_up` 0: a contact that belongs to no plan, as far as the one who presses knows."""

    client: int
    follow_up: int
    result: str


class ConditionButton(CallbackData, prefix="vq"):
    record: int
    value: str = ""


class WorkButton(CallbackData, prefix="vj"):
    record: int
    value: str = ""


class NoteButton(CallbackData, prefix="vn"):
    record: int


class CorrectButton(CallbackData, prefix="ve"):
    """`to` empty asks; a result, or "withdraw"."""

    record: int
    to: str = ""


class MineButton(CallbackData, prefix="vm"):
    """`back`: so many months ago."""

    back: int = 0


class AwayButton(CallbackData, prefix="va"):
    """`days` 0 shows what is known; -1: back again."""

    days: int = 0


class DeputyButton(CallbackData, prefix="vp"):
    """`volunteer` 0 asks; -1: nobody."""

    absence: int
    volunteer: int = 0


class AcceptDeputyButton(CallbackData, prefix=ACCEPT_PRESS):
    absence: int
    agreed: bool


class TakeSupportButton(CallbackData, prefix=TAKE_PRESS):
    call: int


class TeamButton(CallbackData, prefix="vg"):
    page: int = 0


class MemberButton(CallbackData, prefix="vh"):
    volunteer: int


class InviteMemberButton(CallbackData, prefix="vi"):
    volunteer: int


class LostPhoneButton(CallbackData, prefix="vl"):
    volunteer: int
    sure: bool = False
