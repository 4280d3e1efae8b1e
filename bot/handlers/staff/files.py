"""A file sent to the bot: what for, looked through, and only on a press taken over.

For another kind of file: an entry in `USES`, and a handler with `arrived_for("<its name>:look")` and one with ":write".
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import BufferedInputFile, CallbackQuery, Message

from bot.buttons import MAX_BUTTONS
from bot.files import arrived_for, has_document, is_sheet, want
from bot.rights import StaffStep, needs
from bot.staff_buttons import DeskButton, FileButton
from domain.clock import local_date
from domain.contact_records import NewContactRecord
from domain.contact_sheet import SheetRow
from domain.models import ArrivedFile, SentFile
from domain.sheets import BadCell
from domain.staff import NotAllowed, Right
from reports.sheet_templates import contact_template
from services.contact_import import take_over, try_out
from services.contact_sheet import in_words, out_of_scope, read_sheet, to_record, unknown_staff

router = Router(name="files")
_CONTACTS = "contacts"
ROSTER = "roster"
_MOST_LINES = 60
"""Lines that are read in a chat; more come as a file."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a file may be for. label: the text on its button."""

    right: Right
    label: str


USES: Mapping[str, Use] = {
    _CONTACTS: Use(Right.IMPORT_CONTACTS, "files.use_contacts"),
    ROSTER: Use(Right.IMPORT_ROSTER, "files.use_roster"),
}


@router.message(has_document, flags=needs(Right.SEE_DESK))
async def take_file(_message: Message, step: StaffStep) -> None:
    """Nothing is fetched yet: only where it lies is remembered."""
    uses = [name for name, use in USES.items() if step.staff.may(use.right)]
    if not uses:
        raise NotAllowed
    file = step.turn.sent_file()
    if file is None or not is_sheet(file):
        await step.say(step.texts("files.only_sheets"), (step.texts("desk.open"), DeskButton()))
        return
    await step.state.set_state(None)
    await step.state.set_data({"file": file.reference, "name": file.name})
    if len(uses) == 1:
        await fetch(step, uses[0], sure=False)
        return
    await step.say(
        step.texts("files.what_for"),
        *((step.texts(USES[use].label), FileButton(use=use)) for use in uses[:MAX_BUTTONS]),
    )


@router.callback_query(FileButton.filter(), flags=needs(Right.SEE_DESK))
async def choose_use(_press: CallbackQuery, callback_data: FileButton, step: StaffStep) -> None:
    use = USES.get(callback_data.use)
    if use is None or not step.staff.may(use.right):
        raise NotAllowed
    await fetch(step, callback_data.use, sure=callback_data.sure)


async def fetch(step: StaffStep, use: str, *, sure: bool) -> None:
    kept = await step.state.get_data()
    if "file" not in kept:  # a day old, or something else was begun since
        await step.say(step.texts("files.send_again"))
        return
    want(step.turn, SentFile(kept["file"], kept["name"]), f"{use}:{'write' if sure else 'look'}")
    await step.say(step.texts("files.reading"))


async def came(step: StaffStep, arrived: ArrivedFile) -> bool:
    """False when the file did not come: then it has been said why."""
    if arrived.problem:
        await step.say(step.texts(f"files.{arrived.problem}"), (step.texts("desk.open"), DeskButton()))
    return arrived.problem is None


@router.message(arrived_for(f"{_CONTACTS}:look"), flags=needs(Right.IMPORT_CONTACTS))
async def look_through(_message: Message, arrived: ArrivedFile, step: StaffStep) -> None:
    """The dry run: how many rows are new, or every cell that is wrong."""
    if (records := await read(step, arrived)) is None:
        return
    tried = await try_out(step.uow, records)
    text = step.texts("files.looked_through", new=tried.new, known=tried.known)
    sure = (step.texts("files.take_over", count=tried.new), FileButton(use=_CONTACTS, sure=True))
    await step.say(text, *([sure] if tried.new else []), (step.texts("desk.open"), DeskButton()))


@router.message(arrived_for(f"{_CONTACTS}:write"), flags=needs(Right.IMPORT_CONTACTS))
async def write(_message: Message, arrived: ArrivedFile, step: StaffStep) -> None:
    """Looked through once more: somebody may have left since."""
    if (records := await read(step, arrived)) is None:
        return
    imported = await take_over(step.uow, records, step.now, staff=step.staff.number)
    await step.state.set_data({})
    text = step.texts("contacts.written", new=imported.new, known=imported.known)
    await step.say(text, (step.texts("desk.open"), DeskButton()))


async def read(step: StaffStep, arrived: ArrivedFile) -> list[NewContactRecord] | None:
    """None when the file did not come or something in it is wrong: then that has been said. Raises SheetUnreadable."""
    if not await came(step, arrived):
        return None
    rows, bad = await asyncio.to_thread(_read, arrived, step)
    bad += unknown_staff(rows, await step.uow.staff.numbers()) + out_of_scope(rows, step.staff)
    if not bad:
        return [to_record(row, step.now) for row in rows]
    lines = in_words(bad, step.texts)
    shown = [*lines[:_MOST_LINES], step.texts("files.nothing_written", count=len(bad))]
    await say_bad(step, shown, lines if len(lines) > _MOST_LINES else [])
    return None


def _read(arrived: ArrivedFile, step: StaffStep) -> tuple[list[SheetRow], list[BadCell]]:
    return read_sheet(BytesIO(arrived.content), local_date(step.now), step.texts)


async def say_bad(step: StaffStep, shown: list[str], whole: list[str]) -> None:
    """What is wrong; `whole` comes as a file, where it is more than is shown in the chat."""
    await step.say("\n".join(shown), (step.texts("desk.open"), DeskButton()))
    if whole and isinstance(step.event, Message):
        content = "\r\n".join(whole).encode("utf-8-sig")
        await step.event.answer_document(BufferedInputFile(content, "cho-sai.txt"))


@router.message(Command("mau"), flags=needs(Right.IMPORT_CONTACTS))
async def send_template(message: Message, step: StaffStep) -> None:
    """The sheet to be filled in."""
    file = BufferedInputFile(contact_template(step.texts), "lien-he.xlsx")
    await message.answer_document(file, caption=step.texts("files.template"))
