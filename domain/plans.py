"""Plan templates: how often somebody after rehabilitation is to be contacted. Data, because the law fixes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from domain.clients import LegalGround
from domain.errors import HotlineError
from domain.follow_ups import Method, Slot
from domain.terms import add_months
from domain.workdays import ONE_DAY

DEFAULT = "default"
_STEP_KEYS = {"until_month", "every_days", "every_months", "days_before", "days_after", "method", "hour"}
_PLAN_KEYS = {"source", "steps"}


class PlanInvalid(HotlineError):
    """A plan file does not say what it must; names the plan and what is wrong."""

    text_key = "plans.invalid"


@dataclass(frozen=True, slots=True)
class Step:
    """A rhythm until so many months after the start; `until_month` None is until the end.

    Exactly one of every_days and every_months is set. days_before, days_after: the window around the due day.
    """

    until_month: int | None
    every_days: int | None
    every_months: int | None
    days_before: int
    days_after: int
    method: Method
    hour: int


@dataclass(frozen=True, slots=True)
class PlanTemplate:
    """`source`: on what the frequency rests, in words for officers."""

    steps: tuple[Step, ...]
    source: str

    def slots(self, start_on: date, ends_on: date) -> list[Slot]:
        """All contacts between two days; no two windows overlap.

        The same start gives the same ones; a later end only adds some.
        """
        found: list[Slot] = []
        last, free_from = start_on, start_on
        for step in self.steps:
            until = ends_on if step.until_month is None else min(add_months(start_on, step.until_month), ends_on)
            for due_on in _days(step, start_on, last, until):
                if due_on < free_from:
                    continue  # a window so wide that it holds this day too
                earliest_on = max(due_on - timedelta(days=step.days_before), free_from)
                latest_on = min(due_on + timedelta(days=step.days_after), ends_on)
                found.append(Slot(len(found) + 1, earliest_on, due_on, latest_on, step.method, step.hour))
                last, free_from = due_on, latest_on + ONE_DAY
        return found


@dataclass(frozen=True, slots=True)
class PlanTemplates:
    """The plan of each legal ground; the default one for grounds without their own."""

    by_name: Mapping[str, PlanTemplate]

    def of(self, ground: LegalGround) -> PlanTemplate:
        return self.by_name.get(ground, self.by_name[DEFAULT])

    def joined(self, other: PlanTemplates) -> PlanTemplates:
        """A province's own plans take the place of the shipped ones of the same name."""
        return PlanTemplates({**self.by_name, **other.by_name})


def _days(step: Step, start_on: date, after: date, until: date) -> Iterator[date]:
    if step.every_days is not None:
        day = after + timedelta(days=step.every_days)
        while day <= until:
            yield day
            day += timedelta(days=step.every_days)
        return
    every = step.every_months or 1
    months = every  # counted from the start, so that the day of the month stays
    while add_months(start_on, months) <= after:
        months += every
    while (day := add_months(start_on, months)) <= until:
        yield day
        months += every


def read_plans(tables: Mapping[str, Any]) -> PlanTemplates:
    """From the table `plans` of a TOML file. Raises PlanInvalid."""
    plans = tables.get("plans")
    if not isinstance(plans, Mapping) or not plans or set(tables) != {"plans"}:
        raise PlanInvalid(plan="plans", problem="[plans.default]")
    known = {DEFAULT, *LegalGround}
    templates = {}
    for name, plan in plans.items():
        if name not in known or not isinstance(plan, Mapping) or set(plan) != _PLAN_KEYS or not plan["steps"]:
            raise PlanInvalid(plan=name, problem=", ".join(sorted(_PLAN_KEYS)))
        steps = tuple(_read_step(name, step) for step in plan["steps"])
        if any(step.until_month is None for step in steps[:-1]):
            raise PlanInvalid(plan=name, problem="until_month")
        templates[str(name)] = PlanTemplate(steps, str(plan["source"]))
    return PlanTemplates(templates)


def _read_step(plan: str, given: Mapping[str, Any]) -> Step:
    if unknown := set(given) - _STEP_KEYS:
        raise PlanInvalid(plan=plan, problem=", ".join(sorted(unknown)))
    if ("every_days" in given) == ("every_months" in given):
        raise PlanInvalid(plan=plan, problem="every_days / every_months")
    try:
        return Step(
            until_month=_within(given["until_month"], 1, 60) if "until_month" in given else None,
            every_days=_within(given["every_days"], 1, 366) if "every_days" in given else None,
            every_months=_within(given["every_months"], 1, 24) if "every_months" in given else None,
            days_before=_within(given["days_before"], 0, 60),
            days_after=_within(given["days_after"], 0, 60),
            method=Method(given["method"]),
            hour=_within(given["hour"], 0, 23),
        )
    except KeyError as missing:
        raise PlanInvalid(plan=plan, problem=str(missing)) from None
    except ValueError as wrong:
        raise PlanInvalid(plan=plan, problem=str(wrong)) from None


def _within(number: Any, least: int, most: int) -> int:
    if not isinstance(number, int) or not least <= number <= most:
        raise ValueError(f"{number} ({least}..{most})")
    return number
