"""A roster sent as a file: looked through, and on a press taken over; and the empty one to be filled in."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, Message

from bot.client_buttons import ClientsButton
from bot.files import arrived_for
from bot.handlers.staff.files import ROSTER, came, say_bad
from bot.rights import StaffStep, needs
from bot.staff_buttons import DeskButton, FileButton
from domain.models import ArrivedFile
from domain.staff import Right
from reports.sheet_templates import roster_template
from services.roster import Checked
from services.roster_words import bad_lines, outcome_lines

router = Router(name="roster")
_MOST_LINES = 40
"""Lines that are read in a chat; more wrong cells come as a file."""


@router.message(arrived_for(f"{ROSTER}:look"), flags=needs(Right.IMPORT_ROSTER))
async def look_through(_message: Message, arrived: ArrivedFile, step: StaffStep) -> None:
    """The dry run: what is new, what changes, or every cell that is wrong."""
    if (checked := await check(step, arrived)) is None:
        return
    lines = outcome_lines(checked, step.texts, written=False)
    sure = (step.texts("roster.take_over", count=len(checked.differences)), FileButton(use=ROSTER, sure=True))
    await step.say(
        _short(lines, step), *([sure] if checked.differences else []), (step.texts("desk.open"), DeskButton())
    )


@router.message(arrived_for(f"{ROSTER}:write"), flags=needs(Right.IMPORT_ROSTER))
async def write(_message: Message, arrived: ArrivedFile, step: StaffStep) -> None:
    """Looked through once more: something may have changed since."""
    if (checked := await check(step, arrived)) is None:
        return
    await step.office.care.rosters.write(step.uow, checked, step.now, by=step.staff.number)
    await step.state.set_data({})
    lines = outcome_lines(checked, step.texts, written=True)
    await step.say(_short(lines, step), (step.texts("clients.open_list"), ClientsButton()))


async def check(step: StaffStep, arrived: ArrivedFile) -> Checked | None:
    """None when the file did not come or something in it is wrong: then that has been said. Raises RosterUnreadable."""
    if not await came(step, arrived):
        return None
    checked = await step.office.care.rosters.check(step.uow, arrived.content, step.now, staff=step.staff)
    if not checked.bad:
        return checked
    whole = bad_lines(checked.bad, step.texts) if len(checked.bad) > _MOST_LINES else []
    await say_bad(step, bad_lines(checked.bad, step.texts, _MOST_LINES), whole)
    return None


def _short(lines: list[str], step: StaffStep) -> str:
    rest = len(lines) - _MOST_LINES
    more = [step.texts("officer_list.more", count=rest)] if rest > 0 else []
    return "\n".join([*lines[:_MOST_LINES], *more])


@router.message(Command("maudanhsach"), flags=needs(Right.IMPORT_ROSTER))
async def send_template(message: Message, step: StaffStep) -> None:
    file = BufferedInputFile(roster_template(step.texts), "danh-sach.xlsx")
    await message.answer_document(file, caption=step.texts("roster.template_sent"))
