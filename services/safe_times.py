"""When a citizen may be called: the times that are offered, and what people type instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from domain.callbacks import TimeClosed, TimeUnclear
from domain.clock import VIETNAM, local_date
from domain.opening import DAY_MINUTES, OpeningHours, SafeTime, Span, Window
from knowledge.fold import plain

NOON, EVENING = 12 * 60, 18 * 60
WHOLE_DAY = Span(0, DAY_MINUTES)
_HORIZON_DAYS = 14


class Slot(StrEnum):
    NOW = "now"
    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    NEXT_DAY = "next_day"


_PARTS = {Slot.MORNING: Span(0, NOON), Slot.AFTERNOON: Span(NOON, EVENING), Slot.EVENING: Span(EVENING, DAY_MINUTES)}


@dataclass(frozen=True, slots=True)
class Offer:
    """A time that may be chosen; `due` is the first window in it."""

    slot: Slot
    safe: SafeTime
    due: Window


def offered(hours: OpeningHours, now: datetime) -> list[Offer]:
    """At most four: now, what is left of today in parts, and the next day that is open."""
    today = local_date(now)
    offers = [_now(hours, now)] if hours.is_open(now) else []
    for slot, part in _PARTS.items():
        due = hours.next_window(SafeTime(today, part), now)
        if due and local_date(due.start) == today and due.start > now:
            offers.append(Offer(slot, SafeTime(today, part), due))
    tomorrow = SafeTime(today + timedelta(days=1), WHOLE_DAY)
    if due := hours.next_window(tomorrow, now):
        offers.append(Offer(Slot.NEXT_DAY, SafeTime(local_date(due.start), WHOLE_DAY), due))
    return offers


def choose(slot: Slot, hours: OpeningHours, now: datetime) -> Offer:
    """Raises TimeClosed: the slot was offered a while ago and is over."""
    for offer in offered(hours, now):
        if offer.slot is slot:
            return offer
    raise TimeClosed


def read_time(text: str, hours: OpeningHours, now: datetime) -> tuple[SafeTime, Window]:
    """What somebody typed: "8h tối", "sau 17h30", "thứ bảy 9 giờ", "sáng mai", "25/11 từ 8h đến 10h".

    Raises TimeUnclear (no time in it), TimeClosed (nobody is there then).
    """
    said = " ".join(re.findall(r"[a-z]+|\d+|[:/<>-]", plain(text)))
    if re.search(r"\b(bay gio|ngay bay gio|goi ngay|luon|lien|cang som)\b", said):
        offer = choose(Slot.NOW, hours, now)
        return offer.safe, offer.due
    day, said = _day(said, local_date(now))
    span = _span(said)
    if day is None and span is None:
        raise TimeUnclear
    safe = SafeTime(day or local_date(now), span or WHOLE_DAY)
    due = hours.next_window(safe, now)
    if due is None or (day is not None and local_date(due.start) != day):
        raise TimeClosed
    if day is None and local_date(due.start) > local_date(now) + timedelta(days=_HORIZON_DAYS):
        raise TimeClosed
    return SafeTime(local_date(due.start), safe.span), due


def _now(hours: OpeningHours, now: datetime) -> Offer:
    local = now.astimezone(VIETNAM)
    minute = local.hour * 60 + local.minute
    until = next(span.until for span in hours.spans(local.date()) if span.start <= minute < span.until)
    safe = SafeTime(local.date(), Span(minute, until))
    due = hours.next_window(safe, now) or Window(now, now + timedelta(minutes=until - minute))
    return Offer(Slot.NOW, safe, due)


_WEEKDAYS = {
    "hai": 0, "2": 0, "ba": 1, "3": 1, "tu": 2, "4": 2, "nam": 3, "5": 3, "sau": 4, "6": 4, "bay": 5, "7": 5,
}  # fmt: skip


def _day(said: str, today: date) -> tuple[date | None, str]:
    """The day that is named, and what is left to read; None when none is."""
    for pattern, read in (
        (r"\b(?:ngay )?(\d{1,2}) ?[/-] ?(\d{1,2})\b(?! ?(?:h|g|gio))", _by_date),
        (r"\b(?:thu|t) ?(hai|ba|tu|nam|sau|bay|[2-7])\b(?: tuan nay)?", _by_weekday),
        (r"\b(?:chu nhat|cn)\b", _on_sunday),
        (r"\b(?:ngay kia|ngay mot|hom kia)\b", _in_two_days),
        (r"\b(?:ngay )?mai\b", _tomorrow),
        (r"\bhom nay\b|\b(?<=sang )nay\b|\b(?<=trua )nay\b|\b(?<=chieu )nay\b|\b(?<=toi )nay\b", _today),
    ):
        if found := re.search(pattern, said):
            day = read(found, today)
            return day, f"{said[: found.start()]} {said[found.end() :]}"
    return None, said


def _by_date(found: re.Match[str], today: date) -> date:
    try:
        day = date(today.year, int(found[2]), int(found[1]))
        return day if day >= today else date(today.year + 1, day.month, day.day)
    except ValueError:
        raise TimeUnclear from None


def _by_weekday(found: re.Match[str], today: date) -> date:
    return today + timedelta(days=(_WEEKDAYS[found[1]] - today.weekday()) % 7)


def _on_sunday(_found: re.Match[str], today: date) -> date:
    return today + timedelta(days=(6 - today.weekday()) % 7)


def _in_two_days(_found: re.Match[str], today: date) -> date:
    return today + timedelta(days=2)


def _tomorrow(_found: re.Match[str], today: date) -> date:
    return today + timedelta(days=1)


def _today(_found: re.Match[str], today: date) -> date:
    return today


_HOURS = "mot hai ba bon nam sau bay tam chin muoi"
_HOUR = {word: number for number, word in enumerate(_HOURS.split(), 1)} | {"tu": 4, "muoi mot": 11, "muoi hai": 12}
_SPOKEN = re.compile(rf"\b(muoi mot|muoi hai|{'|'.join(_HOURS.split())}|tu)(?= (?:gio|ruoi|h)\b)")
_PART = r"(?: (sang|trua|chieu|toi|dem|khuya))?"
_CLOCK = re.compile(
    rf"\b(\d{{1,2}}) ?(?:h|g|gio|:)(?: ?(\d{{2}})\b| ?(ruoi)\b)?(?: phut)?{_PART}"
    r"|\b(\d{1,2}) (ruoi|sang|trua|chieu|toi)\b"
)
_BEFORE_OR_AFTER = {
    "sau": "after",
    "tu": "after",
    "ngoai": "after",
    "truoc": "before",
    "den": "before",
    "toi": "before",
}


def _span(said: str) -> Span | None:
    """The minutes of the day that are meant; a single time means the hour from then on. None when none is named."""
    said = _SPOKEN.sub(lambda word: str(_HOUR[word[1]]), said)
    part = next((slot for slot, words in _PART_WORDS.items() if re.search(rf"\b(?:{words})\b", said)), None)
    times = list(_clock_times(said, part))
    if not times:
        return _PARTS[part] if part else None
    (start, before), (last, _) = times[0], times[-1]
    if len(times) > 1 and last > start:
        return Span(start, last)
    word = _BEFORE_OR_AFTER.get(before)
    if word == "after":
        return Span(start, DAY_MINUTES)
    if word == "before":
        return Span(0, start) if start else None
    return Span(start, min(start + 60, DAY_MINUTES))


_PART_WORDS = {Slot.EVENING: "toi(?! da)|dem|khuya", Slot.AFTERNOON: "chieu|trua", Slot.MORNING: "sang"}


def _clock_times(said: str, part: Slot | None) -> Iterator[tuple[int, str]]:
    """Each time of day as minutes, with the word before it."""
    for found in _CLOCK.finditer(said):
        if found[5]:
            hour, half, own = int(found[5]), found[6] == "ruoi", found[6]
            minute = 30 if half else 0
        else:
            hour, minute, own = int(found[1]), 30 if found[3] else int(found[2] or 0), found[4]
        if hour > 24 or minute > 59:
            raise TimeUnclear
        before = said[: found.start()].split()
        yield min(_in_the_right_half(hour, own, part) * 60 + minute, DAY_MINUTES), before[-1] if before else ""


def _in_the_right_half(hour: int, own: str | None, part: Slot | None) -> int:
    """Nobody means five in the morning who just types "5h": the hotline is closed then."""
    if own in {"chieu", "toi", "dem", "khuya"} or (own == "trua" and hour < 10):
        return hour + 12 if hour < 12 else hour
    if own == "sang" or hour >= 12:
        return hour
    if part in {Slot.AFTERNOON, Slot.EVENING} and own is None:
        return hour + 12
    return hour + 12 if hour < 6 else hour
