"""A volunteer's first minutes: the duty of confidence, then a practice round that leaves nothing behind."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.rights import StaffStep, needs
from bot.volunteer_buttons import ConfidenceButton, PracticeButton, TodayButton
from domain.audit import Action
from domain.contact_records import Condition
from domain.staff import Right
from services.digests import RESULTS

router = Router(name="begin")
_LAST = "done"


async def ask_confidence(step: StaffStep) -> None:
    await step.say(step.texts("volunteer.duty"), (step.texts("volunteer.accept_duty"), ConfidenceButton()))


@router.callback_query(ConfidenceButton.filter(), flags=needs(Right.BE_REMINDED))
async def accept_duty(_press: CallbackQuery, step: StaffStep) -> None:
    duty = await step.uow.volunteering.duty(step.staff.number)
    if duty.confident_at is None:
        await step.uow.volunteering.set_confident(step.staff.number, step.now)
        step.uow.audit.add(Action.CONFIDENCE_ACCEPTED, step.now, staff=step.staff.number)
    practise = (step.texts("volunteer.try_it"), PracticeButton())
    await step.say(step.texts("volunteer.accepted"), practise, (step.texts("volunteer.start_now"), TodayButton()))


@router.message(Command("tap"), flags=needs(Right.BE_REMINDED))
@router.callback_query(PracticeButton.filter(), flags=needs(Right.BE_REMINDED))
async def practise(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: PracticeButton | None = None
) -> None:
    """The same presses as in earnest. What has been pressed travels in the button: nothing is stored."""
    texts, pressed = step.texts, callback_data.pressed if callback_data else ""
    results: list[tuple[str, CallbackData]] = [
        (texts(f"volunteer.{each}"), PracticeButton(pressed=each)) for each in RESULTS
    ]
    match pressed:
        case "visited":
            conditions = [
                (texts(f"volunteer.condition_{each}"), PracticeButton(pressed=_LAST)) for each in Condition if each
            ]
            skip = (texts("volunteer.skip"), PracticeButton(pressed=_LAST))
            await step.say(texts("volunteer.practice_two"), *conditions, skip)
        case "done":
            await step.uow.volunteering.set_practised(step.staff.number, step.now)
            await step.say(texts("volunteer.practice_done"), (texts("volunteer.today"), TodayButton()))
        case other if other in RESULTS:
            meaning = texts(f"volunteer.practice_meaning_{other}")
            await step.say(texts("volunteer.practice_other", meaning=meaning), *results)
        case _:
            await step.say(texts("volunteer.practice_one"), *results)
