"""What handlers, the command line and the clockwork need about people after rehabilitation, in one hand."""

from __future__ import annotations

from dataclasses import dataclass

from domain.plans import PlanTemplates
from domain.workdays import WorkCalendar
from services.client_changes import ClientChanges
from services.plans import Planner


@dataclass(frozen=True, slots=True)
class Care:
    planner: Planner
    changes: ClientChanges

    @property
    def calendar(self) -> WorkCalendar:
        return self.planner.calendar


def create_care(plans: PlanTemplates, calendar: WorkCalendar) -> Care:
    planner = Planner(plans, calendar)
    return Care(planner, ClientChanges(planner))
