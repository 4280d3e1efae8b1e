"""The public copy: fewer tables, small figures hidden, counted month by month (domain.disclosure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db.uow import UnitOfWork
from domain.disclosure import Balance, Shown, ShownMonth, hide_balance, hide_month, over_months
from domain.figures import percent
from domain.periods import Calendar, Period, PeriodKind
from domain.report import Chart, ChartShape, Row, RowRole, Section, Table
from domain.report_objects import NoPublicCopy
from domain.statistics import Days
from services.reporting.client_figures import ClientFigures, ClientTables, count_clients
from services.reporting.hotline_figures import HotlineTables, count_hotline
from services.reporting.measured import Distribution, Lines, columns
from services.reporting.published import FLOWS, Published, PublishedMonth, publish
from texts import Texts


@dataclass(frozen=True, slots=True)
class _Months:
    """The months that were counted, and which of them make the period, the one before, the year so far."""

    spans: list[Days]
    now: list[int]
    before: list[int]
    year: list[int]


@dataclass(frozen=True, slots=True)
class PublicCopy:
    texts: Texts
    calendar: Calendar

    async def make(
        self, uow: UnitOfWork, period: Period, copies: Sequence[Sequence[PublishedMonth]]
    ) -> tuple[tuple[Section, ...], tuple[PublishedMonth, ...]]:
        """Of the whole province: a commune's own copy beside that of the province would give its neighbours away.

        copies: what earlier public copies have said of months. Returns also what this one says of its own.
        Raises NoPublicCopy when the period is not made of reporting months.
        """
        months = self._months(period)
        published = Published.of(months.spans, copies)
        hotline = await count_hotline(uow, months.spans, None)
        wholes = [published.applied(each) for each in HotlineTables(self.texts).public_distributions(hotline)]
        balances: list[Balance] = []
        tables = [self._table(each, months) for each in wholes]
        charts = (Chart("ways", tables[1].title, ChartShape.BARS, "ways", "label", ("now",), main=True),)
        found = [Section("hotline", self.texts("report.section_hotline"), (), tuple(tables), charts)]
        clients = await count_clients(uow, months.spans, None)
        if clients is not None:
            made = ClientTables(self.texts)
            balances = published.settled(_balances(clients))
            shown = [self._flows(made.flows(clients), balances, months)]
            of_clients = [published.applied(each) for each in made.public_distributions(clients)]
            shown += [self._table(each, months) for each in of_clients]
            wholes += of_clients
            found.append(Section("clients", self.texts("report.section_clients"), (), tuple(shown)))
        return tuple(found), publish(months.spans, wholes, balances)

    def _months(self, period: Period) -> _Months:
        year = self.calendar.year_to_date(period)
        parts = [self.calendar.months_of(each) for each in (period, self.calendar.before(period), year)]
        if not all(parts) or period.kind is PeriodKind.FREE:
            raise NoPublicCopy
        every = sorted({month for part in parts for month in part}, key=lambda month: month.first)
        now, before, so_far = ([every.index(month) for month in part] for part in parts)
        return _Months([Days.of(month) for month in every], now, before, so_far)

    def _table(self, distribution: Distribution, months: _Months) -> Table:
        groups = distribution.groups
        by_month = [hide_month([group.values[place] for group in groups]) for place in range(len(months.spans))]
        if distribution.additive:
            shown = [over_months(by_month, places) for places in (months.now, months.before, months.year)]
        else:  # what stands at the end of a period is what stands at the end of its last month
            shown = [by_month[places[-1]] for places in (months.now, months.before, months.year)]
        rows = [
            self._row(group.key, group.label, [each.values[place] for each in shown], shown[0], RowRole.BODY)
            for place, group in enumerate(groups)
        ]
        total = distribution.total_label or self.texts("report.total")
        rows.append(self._row("total", total, [each.total for each in shown], shown[0], RowRole.TOTAL))
        return Table(
            distribution.key,
            distribution.title,
            columns(self.texts, share=True),
            tuple(rows),
            (*distribution.notes, self.texts("report.note_public")),
        )

    @staticmethod
    def _row(key: str, label: str, three: list[Shown], now: ShownMonth, role: RowRole) -> Row:
        part, whole = three[0], now.total
        share = percent(part, whole) if isinstance(part, int) and isinstance(whole, int) else None
        return Row(key, (label, three[0], share, three[1], three[2]), role)

    def _flows(self, exact: Lines, every: Sequence[Balance], months: _Months) -> Table:
        labels = {line.key: line.label for line in exact.lines}
        three = [
            hide_balance([every[place] for place in places]) for places in (months.now, months.before, months.year)
        ]
        names = ("start", "new", "ended", "end")
        rows = [Row(name, (labels[name], *(each[place] for each in three))) for place, name in enumerate(names)]
        notes = (self.texts("report.note_public"),)
        return Table(FLOWS, exact.title, columns(self.texts, share=False), tuple(rows), notes)


def _balances(figures: ClientFigures) -> list[Balance]:
    flows = figures.flows
    return [Balance(*each) for each in zip(flows["start"], flows["new"], figures.ended, flows["end"], strict=True)]
