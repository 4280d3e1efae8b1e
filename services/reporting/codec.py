"""A finished report as bytes and back, so that a locked one can be shown again exactly as it was."""

from __future__ import annotations

import json
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from domain.report import Cell, Hidden, Report
from services.reporting.published import PublishedMonth

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class KeptDocument:
    """What is kept of a report. `empty`: figures that need a remark: their key, and their name.

    months: of a public copy, the exact figures that it was made from; they are never shown.
    """

    report: Report
    empty: tuple[tuple[str, str], ...] = ()
    months: tuple[PublishedMonth, ...] = ()


def to_bytes(document: KeptDocument) -> bytes:
    return json.dumps({"format": _FORMAT, "document": _plain(document)}, ensure_ascii=False).encode()


def from_bytes(content: bytes) -> KeptDocument:
    document: KeptDocument = _read(KeptDocument, json.loads(content)["document"])
    return document


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    match value:
        case Hidden():
            return {"hidden": value.value}
        case Enum():
            return value.value
        case Decimal():
            return {"percent": str(value)}
        case datetime():
            return {"moment": value.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case tuple():
            return [_plain(each) for each in value]
    return value


def _read(wanted: Any, value: Any) -> Any:
    """`wanted`: the type that a field has; cells and what may be None say in the JSON what they are."""
    if isinstance(value, dict) and len(value) == 1:
        [(kind, content)] = value.items()
        match kind:
            case "hidden":
                return Hidden(content)
            case "percent":
                return Decimal(content)
            case "moment":
                return datetime.fromisoformat(content)
            case "day":
                return date.fromisoformat(content)
    if wanted == Cell or value is None:
        return value
    if typing.get_origin(wanted) in {types.UnionType, typing.Union}:
        [wanted] = [each for each in typing.get_args(wanted) if each is not type(None)]
    if typing.get_origin(wanted) is tuple:
        return _read_tuple(typing.get_args(wanted), value)
    if is_dataclass(wanted):
        types_ = _types(wanted)  # type: ignore[arg-type]
        return wanted(**{name: _read(types_[name], each) for name, each in value.items()})  # type: ignore[operator]
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return wanted(value)
    return value


def _read_tuple(wanted: tuple[Any, ...], values: list[Any]) -> tuple[Any, ...]:
    if wanted[-1] is Ellipsis:
        return tuple(_read(wanted[0], each) for each in values)
    return tuple(_read(each, value) for each, value in zip(wanted, values, strict=True))


@cache
def _types(wanted: type) -> dict[str, Any]:
    return typing.get_type_hints(wanted)
