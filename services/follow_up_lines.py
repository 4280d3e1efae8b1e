"""A planned contact as one line: the client's code, the window in words, how. Neutral enough for a locked screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from domain.follow_ups import FollowUp, Method
from texts import Texts

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def say_date(day: date, today: date) -> str:
    """ "3/12", with the year where it is another one."""
    return f"{day.day}/{day.month}" if day.year == today.year else f"{day.day}/{day.month}/{day.year}"


def say_weekday(day: date, today: date) -> str:
    """ "thứ Năm 3/12" """
    return f"{_WEEKDAYS[day.weekday()]} {say_date(day, today)}"


@dataclass(frozen=True, slots=True)
class FollowUpLines:
    texts: Texts

    def window(self, earliest_on: date, latest_on: date, today: date) -> str:
        """ "từ 3/12 đến 10/12"; what matters more is said instead: the last day, or that it has passed."""
        words = {"first": say_date(earliest_on, today), "last": say_date(latest_on, today)}
        if latest_on < today:
            return self.texts("digest.window_passed", **words)
        if latest_on == today:
            return self.texts("digest.window_last_day", **words)
        if earliest_on == latest_on:
            return self.texts("digest.window_one_day", **words)
        return self.texts("digest.window", **words)

    def line(self, code: str, follow_up: FollowUp, today: date) -> str:
        slot = follow_up.slot
        how = "" if slot.method is Method.ANY else ", " + self.texts(f"digest.method_{slot.method}")
        return f"{code}: {self.window(slot.earliest_on, slot.latest_on, today)}{how}"

    def numbered(self, follow_ups: list[FollowUp], codes: Mapping[int, str], today: date) -> str:
        lines = [
            f"{place}. {self.line(self.code(codes, each.client_id), each, today)}"
            for place, each in enumerate(follow_ups, 1)
        ]
        return "\n".join(lines)

    def code(self, codes: Mapping[int, str], client_id: int) -> str:
        """A code that cannot be read is said to be so: the work stays visible."""
        return codes.get(client_id) or self.texts("digest.code_unreadable")
