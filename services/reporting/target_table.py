"""Targets: the part, the whole, and whether that is enough."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from domain.callbacks import Outcome
from domain.clients import LegalGround
from domain.figures import percent
from domain.report import Column, Kind, Row, Table
from domain.report_targets import Measure, Target
from services.reporting.client_figures import ClientFigures
from services.reporting.hotline_figures import HotlineFigures
from services.reporting.measured import NOW
from texts import Texts


@dataclass(frozen=True, slots=True)
class TargetTable:
    texts: Texts

    def table(self, targets: tuple[Target, ...], hotline: HotlineFigures, clients: ClientFigures) -> Table:
        rows = [self._row(target, *_part_of_whole(target.measure, hotline, clients)) for target in targets]
        notes = (self.texts("report.note_targets"),)
        return Table("targets", self.texts("report.table_targets"), self._columns(), tuple(rows), notes)

    def _row(self, target: Target, part: int | None, whole: int | None) -> Row:
        reached = percent(part, whole) if part is not None and whole is not None else None
        gap = reached - Decimal(target.percent) if reached is not None else None
        verdict = "none" if gap is None else "yes" if gap >= 0 else "no"
        source = target.source or self.texts("report.target_no_source")
        wanted = Decimal(target.percent)
        cells = (self.texts(f"report.target_{target.measure}"), part, whole, reached, wanted, gap)
        return Row(target.measure, (*cells, self.texts(f"report.target_is_{verdict}"), source))

    def _columns(self) -> tuple[Column, ...]:
        kinds = {
            "label": Kind.TEXT,
            "part": Kind.COUNT,
            "whole": Kind.COUNT,
            "reached": Kind.PERCENT,
            "wanted": Kind.PERCENT,
            "gap": Kind.PERCENT,
            "verdict": Kind.TEXT,
            "source": Kind.TEXT,
        }
        return tuple(Column(key, self.texts(f"report.target_column_{key}"), kind) for key, kind in kinds.items())


def _part_of_whole(measure: Measure, hotline: HotlineFigures, clients: ClientFigures) -> tuple[int | None, int | None]:
    """Of the period itself. None where the scope has no such figure."""
    match measure:
        case Measure.MANAGED:
            return clients.assigned[NOW], clients.flows["end"][NOW]
        case Measure.REACHED:
            return clients.people["contacted"][NOW], clients.flows["start"][NOW] + clients.flows["new"][NOW]
        case Measure.VOLUNTARY:
            willing = (LegalGround.VOLUNTARY, LegalGround.SUBSTITUTION)
            new = sum(clients.new_by_ground.get(ground, clients.zero)[NOW] for ground in willing)
            return new, clients.flows["new"][NOW]
        case Measure.FOLLOWED:
            planned = sum(
                clients.follow_ups.get(each, clients.zero)[NOW] for each in ("in_time", "late", "missed", "open")
            )
            return clients.follow_ups.get("in_time", clients.zero)[NOW], planned
    if not hotline.with_chat:
        return None, None
    return hotline.counter(f"callback.{Outcome.MET}")[NOW], hotline.counter("callback.opened")[NOW]
