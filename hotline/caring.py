"""The care of people after rehabilitation from its settings: plans, working days, communes of the province."""

from __future__ import annotations

from domain.places import places
from hotline.calendars import work_calendar
from hotline.config import Config
from services.care import Care, create_care
from services.plans import load_plans
from texts import vietnamese


def care_from(config: Config) -> Care:
    """Raises PlanInvalid."""
    plans = load_plans(config.followups.plans)
    return create_care(plans, work_calendar(config.calendar), vietnamese(), places, config.hotline.province)


def usual_care() -> Care:
    return care_from(Config())
