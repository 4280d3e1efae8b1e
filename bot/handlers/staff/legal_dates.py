"""/hanluat: what the law asks of the officer, each with its article, and noting that it has been done."""

from __future__ import annotations

from datetime import timedelta

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.client_buttons import CardButton, LegalDatesButton, LegalDoneButton
from bot.pages import page_of
from bot.rights import StaffStep, needs
from bot.staff_buttons import DeskButton
from domain.clock import local_date
from domain.legal_dates import LegalDateKind
from domain.staff import Right
from services import clients
from services.client_words import legal_words, on_day

router = Router(name="legal_dates")
_AHEAD = timedelta(days=14)


@router.message(Command("hanluat"), flags=needs(Right.SEE_CLIENTS))
@router.callback_query(LegalDatesButton.filter(), flags=needs(Right.SEE_CLIENTS))
async def list_dates(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: LegalDatesButton | None = None
) -> None:
    texts, today = step.texts, local_date(step.now)
    until = today + _AHEAD
    found = await clients.legal_dates_until(step.uow, step.staff, until)
    shown, following = page_of(found, callback_data.page if callback_data else 0)
    if not shown:
        await step.say(texts("legal_dates.none", on=on_day(until)), (texts("desk.open"), DeskButton()))
        return
    lines = [texts("legal_dates.list", on=on_day(until), count=len(found))]
    labelled: list[tuple[str, CallbackData]] = []
    for place, (each, client) in enumerate(shown, 1):
        lines.append(texts("legal_dates.row", place=place, code=client.code, line=legal_words(each, texts, today)))
        labelled.append((texts("legal_dates.done", place=place), LegalDoneButton(legal_date=each.id)))
    if following:
        labelled.append((texts("buttons.more"), LegalDatesButton(page=following)))
    await step.say("\n".join(lines), *labelled)


@router.callback_query(LegalDoneButton.filter(), flags=needs(Right.CHANGE_CLIENTS))
async def note_done(_press: CallbackQuery, callback_data: LegalDoneButton, step: StaffStep) -> None:
    texts = step.texts
    done, client = await clients.note_legal_date_done(step.uow, step.staff, callback_data.legal_date, step.now)
    what = texts(f"legal_dates.{done.kind}")
    text = texts("legal_dates.is_done", what=what, code=client.code, on=on_day(local_date(step.now)))
    if done.kind is LegalDateKind.CERTIFICATE:
        text += "\n" + texts("legal_dates.certificate_next")
    card = (texts("clients.back_to_card"), CardButton(client=client.id))
    await step.say(text, (texts("legal_dates.open"), LegalDatesButton()), card)
