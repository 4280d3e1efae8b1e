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


@compiles(local_day, "sqlite")
def _sqlite_day(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"date({compiler.process(element.clauses, **kw)}, '+7 hours')"


@compiles(local_day, "postgresql")
def _postgresql_day(element: local_day, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST({compiler.process(element.clauses, **kw)} AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE)"


@compiles(local_hour, "sqlite")
def _sqlite_hour(element: local_hour, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(strftime('%H', {compiler.process(element.clauses, **kw)}, '+7 hours') AS INTEGER)"


@compiles(local_hour, "postgresql")
def _postgresql_hour(element: local_hour, compiler: SQLCompiler, **kw: Any) -> str:
    moment = compiler.process(element.clauses, **kw)
    return f"CAST(EXTRACT(HOUR FROM {moment} AT TIME ZONE 'Asia/Ho_Chi_Minh') AS INTEGER)"


@compiles(weekday, "sqlite")
def _sqlite_weekday(element: weekday, compiler: SQLCompiler, **kw: Any) -> str:
    return f"((CAST(strftime('%w', {compiler.process(element.clauses, **kw)}) AS INTEGER) + 6) % 7 + 1)"


@compiles(weekday, "postgresql")
def _postgresql_weekday(element: weekday, compiler: SQLCompiler, **kw: Any) -> str:
    return f"CAST(EXTRACT(ISODOW FROM {compiler.process(element.clauses, **kw)}) AS INTEGER)"
