"""The morning's letter to a volunteer: what is new, what is still open, and one press to write it down."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from db.uow import UnitOfWork
from domain.follow_ups import FollowUp
from domain.models import Notice, Priority
from domain.rhythm import Rhythm
from domain.volunteering import PUT_OFF, Account, Kind, Moment, PutOut, Reminder
from services.follow_up_lines import FollowUpLines, say_weekday
from services.notices import notice
from texts import Texts

RESULTS = ("visited", "phoned", "not_met", "tomorrow", "support")
"""The presses under a client, in the order in which they are shown."""

RESULT_PRESS, FOLLOW_UP_PRESS, TODAY_PRESS = "vr", "vf", "vt"
_MOST_LINES = 10
_MOST_BUTTONS = 5
_KEPT_AFTER = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class DigestItem:
    """A follow-up in a letter. kinds: why it is in it; empty: it is only still open.

    late_since: the morning on which it should have been said, when that is long ago; None: in time.
    """

    follow_up: FollowUp
    code: str
    kinds: frozenset[str]
    late_since: date | None
    stands_in: bool

    @property
    def ledgered(self) -> list[str]:
        """What is noted anew; what was put off has its note already."""
        return sorted(kind for kind in self.kinds if not kind.startswith(PUT_OFF))

    @property
    def was_put_off(self) -> bool:
        return any(kind.startswith(PUT_OFF) for kind in self.kinds)

    def without(self, claimed: Collection[tuple[int, str]], put_off: Collection[int]) -> DigestItem:
        """Only with what this process may say."""
        said = {kind for kind in self.ledgered if (self.follow_up.id, kind) in claimed}
        said |= {kind for kind in self.kinds if kind.startswith(PUT_OFF) and self.follow_up.id in put_off}
        return replace(self, kinds=frozenset(said))


@dataclass(frozen=True, slots=True)
class Digest:
    letter_id: int
    account: Account
    items: Sequence[DigestItem]

    def reminders(self, now: datetime) -> Iterator[Reminder]:
        """What is to be noted with this letter."""
        for item in self.items:
            for kind in item.ledgered:
                planned = item.follow_up
                yield Reminder(planned.client_id, planned.id, kind, now, self.account.volunteer, self.letter_id)


@dataclass(frozen=True, slots=True)
class Digests:
    texts: Texts
    rhythm: Rhythm

    @property
    def lines(self) -> FollowUpLines:
        return FollowUpLines(self.texts)

    def items(
        self,
        follow_ups: Sequence[FollowUp],
        put_out: Sequence[PutOut],
        clients: Mapping[int, tuple[str, datetime]],
        account: Account,
        at: Moment,
        now: datetime,
    ) -> list[DigestItem]:
        """What is new comes first."""
        said: dict[int, dict[str, PutOut]] = {}
        for reminder in put_out:
            said.setdefault(reminder.follow_up_id, {})[reminder.kind] = reminder
        items = []
        for each in follow_ups:
            kinds = kinds_wanted(each, said.get(each.id, {}), at)
            code, added_at = clients.get(each.client_id, (self.texts("digest.code_unreadable"), now))
            known_at = max(added_at, account.confident_at or now)
            late = self._late_since(each, kinds, known_at, now)
            items.append(DigestItem(each, code, kinds, late, stands_in=each.volunteer != account.volunteer))
        return sorted(items, key=lambda item: not item.kinds)

    def _late_since(
        self, follow_up: FollowUp, kinds: Collection[str], known_at: datetime, now: datetime
    ) -> date | None:
        """Late is only what could have been said in time: not what came into the list in the middle of its window."""
        planned = self.rhythm.planned_for(follow_up.slot.earliest_on, follow_up.slot.latest_on)
        if Kind.FIRST not in kinds or known_at >= self.rhythm.moment(planned):
            return None
        return planned if self.rhythm.is_late(planned, now) else None

    def post(self, uow: UnitOfWork, digest: Digest, at: Moment, now: datetime) -> None:
        last = max(item.follow_up.slot.latest_on for item in digest.items)
        letter = notice(self.text(digest.items, at.day), *self.choices(digest.items))
        fields = (("count", str(len(digest.items))), ("day", f"{at.day:%d/%m/%Y}"))
        uow.outbox.add(
            digest.account.contact,
            replace(letter, notice=Notice("digest", fields)),
            now,
            priority=Priority.NOTICE,
            lifetime=timedelta(days=(last - at.day).days) + _KEPT_AFTER,
            letter_id=digest.letter_id,
        )

    def text(self, items: Sequence[DigestItem], day: date) -> str:
        """No word that tells a stranger what it is about: it may stand on a locked screen."""
        texts = self.texts
        key = "digest.head_one" if len(items) == 1 else "digest.head"
        parts = [texts(key, day=say_weekday(day, day), count=len(items))]
        shown = items[:_MOST_LINES]
        parts += [self._line(item, place if len(items) > 1 else 0, day) for place, item in enumerate(shown, 1)]
        if len(items) > len(shown):
            parts.append(texts("digest.rest", count=len(items) - len(shown)))
        if late := [item.late_since for item in items if item.late_since]:
            parts.append(texts("digest.late", day=say_weekday(min(late), day)))
        parts.append(texts("digest.press_one" if len(items) == 1 else "digest.press_which"))
        return "\n".join(parts)

    def _line(self, item: DigestItem, place: int, day: date) -> str:
        line = self.lines.line(item.code, item.follow_up, day)
        marks = [self.texts("digest.again")] if Kind.AGAIN in item.kinds else []
        if item.stands_in:
            marks.append(self.texts("digest.stands_in"))
        return " ".join([f"{place}. {line}" if place else line, *marks])

    def choices(self, items: Sequence[DigestItem]) -> list[tuple[str, str]]:
        """Of one client what happened; of several which one."""
        if len(items) == 1:
            follow_up = items[0].follow_up
            return [
                (self.texts(f"volunteer.{result}"), f"{RESULT_PRESS}:{follow_up.client_id}:{follow_up.id}:{result}")
                for result in RESULTS
            ]
        room = _MOST_BUTTONS if len(items) <= _MOST_BUTTONS else _MOST_BUTTONS - 1
        shown = [(item.code, f"{FOLLOW_UP_PRESS}:{item.follow_up.id}") for item in items[:room]]
        if len(items) > room:
            shown.append((self.texts("volunteer.today"), f"{TODAY_PRESS}:1"))
        return shown


def kinds_wanted(follow_up: FollowUp, said: Mapping[str, PutOut], at: Moment) -> frozenset[str]:
    """Why this follow-up is to be said this morning; empty: it is not."""
    kinds = {kind for kind, each in said.items() if _is_put_off(each, at.day)}
    first = said.get(Kind.FIRST)
    if first is None:
        return frozenset(kinds | {Kind.FIRST})
    ends_soon = follow_up.slot.latest_on < at.next_on
    if Kind.AGAIN not in said and first.put_out_at < (at.today_began if ends_soon else at.first_before):
        kinds.add(Kind.AGAIN)
    return frozenset(kinds)


def _is_put_off(each: PutOut, day: date) -> bool:
    return each.kind.startswith(PUT_OFF) and each.letter_id is None and each.kind <= Kind.tomorrow(day)
