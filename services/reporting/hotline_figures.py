"""What the hotline did: from logged contacts, daily counters and callback requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from db.uow import UnitOfWork
from domain.callbacks import Outcome
from domain.contact_records import AgeGroup, Referral, Sex, Way, Who
from domain.knowledge import ReadingKind
from domain.models import Channel
from domain.report import ChartShape, Kind
from domain.statistics import ContactGroups, Days, Moment, Values, add
from domain.topic_groups import TopicGroup, group_of
from services.questions import CAMPAIGN
from services.reporting.measured import Distribution, Figure, Line, Lines, Measured, Part, grouped
from services.reporting.quantiles import quantile
from services.reporting.spelling import merged
from texts import Texts

_ASKED = tuple(f"question.{kind}" for kind in (ReadingKind.ANSWER, ReadingKind.CHOICES, ReadingKind.URGENT))
_UNANSWERED = ("question.none", "question.lapsed")
_REACHED = (Outcome.MET, Outcome.REFUSED, Outcome.WRONG_NUMBER)
"""Somebody picked up the phone: that call was not a missed try."""

_ENDED_OTHERWISE = tuple(outcome for outcome in Outcome if outcome is not Outcome.MET)
_CHATS = (Channel.TELEGRAM, Channel.ZALO, Channel.WEB)
_WAYS = (Way.CALLBACK, Way.CHAT, Way.PHONE, Way.WALK_IN, Way.VISIT, Way.LETTER)

Counted = Mapping[tuple[str, ...], Values]


@dataclass(frozen=True, slots=True)
class HotlineFigures:
    """What was counted, before it is put into words.

    with_chat: the scope is the province, so the counters belong to it. staff_topics: without questions in the chat.
    """

    spans: Sequence[Days]
    with_chat: bool
    results: Counted
    people: Counted
    topics: Mapping[str, Values]
    staff_topics: Mapping[str, Values]
    communes: Mapping[str, Values]
    times: Mapping[Moment, Values]
    calls: Mapping[str, tuple[Values, Values]]
    waits: Sequence[tuple[int, Values]]
    counters: Mapping[tuple[str, str, str], Values]
    open_after: Values | None
    open_now: int

    @property
    def zero(self) -> Values:
        return (0,) * len(self.spans)

    def total(self, counted: Iterable[Values]) -> Values:
        return add(self.zero, *counted)

    def counter(self, *measures: str, channel: str | None = None, topic: str | None = None) -> Values:
        return self.total(
            values
            for (measure, on, about), values in self.counters.items()
            if measure in measures and channel in {None, on} and topic in {None, about}
        )

    @property
    def asked(self) -> Values:
        """Questions that were answered in a chat, or at least with choices."""
        return self.total(self.counter(*_ASKED, channel=channel) for channel in _CHATS)

    def result(self, **wanted: Collection[str]) -> Values:
        """Contacts by way, outcome, referral."""
        places = {"way": 0, "outcome": 1, "referral": 2}
        return self.total(
            values
            for key, values in self.results.items()
            if all(key[places[name]] in allowed for name, allowed in wanted.items())
        )


async def count_hotline(uow: UnitOfWork, spans: Sequence[Days], communes: Collection[str] | None) -> HotlineFigures:
    """communes: as they are written in the records; None is the whole province, which alone has the counters."""
    statistics = uow.statistics
    province = communes is None
    topics: dict[str, list[Values]] = defaultdict(list)
    for (topic,), values in await statistics.count_contacts(ContactGroups.TOPIC, spans, communes):
        topics[group_of(topic)].append(values)
    staff_topics = {group: add(*many) for group, many in topics.items()}
    counters = await statistics.sum_counters(spans) if province else {}
    for (measure, channel, topic), values in counters.items():
        if measure in _ASKED and channel in _CHATS:
            topics[group_of(topic) if topic else ""].append(values)
    by_commune = await statistics.count_contacts(ContactGroups.COMMUNE, spans, communes)
    return HotlineFigures(
        spans=spans,
        with_chat=province,
        results=dict(await statistics.count_contacts(ContactGroups.RESULT, spans, communes)),
        people=dict(await statistics.count_contacts(ContactGroups.PERSON, spans, communes)),
        topics={group: add(*many) for group, many in topics.items()},
        staff_topics=staff_topics,
        communes=merged({commune: values for (commune,), values in by_commune}),
        times=dict(await statistics.count_by_time(spans, communes)),
        calls={row[0]: (row[1], row[2]) for row in await statistics.count_calls(spans, communes)},
        waits=await statistics.count_waits(spans, communes),
        counters=counters,
        open_after=await statistics.requests_open_after([span.last for span in spans]) if province else None,
        open_now=await statistics.count_open_requests(communes),
    )


@dataclass(frozen=True, slots=True)
class HotlineTables:
    """Puts the figures into tables. campaigns: what a link of a campaign carries -> its name."""

    texts: Texts
    campaigns: Mapping[str, str] = field(default_factory=dict)

    def part(self, figures: HotlineFigures) -> Part:
        distributions = self.distributions(figures)
        measured: tuple[Measured, ...] = (self.overview(figures), *distributions, self.requests(figures))
        if opened := self._campaigns(figures):
            measured = (*measured, opened)
        return Part("hotline", self.texts("report.section_hotline"), measured=measured)

    def distributions(self, figures: HotlineFigures) -> tuple[Distribution, ...]:
        topics = [*TopicGroup, *([""] if figures.with_chat else [])]  # with choices, no topic is known
        return (
            self.ways(figures),
            self._by("topics", figures.topics, topics, figures, chat=True, shape=ChartShape.BARS),
            self._by("who", self._people(figures, 0), [*Who], figures),
            self.communes(figures),
            self._by("sex", self._people(figures, 1), [*Sex], figures),
            self._by("age", self._people(figures, 2), [*AgeGroup], figures),
            self._by("outcome", self._outcomes(figures), [*Outcome], figures, note="outcome"),
            self._by("referral", self._referrals(figures), [*Referral], figures),
            self._by("weekday", self._times(figures, lambda at: str(at.weekday)), _numbers(1, 8), figures),
            self.hours(figures),
        )

    def public_distributions(self, figures: HotlineFigures) -> tuple[Distribution, ...]:
        """What may stand in the public copy: all of the second to the last are wholes of the same contacts.

        Questions in the chat stand alone: with a sum over both, one hidden figure would follow from the other.
        """
        ways = self.ways(figures)
        chat = tuple(group for group in ways.groups if group.key.startswith("chat."))
        staff = tuple(group for group in ways.groups if group not in chat)
        only_staff = (self.texts("report.note_staff_only"),)
        return (
            Distribution("chat", self.texts("report.table_chat"), chat, notes=self._chat_note(figures)),
            replace(ways, groups=staff, total_label="", notes=only_staff),
            self._by("topics", figures.staff_topics, [*TopicGroup], figures),
            self._by("who", self._people(figures, 0), [*Who], figures),
            replace(self.communes(figures), notes=only_staff),
            self._by("sex", self._people(figures, 1), [*Sex], figures),
            self._by("age", self._people(figures, 2), [*AgeGroup], figures),
            self._by("referral", self._referrals(figures), [*Referral], figures),
            self._by("weekday", self._times(figures, lambda at: str(at.weekday)), _numbers(1, 8), figures),
        )

    # -- one table each ------------------------------------------------------------------------------------------

    def ways(self, figures: HotlineFigures) -> Distribution:
        counted: dict[str, Values] = {}
        if figures.with_chat:
            counted = {f"chat.{channel}": figures.counter(*_ASKED, channel=channel) for channel in _CHATS}
        labels = {key: self.texts(f"report.way_{key.replace('.', '_')}") for key in counted}
        for way in _WAYS:
            counted[way] = figures.result(way=[way], outcome=[Outcome.MET])
            labels[way] = self.texts(f"report.way_{way}")
        return Distribution(
            "ways",
            self.texts("report.table_ways"),
            grouped(labels, counted, len(figures.spans)),
            self.texts("report.consultations"),
            self._chat_note(figures),
            shape=ChartShape.BARS,
            main=True,
        )

    def communes(self, figures: HotlineFigures) -> Distribution:
        named = {name: name or self.texts("report.no_commune") for name in sorted(figures.communes, key=_nameless_last)}
        groups = grouped(named, figures.communes, len(figures.spans))
        notes = (self.texts("report.note_chat_no_commune"),) if figures.with_chat else ()
        return Distribution("communes", self.texts("report.table_communes"), groups, notes=notes)

    def hours(self, figures: HotlineFigures) -> Distribution:
        keys = [*_numbers(0, 24), ""]
        counted = self._times(figures, lambda at: "" if at.hour is None else str(at.hour))
        labels = {key: self.texts("report.hour", hour=int(key), next=int(key) + 1) for key in keys if key}
        labels[""] = self.texts("report.hour_unknown")
        groups = grouped(labels, counted, len(figures.spans))
        notes = (self.texts("report.note_hour"),)
        return Distribution("hours", self.texts("report.table_hours"), groups, notes=notes, shape=ChartShape.COLUMNS)

    def overview(self, figures: HotlineFigures) -> Lines:
        texts, total = self.texts, self.ways(figures).total
        asked = figures.asked
        staff = tuple(all_ - chat for all_, chat in zip(total, asked, strict=True))
        lines = [
            self._line("consultations", total, wanted=True),
            self._line("by_chat", asked if figures.with_chat else (None,) * len(asked), level=1),
            self._line("by_staff", staff, level=1, wanted=True),
            self._line("by_phone", figures.result(way=[Way.PHONE], outcome=[Outcome.MET]), level=1),
            self._line("referred", figures.result(outcome=[Outcome.MET], referral=set(Referral) - {Referral.NONE})),
            self._line("minutes_median", self._quantile(figures, 0.5), kind=Kind.MINUTES),
            self._line("minutes_p90", self._quantile(figures, 0.9), kind=Kind.MINUTES),
            self._line("missed_tries", self._missed(figures)),
        ]
        notes = [texts("report.note_waiting"), texts("report.note_missed")]
        if figures.with_chat:
            lines += [
                self._line("useful", figures.counter("feedback.useful")),
                self._line("not_useful", figures.counter("feedback.not_useful")),
                self._line("unanswered", figures.counter(*_UNANSWERED)),
                self._line("declined", figures.counter("question.refusal")),
                self._line("danger", figures.counter("question.urgent")),
            ]
        else:
            notes.append(texts("report.note_no_counters"))
        return Lines("overview", texts("report.table_overview"), tuple(lines), tuple(notes))

    def requests(self, figures: HotlineFigures) -> Lines:
        """New, answered and open: from the counters, so for the whole province; of communes what the records know."""
        met = figures.calls.get(Outcome.MET, (figures.zero, figures.zero))[0]
        if not figures.with_chat:
            lines = [self._line("answered", met), self._line("open", (figures.open_now, None, None))]
            notes = (self.texts("report.note_requests_commune"),)
            return Lines("requests", self.texts("report.table_requests"), tuple(lines), notes)
        lines = [
            self._line("new", figures.counter("callback.opened"), wanted=True),
            self._line("answered", figures.counter(f"callback.{Outcome.MET}"), wanted=True),
            self._line("ended", figures.counter(*(f"callback.{each}" for each in _ENDED_OTHERWISE))),
            *(self._line(f"ended_{each}", figures.counter(f"callback.{each}"), level=1) for each in _ENDED_OTHERWISE),
            self._line("reopened", figures.counter("callback.reopened")),
            self._line("open", figures.open_after or figures.zero),
        ]
        notes = (self.texts("report.note_requests"),)
        return Lines("requests", self.texts("report.table_requests"), tuple(lines), notes)

    def _campaigns(self, figures: HotlineFigures) -> Lines | None:
        """How often each published link was opened; one that is over keeps its line as long as it was counted."""
        counted = {topic for measure, _, topic in figures.counters if measure == CAMPAIGN}
        over = sorted(counted - self.campaigns.keys())
        lines = tuple(
            Line(f"campaign.{name}", label or name, figures.counter(CAMPAIGN, topic=name))
            for name, label in [*self.campaigns.items(), *((name, name) for name in over)]
        )
        if not lines or not figures.with_chat:
            return None
        notes = (self.texts("report.note_campaigns"),)
        return Lines("campaigns", self.texts("report.table_campaigns"), lines, notes)

    # ------------------------------------------------------------------------------------------------------------

    def _by(
        self,
        name: str,
        counted: Mapping[str, Values],
        keys: Sequence[str],
        figures: HotlineFigures,
        *,
        chat: bool = False,
        note: str = "",
        shape: ChartShape | None = None,
    ) -> Distribution:
        labels = {key: self.texts(f"report.{name}_{key or 'unknown'}") for key in keys}
        groups = grouped(labels, counted, len(figures.spans))
        notes = [*self._chat_note(figures)] if chat else [self.texts("report.note_staff_only")]
        if note:
            notes = [self.texts(f"report.note_{note}")]
        label = self.texts("report.consultations" if chat else "report.total")
        return Distribution(name, self.texts(f"report.table_{name}"), groups, label, tuple(notes), shape=shape)

    def _line(
        self, key: str, values: tuple[Figure, ...], *, kind: Kind | None = None, level: int = 0, wanted: bool = False
    ) -> Line:
        return Line(key, self.texts(f"report.line_{key}"), values, kind, level, wanted)

    def _chat_note(self, figures: HotlineFigures) -> tuple[str, ...]:
        return (self.texts("report.note_chat" if figures.with_chat else "report.note_chat_not_here"),)

    @staticmethod
    def _people(figures: HotlineFigures, place: int) -> dict[str, Values]:
        return _summed((key[place], values) for key, values in figures.people.items())

    @staticmethod
    def _outcomes(figures: HotlineFigures) -> dict[str, Values]:
        through_bot = {Way.CALLBACK, Way.CHAT}
        return _summed((key[1], values) for key, values in figures.results.items() if key[0] in through_bot)

    @staticmethod
    def _referrals(figures: HotlineFigures) -> dict[str, Values]:
        return _summed((key[2], values) for key, values in figures.results.items() if key[1] == Outcome.MET)

    @staticmethod
    def _times(figures: HotlineFigures, key: Callable[[Moment], str]) -> dict[str, Values]:
        return _summed((key(moment), values) for moment, values in figures.times.items())

    @staticmethod
    def _quantile(figures: HotlineFigures, share: float) -> tuple[Figure, ...]:
        return tuple(
            quantile([(minutes, values[place]) for minutes, values in figures.waits], share)
            for place in range(len(figures.spans))
        )

    @staticmethod
    def _missed(figures: HotlineFigures) -> Values:
        """Calls without those that somebody picked up."""
        missed = figures.zero
        for outcome, (requests, calls) in figures.calls.items():
            reached = requests if outcome in _REACHED else figures.zero
            missed = tuple(so_far + call - met for so_far, call, met in zip(missed, calls, reached, strict=True))
        return missed


def _summed(pairs: Iterable[tuple[str, Values]]) -> dict[str, Values]:
    many: dict[str, list[Values]] = defaultdict(list)
    for key, values in pairs:
        many[key].append(values)
    return {key: add(*each) for key, each in many.items()}


def _numbers(first: int, end: int) -> list[str]:
    return [str(number) for number in range(first, end)]


def _nameless_last(name: str) -> tuple[bool, str]:
    return (not name, name.casefold())
