"""What handlers, the command line and the clockwork need about people after rehabilitation, in one hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from domain.places import Commune, Places
from domain.plans import PlanTemplates
from domain.workdays import WorkCalendar
from services.client_changes import ClientChanges
from services.plans import Planner
from services.roster import Rosters
from services.roster_file import RosterReader
from texts import Texts


@dataclass(frozen=True, slots=True)
class Care:
    planner: Planner
    changes: ClientChanges
    rosters: Rosters

    @property
    def calendar(self) -> WorkCalendar:
        return self.planner.calendar

    def find_communes(self, text: str) -> list[Commune]:
        """By name or code, in the province of the installation unless another one is named."""
        reader = self.rosters.reader
        return reader.places().find(text, reader.province)


def create_care(
    plans: PlanTemplates, calendar: WorkCalendar, texts: Texts, places: Callable[[], Places], province: str = ""
) -> Care:
    """province: where communes are looked for that name none."""
    planner = Planner(plans, calendar)
    changes = ClientChanges(planner)
    return Care(planner, changes, Rosters(RosterReader(texts, places, province), changes))
