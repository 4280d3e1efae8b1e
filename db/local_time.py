"""The local time of Việt Nam inside a query; there is no summer time, so it is UTC and seven hours."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Date, Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement


class local_day(FunctionElement[Any]):  # noqa: N801 - reads as a function of SQL
    """The local day of a moment."""

    type = Date()
    inherit_cache = True


class local_hour(FunctionElement[Any]):  # noqa: N801
    """The local hour of a moment, 0 to 23."""

    type = Integer()
    inherit_cache = True


class weekday(FunctionElement[Any]):  # noqa: N801
    """The weekday of a day: 1 is Monday, 7 Sunday."""

    type = Integer()
    inherit_cache = True


def _is_written(function: type[FunctionElement[Any]], dialect: str, sql: str) -> None:
    """`sql`: how this database says it, with {} for what it is asked of."""

    @compiles(function, dialect)
    def write(element: FunctionElement[Any], compiler: SQLCompiler, **kw: Any) -> str:
        return sql.format(compiler.process(element.clauses, **kw))


_is_written(local_day, "sqlite", "date({}, '+7 hours')")
_is_written(local_day, "postgresql", "CAST({} AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE)")
_is_written(local_hour, "sqlite", "CAST(strftime('%H', {}, '+7 hours') AS INTEGER)")
_is_written(local_hour, "postgresql", "CAST(EXTRACT(HOUR FROM {} AT TIME ZONE 'Asia/Ho_Chi_Minh') AS INTEGER)")
_is_written(weekday, "sqlite", "((CAST(strftime('%w', {}) AS INTEGER) + 6) % 7 + 1)")
_is_written(weekday, "postgresql", "CAST(EXTRACT(ISODOW FROM {}) AS INTEGER)")
