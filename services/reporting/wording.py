"""A report in words: periods, scopes, states, differences."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from domain.clock import VIETNAM
from domain.figures import write_count, write_percent
from domain.periods import Period, PeriodKind
from domain.report import Cell, Hidden, Report, ReportState, Table
from domain.report_objects import KeptReport, Scope
from texts import Texts

_ROMAN = ("", "I", "II", "III", "IV")
_MOST_CHANGES = 40


@dataclass(frozen=True, slots=True)
class Wording:
    texts: Texts

    def period(self, period: Period) -> str:
        """ "Quý IV năm 2026"."""
        number = _ROMAN[period.number] if period.kind is PeriodKind.QUARTER else period.number
        key = f"period.{period.kind}_{period.number}" if period.kind is PeriodKind.HALF else f"period.{period.kind}"
        return self.texts(
            key, number=number, year=period.year, first=self.day(period.first), last=self.day(period.last)
        )

    def dates(self, period: Period) -> str:
        return self.texts("period.dates", first=self.day(period.first), last=self.day(period.last))

    def day(self, day: date) -> str:
        return f"{day.day}/{day.month}/{day.year}"

    def moment(self, moment: datetime) -> str:
        local = moment.astimezone(VIETNAM)
        return self.texts("period.moment", clock=f"{local:%H:%M}", day=self.day(local.date()))

    def locker(self, kept: KeptReport) -> str:
        """Who has locked it, as staff call each other in the trail."""
        if kept.locked_by is None:
            return self.texts("report.locked_by_command")
        return self.texts("report.locked_by_staff", number=kept.locked_by)

    def scope(self, scope: Scope) -> str:
        if scope.name:
            return scope.name
        return ", ".join(sorted(scope.communes)) or self.texts("report.whole_province")

    def state(self, state: ReportState) -> str:
        """Empty once it is locked: nothing is printed across it then."""
        return "" if state is ReportState.LOCKED else self.texts(f"report.state_{state}")

    def in_time(self, kept: KeptReport, today: date) -> str:
        in_time = kept.in_time(today)
        key = "open" if in_time is None else "yes" if in_time else "no" if kept.locked_at else "overdue"
        return self.texts(f"report.in_time_{key}")

    def cell(self, cell: Cell) -> str:
        if cell is None:
            return self.texts("report.nothing")
        if isinstance(cell, Hidden):
            return str(cell.value)
        if isinstance(cell, Decimal):
            return write_percent(cell)
        if isinstance(cell, int):
            return write_count(cell)
        return self.day(cell) if isinstance(cell, date) else cell

    def changes(self, old: Report, new: Report) -> tuple[str, ...]:
        """What a later version says differently, figure by figure; of very many the first ones and how many more."""
        found = [*self._differences(old, new)]
        if not found:
            return (self.texts("report.no_change", version=old.version),)
        shown = found[:_MOST_CHANGES]
        if len(found) > len(shown):
            shown.append(self.texts("report.more_changes", count=len(found) - len(shown)))
        return tuple(shown)

    def _differences(self, old: Report, new: Report) -> Iterator[str]:
        before = {table.key: table for section in old.sections for table in section.tables}
        for section in new.sections:
            for table in section.tables:
                earlier = before.pop(table.key, None)
                if earlier is None:
                    yield self.texts("report.change_table_new", table=table.title)
                else:
                    yield from self._in_table(earlier, table)
        for table in before.values():
            yield self.texts("report.change_table_gone", table=table.title)

    def _in_table(self, old: Table, new: Table) -> Iterator[str]:
        known = {row.key: dict(zip((each.key for each in old.columns), row.cells, strict=True)) for row in old.rows}
        for row in new.rows:
            earlier = known.pop(row.key, None)
            if earlier is None:
                yield self.texts("report.change_row_new", table=new.title, row=row.cells[0])
                continue
            for column, cell in zip(new.columns, row.cells, strict=True):
                if column.key in earlier and earlier[column.key] != cell:
                    was, is_ = self.cell(earlier[column.key]), self.cell(cell)
                    where = {"table": new.title, "row": row.cells[0], "column": column.title}
                    yield self.texts("report.change_cell", **where, was=was, now=is_)
        for key in known:
            yield self.texts("report.change_row_gone", table=new.title, row=key)

    def file_stem(self, period: Period, scope: Scope, version: int, *, public: bool) -> str:
        """ "bao-cao-2026-Q4-xa-tan-binh-v1": letters that every system takes."""
        stem = f"bao-cao-{self.where_and_when(period, scope)}-v{version}"
        return f"{stem}-cong-khai" if public else stem

    def where_and_when(self, period: Period, scope: Scope) -> str:
        return f"{period.code.replace('..', '-den-')}-{slug(self.scope(scope))[:40].strip('-')}"


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
