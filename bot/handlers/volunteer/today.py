""" "Hôm nay", "Tuần này", all whom one is responsible for, and the card under which contacts are written down."""

from __future__ import annotations

from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.handlers.volunteer.begin import ask_confidence
from bot.handlers.volunteer.words import says
from bot.pages import page_of
from bot.rights import StaffStep, needs
from bot.volunteer_buttons import (
    AwayButton,
    ClientButton,
    ClientsButton,
    FollowUpButton,
    MineButton,
    PracticeButton,
    ResultButton,
    TodayButton,
    WeekButton,
)
from domain.clients import Client, Volunteer
from domain.clock import local_date
from domain.follow_ups import FollowUp
from domain.staff import Right
from domain.volunteering import NotConfident
from services.digests import RESULTS
from services.follow_up_lines import say_weekday
from services.follow_ups import Due
from services.volunteering import volunteer_of

router = Router(name="today")
_WEEK_DAYS = 7


async def me(step: StaffStep) -> Volunteer | None:
    """The volunteer whose account this is; None after asking for the duty of confidence. Raises NotAssigned."""
    try:
        return await volunteer_of(step.uow, step.staff)
    except NotConfident:
        await ask_confidence(step)
        return None


@router.message(Command("homnay"), flags=needs(Right.BE_REMINDED))
@router.message(says("hôm nay", "việc hôm nay"), flags=needs(Right.BE_REMINDED))
@router.callback_query(TodayButton.filter(), flags=needs(Right.BE_REMINDED))
async def show_today(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: TodayButton | None = None
) -> None:
    if (volunteer := await me(step)) is None:
        return
    today = local_date(step.now)
    due = await step.office.volunteers.due(step.uow, volunteer, today, step.now)
    if not due:
        await step.say(step.texts("volunteer.nothing_today"), *other_lists(step))
        return
    if len(due) == 1:
        await show_card(step, due[0].client, due[0].follow_up)
        return
    head = step.texts("volunteer.today_list", day=say_weekday(today, today))
    await show_list(step, volunteer, due, head, callback_data or TodayButton())


@router.message(Command("tuannay"), flags=needs(Right.BE_REMINDED))
@router.message(says("tuần này"), flags=needs(Right.BE_REMINDED))
@router.callback_query(WeekButton.filter(), flags=needs(Right.BE_REMINDED))
async def show_week(_event: Message | CallbackQuery, step: StaffStep, callback_data: WeekButton | None = None) -> None:
    """Seven days from today: what begins next Monday is seen on Saturday already."""
    if (volunteer := await me(step)) is None:
        return
    today = local_date(step.now)
    last = today + timedelta(days=_WEEK_DAYS - 1)
    due = await step.office.volunteers.due(step.uow, volunteer, last, step.now)
    if not due:
        await step.say(step.texts("volunteer.nothing_week"), *other_lists(step))
        return
    head = step.texts("volunteer.week_list", day=say_weekday(last, today))
    await show_list(step, volunteer, due, head, callback_data or WeekButton())


def other_lists(step: StaffStep) -> list[tuple[str, CallbackData]]:
    texts = step.texts
    return [
        (texts("volunteer.week"), WeekButton()),
        (texts("volunteer.clients"), ClientsButton()),
        (texts("volunteer.mine"), MineButton()),
        (texts("volunteer.away"), AwayButton()),
        (texts("volunteer.practice"), PracticeButton()),
    ]


async def show_list(
    step: StaffStep, volunteer: Volunteer, due: list[Due], head: str, pressed: TodayButton | WeekButton
) -> None:
    """One line for each, and a button that opens it; from the last page back to the first."""
    today, lines = local_date(step.now), step.office.volunteers.lines
    shown, following = page_of(due, pressed.page)
    listed = [
        f"{place}. {lines.line(each.client.code, each.follow_up, today)}"
        + ("" if each.follow_up.volunteer == volunteer.number else step.texts("volunteer.stands_in"))
        for place, each in enumerate(shown, 1)
    ]
    labelled: list[tuple[str, CallbackData]] = [
        (each.client.code, FollowUpButton(follow_up=each.follow_up.id)) for each in shown
    ]
    if len(shown) < len(due):
        labelled.append((step.texts("buttons.more"), pressed.model_copy(update={"page": following})))
    await step.say("\n".join([head, *listed]), *labelled)


@router.callback_query(FollowUpButton.filter(), flags=needs(Right.RECORD_FOLLOW_UP))
async def open_follow_up(_press: CallbackQuery, callback_data: FollowUpButton, step: StaffStep) -> None:
    volunteers = step.office.volunteers
    follow_up = await step.uow.follow_ups.get(callback_data.follow_up)
    client = await volunteers.client(step.uow, step.staff, follow_up.client_id, step.now)
    await show_card(step, client, await volunteers.open_one(step.uow, client, follow_up.id, step.now))


@router.message(Command("phutrach"), flags=needs(Right.BE_REMINDED))
@router.callback_query(ClientsButton.filter(), flags=needs(Right.BE_REMINDED))
async def list_clients(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: ClientsButton | None = None
) -> None:
    if (volunteer := await me(step)) is None:
        return
    mine = await step.office.volunteers.clients(step.uow, volunteer, step.now)
    if not mine:
        await step.say(step.texts("volunteer.nobody"), (step.texts("volunteer.practice"), PracticeButton()))
        return
    shown, following = page_of(mine, callback_data.page if callback_data else 0)
    labelled: list[tuple[str, CallbackData]] = [(each.code, ClientButton(client=each.id)) for each in shown]
    if len(shown) < len(mine):
        labelled.append((step.texts("buttons.more"), ClientsButton(page=following)))
    lines = [f"{place}. {each.code}, {each.commune}" for place, each in enumerate(shown, 1)]
    await step.say("\n".join([step.texts("volunteer.clients_list"), *lines]), *labelled)


@router.callback_query(ClientButton.filter(), flags=needs(Right.RECORD_FOLLOW_UP))
async def open_client(_press: CallbackQuery, callback_data: ClientButton, step: StaffStep) -> None:
    volunteers = step.office.volunteers
    client = await volunteers.client(step.uow, step.staff, callback_data.client, step.now)
    await show_card(step, client, await volunteers.current(step.uow, client, step.now))


async def show_card(step: StaffStep, client: Client, follow_up: FollowUp | None) -> None:
    """The five presses; without a plan for today, or for an officer, "tomorrow" means nothing."""
    texts, today = step.texts, local_date(step.now)
    if follow_up is None:
        text = texts("volunteer.card_free", code=client.code)
    else:
        text = texts("volunteer.card", line=step.office.volunteers.lines.line(client.code, follow_up, today))
    reminded = follow_up is not None and step.staff.may(Right.BE_REMINDED)
    offered = [each for each in RESULTS if each != "tomorrow" or reminded]
    planned = follow_up.id if follow_up else 0
    await step.say(
        text,
        *(
            (texts(f"volunteer.{each}"), ResultButton(client=client.id, follow_up=planned, result=each))
            for each in offered
        ),
    )
