""" "Những lần tôi đã liên hệ": what counts for the allowance, month by month."""

from __future__ import annotations

from datetime import date, timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.handlers.volunteer.contacts import result_of
from bot.handlers.volunteer.today import me
from bot.rights import StaffStep, needs
from bot.volunteer_buttons import MineButton, TodayButton
from domain.clock import local_date
from domain.follow_ups import Result
from domain.staff import Right
from services.follow_up_lines import say_date

router = Router(name="mine")
_LINES = 20
_MONTHS_BACK = 24


@router.message(Command("lienhe"), flags=needs(Right.BE_REMINDED))
@router.callback_query(MineButton.filter(), flags=needs(Right.BE_REMINDED))
async def list_mine(_event: Message | CallbackQuery, step: StaffStep, callback_data: MineButton | None = None) -> None:
    """Counts by the volunteer and not by the account: a lost phone loses nothing."""
    if (volunteer := await me(step)) is None:
        return
    texts, today = step.texts, local_date(step.now)
    back = min(max(callback_data.back if callback_data else 0, 0), _MONTHS_BACK)
    first, last = month_back(today, back)
    written = await step.uow.contact_records.list_of_volunteer(volunteer.number, first, last)
    with_clients = [each for each in written if each.client_id is not None]
    results = [result_of(each) for each in with_clients]
    month = f"{first.month}/{first.year}"
    if not with_clients:
        text = texts("volunteer.mine_none", month=month)
    else:
        tries = results.count(Result.NOT_MET)
        text = texts(
            "volunteer.mine_list",
            month=month,
            count=len(results) - tries,
            visits=results.count(Result.VISITED),
            calls=results.count(Result.PHONED),
            tries=tries,
        )
    clients = await step.uow.mornings.client_codes({each.client_id for each in with_clients if each.client_id})
    lines = [
        texts(
            "volunteer.mine_line",
            day=say_date(each.happened_on, today),
            code=clients[each.client_id][0] if each.client_id in clients else texts("digest.code_unreadable"),
            result=texts(f"volunteer.{result}"),
        )
        for each, result in zip(with_clients, results, strict=True)
    ]
    if len(lines) > _LINES:
        lines = [texts("volunteer.mine_more", count=len(lines) - _LINES), *lines[-_LINES:]]
    labelled: list[tuple[str, CallbackData]] = [(texts("volunteer.earlier"), MineButton(back=back + 1))]
    labelled.append((texts("volunteer.today"), TodayButton()))
    await step.say("\n".join([text, *lines]), *labelled)


def month_back(today: date, back: int) -> tuple[date, date]:
    """First and last day of the month that was so many months ago."""
    months = today.year * 12 + today.month - 1 - back
    first = date(months // 12, months % 12 + 1, 1)
    following = date((months + 1) // 12, (months + 1) % 12 + 1, 1)
    return first, following - timedelta(days=1)
