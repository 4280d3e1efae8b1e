"""The sheet in which contacts outside the bot are collected: its columns, and a row that was filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from domain.contact_records import AgeGroup, Referral, Sex, Way, Who
from domain.errors import HotlineError
from domain.topic_groups import TopicGroup

COLUMNS = ("day", "way", "topic", "who", "commune", "sex", "age", "referral", "minutes", "staff", "note")
REQUIRED = frozenset({"day", "way", "topic", "who"})
CHOICES: Mapping[str, Sequence[str]] = {
    "way": (Way.PHONE, Way.WALK_IN, Way.VISIT, Way.LETTER),
    "topic": tuple(TopicGroup),
    "who": (Who.PERSON, Who.FAMILY, Who.OTHER),
    "sex": (Sex.FEMALE, Sex.MALE, Sex.OTHER),
    "age": (AgeGroup.UNDER_12, AgeGroup.FROM_12, AgeGroup.FROM_18, AgeGroup.FROM_30),
    "referral": tuple(Referral),
}


class SheetUnreadable(HotlineError):
    """Not an Excel file, or not one made from the template."""

    text_key = "contacts.file_unreadable"


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One contact; empty strings and None where nothing was entered. `line` is the row's number in Excel."""

    line: int
    day: date
    way: Way
    topic: TopicGroup
    who: Who
    commune: str = ""
    sex: Sex = Sex.UNKNOWN
    age: AgeGroup = AgeGroup.UNKNOWN
    referral: Referral = Referral.NONE
    minutes: int | None = None
    staff: int | None = None
    note: str = ""
