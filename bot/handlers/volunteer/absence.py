"""/vangmat: away from a day to a day, and who steps in; the deputy agrees or not."""

from __future__ import annotations

from datetime import date, timedelta

from aiogram import Router
from aiogram.filters import Command, StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import MAX_BUTTONS
from bot.filters import is_typed
from bot.handlers.volunteer.today import me
from bot.rights import StaffStep, needs
from bot.staff_forms import StaffForm
from bot.volunteer_buttons import AcceptDeputyButton, AwayButton, DeputyButton, TodayButton
from domain.clients import Volunteer
from domain.clock import local_date
from domain.staff import Right
from domain.volunteering import Absence, DeputyWrong
from services.absences import read_days
from services.follow_up_lines import say_date

router = Router(name="absence")
_DAYS = (1, 3, 7, 14)


@router.message(Command("vangmat"), flags=needs(Right.BE_REMINDED))
@router.callback_query(AwayButton.filter(), flags=needs(Right.BE_REMINDED))
async def show_absence(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: AwayButton | None = None
) -> None:
    if (volunteer := await me(step)) is None:
        return
    days, absences = callback_data.days if callback_data else 0, step.office.volunteers.absences
    if days > 0:
        today = local_date(step.now)
        await begin(step, volunteer, today, today + timedelta(days=days - 1))
        return
    if days < 0:
        await absences.end(step.uow, volunteer, step.now)
        await step.say(step.texts("volunteer.away_ended"), (step.texts("volunteer.today"), TodayButton()))
        return
    absence = await absences.current(step.uow, volunteer, step.now)
    if absence is None:
        await step.state.set_state(StaffForm.absence)
        labelled = [(step.texts("volunteer.away_days", count=each), AwayButton(days=each)) for each in _DAYS]
        await step.say(step.texts("volunteer.away_ask"), *labelled)
        return
    labelled_now: list[tuple[str, CallbackData]] = [(step.texts("volunteer.away_back"), AwayButton(days=-1))]
    if absence.accepted_at is None:
        labelled_now.append((step.texts("volunteer.away_other"), DeputyButton(absence=absence.id)))
    await step.say(await say_absence(step, absence), *labelled_now)


async def say_absence(step: StaffStep, absence: Absence) -> str:
    today = local_date(step.now)
    deputy = await step.uow.volunteers.get(absence.deputy) if absence.deputy is not None else None
    state = "none" if deputy is None else "yes" if absence.accepted_at else "asked"
    return step.texts(
        "volunteer.away_now",
        first=say_date(absence.from_on, today),
        last=say_date(absence.until_on, today),
        deputy=step.texts(f"volunteer.away_deputy_{state}", code=deputy.code if deputy else ""),
    )


@router.message(StateFilter(StaffForm.absence), is_typed, flags=needs(Right.BE_REMINDED))
async def take_days(_message: Message, step: StaffStep) -> None:
    if (volunteer := await me(step)) is None:
        return
    first, last = read_days(step.typed, local_date(step.now))
    await begin(step, volunteer, first, last)


async def begin(step: StaffStep, volunteer: Volunteer, first: date, last: date) -> None:
    absence = await step.office.volunteers.absences.begin(step.uow, volunteer, first, last, step.now)
    await step.state.clear()
    today = local_date(step.now)
    head = step.texts("volunteer.away_saved", first=say_date(first, today), last=say_date(last, today))
    await ask_deputy(step, volunteer, absence, head)


async def ask_deputy(step: StaffStep, volunteer: Volunteer, absence: Absence, head: str = "") -> None:
    texts = step.texts
    candidates = await step.office.volunteers.absences.candidates(step.uow, volunteer, absence)
    if not candidates:
        parts = [head, texts("volunteer.no_deputies")]
        await step.say("\n".join(filter(None, parts)), (texts("volunteer.away_back"), AwayButton(days=-1)))
        return
    labelled = [
        (each.code, DeputyButton(absence=absence.id, volunteer=each.number)) for each in candidates[: MAX_BUTTONS - 1]
    ]
    nobody = (texts("volunteer.nobody_deputy"), DeputyButton(absence=absence.id, volunteer=-1))
    await step.say("\n".join(filter(None, [head, texts("volunteer.ask_deputy")])), *labelled, nobody)


@router.callback_query(DeputyButton.filter(), flags=needs(Right.BE_REMINDED))
async def choose_deputy(_press: CallbackQuery, callback_data: DeputyButton, step: StaffStep) -> None:
    if (volunteer := await me(step)) is None:
        return
    today = (step.texts("volunteer.today"), TodayButton())
    if callback_data.volunteer < 0:
        await step.say(step.texts("volunteer.deputy_nobody"), today)
        return
    absences = step.office.volunteers.absences
    if callback_data.volunteer == 0:
        absence = await absences.current(step.uow, volunteer, step.now)
        if absence is None or absence.id != callback_data.absence:
            raise DeputyWrong
        await ask_deputy(step, volunteer, absence)
        return
    deputy = await absences.ask(step.uow, volunteer, callback_data.absence, callback_data.volunteer, step.now)
    await step.say(step.texts("volunteer.deputy_asked", code=deputy.code), today)


@router.callback_query(AcceptDeputyButton.filter(), flags=needs(Right.BE_REMINDED))
async def answer_deputy(_press: CallbackQuery, callback_data: AcceptDeputyButton, step: StaffStep) -> None:
    if (deputy := await me(step)) is None:
        return
    agreed = callback_data.agreed
    await step.office.volunteers.absences.answer(step.uow, deputy, callback_data.absence, step.now, agreed=agreed)
    key = "volunteer.deputy_thanks" if agreed else "volunteer.deputy_noted"
    await step.say(step.texts(key), (step.texts("volunteer.today"), TodayButton()))
