"""The callback desk from its settings: opening hours with the holidays of Việt Nam, limits, whom to tell."""

from __future__ import annotations

from datetime import date, datetime

import holidays

from db.uow import UnitOfWork
from domain.callbacks import CallbackRequest, Event
from domain.opening import OpeningHours, parse_hours
from domain.staff import Right, Role
from hotline.config import CallbacksConfig
from services.callbacks import Callbacks
from texts import Texts


class StaffBell:
    async def ring(self, uow: UnitOfWork, request: CallbackRequest, event: Event, now: datetime) -> None:
        pass

    async def can_serve(self, uow: UnitOfWork) -> bool:
        return any(each.may(Right.TAKE_REQUEST) for each in await uow.staff.list_working(tuple(Role)))


def create_callbacks(settings: CallbacksConfig, texts: Texts) -> Callbacks:
    return Callbacks(
        texts, opening_hours(settings), StaffBell(), settings.opening_hours, most_per_hour=settings.most_per_hour
    )


def opening_hours(settings: CallbacksConfig) -> OpeningHours:
    known = holidays.country_holidays("VN")  # fills in each year as it is asked for

    def is_holiday(day: date) -> bool:
        return settings.holidays and day in known

    return OpeningHours(
        parse_hours(settings.opening_hours), is_holiday, frozenset(settings.closed_on), frozenset(settings.open_on)
    )
