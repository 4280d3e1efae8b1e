"""A day in the life of a client, chosen with a button or typed."""

from __future__ import annotations

from datetime import date

from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.state import State

from bot.client_buttons import ContactButton, EndButton, PauseButton, ResumeButton
from bot.rights import StaffStep
from domain.clock import local_date
from services.records import read_day

WithDays = ContactButton | EndButton | PauseButton | ResumeButton


def day_choices(step: StaffStep, button: WithDays, other: CallbackData) -> list[tuple[str, CallbackData]]:
    """Today, yesterday, and `other`, after which the day is typed."""
    return [
        (step.texts("clients.today"), button.model_copy(update={"days": 0})),
        (step.texts("clients.yesterday"), button.model_copy(update={"days": 1})),
        (step.texts("clients.other_day"), other),
    ]


async def wait_for_day(step: StaffStep, state: State, asked: CallbackData) -> None:
    """`asked`: what the day is for; kept as the form until the day is typed."""
    await step.state.set_state(state)
    await step.state.set_data(asked.model_dump())
    await step.say(step.texts("clients.type_day"))


async def typed_day(step: StaffStep) -> date | None:
    """Ends the form; None when the day was not understood: that is said, and the form waits on."""
    try:
        on = read_day(step.typed, local_date(step.now))
    except ValueError:
        await step.say(step.texts("clients.day_unclear"))
        return None
    await step.state.clear()
    return on
