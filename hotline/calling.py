"""The callback desk from its settings: opening hours with the holidays of Việt Nam, limits, whom to tell."""

from __future__ import annotations

from datetime import date

from domain.opening import OpeningHours, parse_hours
from hotline.calendars import public_holidays
from hotline.config import CallbacksConfig
from services.bell import DeskBell
from services.callbacks import Callbacks
from services.care import Care
from services.office import Office, create_office
from services.questions import Questions
from services.request_lines import RequestLines
from services.volunteering import Volunteers


def create_callbacks(
    settings: CallbacksConfig, questions: Questions, care: Care, volunteers: Volunteers
) -> tuple[Callbacks, Office]:
    """The desk where citizens leave requests and the office where staff take them; each rings at the other."""
    texts = questions.texts
    hours = opening_hours(settings)
    bell = DeskBell(texts, RequestLines(texts, lambda topic: title_of(questions, topic)))
    callbacks = Callbacks(texts, hours, bell, settings.opening_hours, most_per_hour=settings.most_per_hour)
    return callbacks, create_office(callbacks, bell, care, volunteers)


def title_of(questions: Questions, topic: str) -> str:
    return questions.title(topic) if topic in questions.library.topics else ""


def opening_hours(settings: CallbacksConfig) -> OpeningHours:
    known = public_holidays()

    def is_holiday(day: date) -> bool:
        return settings.holidays and known(day)

    return OpeningHours(
        parse_hours(settings.opening_hours), is_holiday, frozenset(settings.closed_on), frozenset(settings.open_on)
    )
