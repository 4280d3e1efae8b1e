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


@dataclass(frozen=True, slots=True)
class Office:
    desk: Desk
    duty: Duty
    showing: Showing
    lines: RequestLines
    bell: DeskBell
    care: Care


def create_office(callbacks: Callbacks, bell: DeskBell, care: Care) -> Office:
    texts = callbacks.texts
    desk, showing = Desk(texts, callbacks.hours, callbacks), Showing(texts, bell.lines)
    return Office(desk, Duty(texts, bell), showing, bell.lines, bell, care)
