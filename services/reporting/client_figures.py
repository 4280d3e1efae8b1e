"""People after rehabilitation and those who look after them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from db.repositories.client_statistics import Stand
from db.uow import UnitOfWork
from domain.clients import EndReason, LegalGround
from domain.contact_records import Condition, Sex, Work
from domain.legal_dates import LegalDateKind
from domain.report import ChartShape
from domain.statistics import Days, Values, add
from services.reporting.measured import Distribution, Figure, Line, Lines, Measured, Part, grouped
from services.reporting.spelling import merged
from texts import Texts

_AGES = ("12_17", "18_29", "30_plus", "unknown")
_BECAME = ("in_time", "late", "missed", "open")
_LOADS = ("1", "2", "3", "more")


@dataclass(frozen=True, slots=True)
class ClientFigures:
    """What was counted. `stands`: under management at the end of each span, by what tells them apart."""

    spans: Sequence[Days]
    flows: Mapping[str, Values]
    stands: Mapping[Stand, Mapping[str, Values]]
    new_by_ground: Mapping[str, Values]
    assigned: Values
    paused: Values
    follow_ups: Mapping[str, Values]
    legal_dates: Mapping[tuple[str, str], Values]
    contacts: Mapping[tuple[str, str], Values]
    people: Mapping[str, Values]
    loads: Sequence[Mapping[int, int]]

    @property
    def zero(self) -> Values:
        return (0,) * len(self.spans)

    @property
    def ended(self) -> Values:
        return add(self.zero, *(values for key, values in self.flows.items() if key.startswith("ended.")))


async def count_clients(
    uow: UnitOfWork, spans: Sequence[Days], communes: Collection[str] | None
) -> ClientFigures | None:
    """None where nobody was under management in any of the spans: nothing else is looked up then."""
    statistics, days = uow.client_statistics, [span.last for span in spans]
    flows = await statistics.count_flows(spans, communes)
    if not any(any(values) for values in flows.values()):
        return None
    stands: dict[Stand, Mapping[str, Values]] = {}
    for by in Stand:
        counted = await statistics.count_stand(by, days, communes)
        if by is Stand.BIRTH_YEAR:
            stands[by] = _by_age(counted, days)
        else:
            named = {str(value): values for value, values in counted}
            stands[by] = merged(named) if by is Stand.COMMUNE else named
    return ClientFigures(
        spans=spans,
        flows=flows,
        stands=stands,
        new_by_ground=await statistics.count_new_by_ground(spans, communes),
        assigned=await statistics.count_assigned(days, communes),
        paused=await statistics.count_paused(days, communes),
        follow_ups=await statistics.count_follow_ups(spans, communes),
        legal_dates=await statistics.count_legal_dates(spans, communes),
        contacts=await statistics.count_contacts(spans, communes),
        people=await statistics.count_people(spans, communes),
        loads=[await statistics.count_loads(day, communes) for day in days],
    )


def _by_age(counted: Sequence[tuple[Any, Values]], days: Sequence[date]) -> dict[str, Values]:
    """Only the year of birth is kept: the age is the one reached in the year of that day."""
    found = {age: [0] * len(days) for age in _AGES}
    for year, values in counted:
        for place, day in enumerate(days):
            found[_age(year, day)][place] += values[place]
    return {age: tuple(values) for age, values in found.items()}


def _age(year: int | None, day: date) -> str:
    if year is None:
        return "unknown"
    age = day.year - year
    return "12_17" if age < 18 else "18_29" if age < 30 else "30_plus"


@dataclass(frozen=True, slots=True)
class ClientTables:
    texts: Texts

    def part(self, figures: ClientFigures) -> Part:
        measured: tuple[Measured, ...] = (
            self.flows(figures),
            *self.stands(figures),
            self.follow_ups(figures),
            self.condition(figures),
            self.work(figures),
            self.people(figures),
            self.legal_dates(figures),
        )
        return Part("clients", self.texts("report.section_clients"), measured=measured)

    def public_distributions(self, figures: ClientFigures) -> tuple[Distribution, ...]:
        return (*self.stands(figures), self.follow_ups(figures), self.condition(figures), self.work(figures))

    def volunteers(self, figures: ClientFigures) -> Part:
        return Part("volunteers", self.texts("report.section_volunteers"), measured=(self.volunteer_lines(figures),))

    def flows(self, figures: ClientFigures) -> Lines:
        reasons = {f"ended.{reason}": self.texts(f"report.line_ended_client_{reason}") for reason in EndReason}
        ended = [Line(key, label, figures.flows.get(key, figures.zero), level=1) for key, label in reasons.items()]
        other = [key for key in figures.flows if key.startswith("ended.") and key not in reasons]
        if other:
            values = add(*(figures.flows[key] for key in other))
            ended.append(Line("ended.other", self.texts("report.line_ended_client_other"), values, level=1))
        lines = (
            self._line("start", figures.flows["start"]),
            self._line("new_client", figures.flows["new"], key="new", wanted=True),
            self._line("ended_client", figures.ended, key="ended"),
            *ended,
            self._line("end", figures.flows["end"], wanted=True),
            self._line("assigned", figures.assigned, level=1),
            self._line("paused", figures.paused, level=1),
        )
        return Lines("flows", self.texts("report.table_flows"), lines, (self.texts("report.note_flows"),))

    def stands(self, figures: ClientFigures) -> tuple[Distribution, ...]:
        grounds: dict[str, str] = {ground: self.texts(f"report.ground_{ground}") for ground in LegalGround}
        sexes: dict[str, str] = {sex: self.texts(f"report.sex_{sex}") for sex in Sex}
        ages = {age: self.texts(f"report.client_age_{age}") for age in _AGES}
        counted = figures.stands[Stand.COMMUNE]
        communes = {name: name for name in sorted(counted, key=str.casefold)}
        return (
            self._stand("grounds", grounds, figures.stands[Stand.GROUND], figures, shape=ChartShape.BARS),
            self._stand("client_communes", communes, counted, figures),
            self._stand("client_sex", sexes, figures.stands[Stand.SEX], figures),
            self._stand("client_age", ages, figures.stands[Stand.BIRTH_YEAR], figures, "report.note_client_age"),
        )

    def follow_ups(self, figures: ClientFigures) -> Distribution:
        labels = {each: self.texts(f"report.follow_up_{each}") for each in _BECAME}
        counted = {each: figures.follow_ups.get(each, figures.zero) for each in _BECAME}
        notes = (self.texts("report.note_follow_ups"),)
        return Distribution(
            "follow_ups",
            self.texts("report.table_follow_ups"),
            grouped(labels, counted, len(figures.spans)),
            self.texts("report.follow_up_planned"),
            notes,
            shape=ChartShape.COLUMNS,
        )

    def condition(self, figures: ClientFigures) -> Distribution:
        return self._contacts("condition", [*Condition], figures)

    def work(self, figures: ClientFigures) -> Distribution:
        return self._contacts("work", [*Work], figures)

    def people(self, figures: ClientFigures) -> Lines:
        lines = (
            self._line("contacted", figures.people["contacted"]),
            self._line("used_again", figures.people["used_again"]),
        )
        notes = (self.texts("report.note_people"),)
        return Lines("client_people", self.texts("report.table_client_people"), lines, notes)

    def legal_dates(self, figures: ClientFigures) -> Lines:
        lines: list[Line] = []
        for kind in LegalDateKind:
            parts = {each: figures.legal_dates.get((kind, each), figures.zero) for each in ("in_time", "late", "open")}
            said = self.texts(f"legal_dates.{kind}")
            lines.append(Line(kind, said[:1].upper() + said[1:], add(*parts.values())))
            lines += [
                Line(f"{kind}.{each}", self.texts(f"report.legal_is_{each}"), values, level=1)
                for each, values in parts.items()
            ]
        notes = (self.texts("report.note_legal_dates"),)
        return Lines("legal_dates", self.texts("report.table_legal_dates"), tuple(lines), notes)

    def volunteer_lines(self, figures: ClientFigures) -> Lines:
        loads = [Counter(each) for each in figures.loads]
        with_clients = tuple(sum(each.values()) for each in loads)
        contacts = add(figures.zero, *(values for (name, _), values in figures.contacts.items() if name == "condition"))
        lines = [
            self._line("volunteers_assigned", with_clients, wanted=True),
            *(self._line(f"load_{each}", tuple(_load(load, each) for load in loads), level=1) for each in _LOADS),
            self._line("volunteers_active", figures.people["active"]),
            self._line("client_contacts", contacts),
        ]
        notes = (self.texts("report.note_volunteers"),)
        return Lines("volunteers", self.texts("report.table_volunteers"), tuple(lines), notes)

    # ------------------------------------------------------------------------------------------------------------

    def _contacts(self, name: str, values: Sequence[str], figures: ClientFigures) -> Distribution:
        labels = {value: self.texts(f"report.{name}_{value or 'unknown'}") for value in values}
        counted = {value: many for (kind, value), many in figures.contacts.items() if kind == name}
        title, total = self.texts(f"report.table_{name}"), self.texts("report.client_contacts")
        notes = (self.texts("report.note_client_contacts"),)
        return Distribution(name, title, grouped(labels, counted, len(figures.spans)), total, notes)

    def _stand(
        self,
        key: str,
        labels: Mapping[str, str],
        counted: Mapping[str, Values],
        figures: ClientFigures,
        note: str = "",
        *,
        shape: ChartShape | None = None,
    ) -> Distribution:
        notes = (self.texts("report.note_stand"), *([self.texts(note)] if note else []))
        return Distribution(
            key,
            self.texts(f"report.table_{key}"),
            grouped(labels, counted, len(figures.spans)),
            self.texts("report.line_end"),
            notes,
            additive=False,
            shape=shape,
        )

    def _line(
        self, name: str, values: tuple[Figure, ...], *, key: str = "", level: int = 0, wanted: bool = False
    ) -> Line:
        return Line(key or name, self.texts(f"report.line_{name}"), values, None, level, wanted)


def _load(load: Counter[int], name: str) -> int:
    if name == "more":
        return sum(many for clients, many in load.items() if clients > 3)
    return load[int(name)]
