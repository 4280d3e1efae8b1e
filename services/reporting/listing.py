"""Logged contacts as rows for checking: what was counted, without notes and without anybody."""

from __future__ import annotations

from typing import Any

from domain.report import Cell, Column, Kind
from domain.topic_groups import group_of
from texts import Texts

_COLUMNS = (
    ("id", Kind.TEXT),
    ("happened_on", Kind.DATE),
    ("way", Kind.TEXT),
    ("channel", Kind.TEXT),
    ("topic", Kind.TEXT),
    ("who", Kind.TEXT),
    ("commune", Kind.TEXT),
    ("sex", Kind.TEXT),
    ("age", Kind.TEXT),
    ("outcome", Kind.TEXT),
    ("referral", Kind.TEXT),
    ("minutes", Kind.MINUTES),
    ("attempts", Kind.COUNT),
    ("waited", Kind.MINUTES),
    ("staff", Kind.COUNT),
)


def listing_columns(texts: Texts) -> tuple[Column, ...]:
    return tuple(Column(key, texts(f"report.listing_{key}"), kind) for key, kind in _COLUMNS)


def listing_row(row: Any, texts: Texts) -> tuple[Cell, ...]:
    """A row of `Statistics.pages`; the number as text, because spreadsheets round what has more than 15 digits."""

    def said(name: str, value: str) -> str:
        key = f"report.{name}_{value or 'unknown'}"
        return texts(key) if key in texts else value

    return (
        str(row.id),
        row.happened_on,
        said("way", row.way),
        row.channel,
        said("topics", group_of(row.topic)),
        said("who", row.who),
        row.commune,
        said("sex", row.sex),
        said("age", row.age_group),
        said("outcome", row.outcome),
        said("referral", row.referral),
        row.minutes,
        row.attempts,
        row.waited_minutes,
        row.staff_id,
    )
