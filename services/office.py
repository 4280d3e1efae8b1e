"""Everything that staff handlers call, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from services.bell import DeskBell
from services.callbacks import Callbacks
from services.care import Care
from services.desk import Desk
from services.request_lines import RequestLines
from services.showing import Showing
from services.staffing import Duty
from services.team import Team
from services.volunteering import Volunteers


@dataclass(frozen=True, slots=True)
class Office:
    desk: Desk
    duty: Duty
    showing: Showing
    lines: RequestLines
    bell: DeskBell
    care: Care
    volunteers: Volunteers
    team: Team


def create_office(callbacks: Callbacks, bell: DeskBell, care: Care, volunteers: Volunteers) -> Office:
    texts = callbacks.texts
    duty = Duty(texts, bell)
    desk, showing = Desk(texts, callbacks.hours, callbacks), Showing(texts, bell.lines)
    return Office(desk, duty, showing, bell.lines, bell, care, volunteers, Team(texts, duty))
