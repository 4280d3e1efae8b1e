"""People after rehabilitation as an officer sees them: the list, one card, inviting volunteers."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.client_buttons import (
    CardButton,
    ClientsButton,
    ContactButton,
    EndButton,
    MoveButton,
    PauseButton,
    ReassignButton,
    ResumeButton,
    TakeBackButton,
)
from bot.pages import page_of
from bot.rights import StaffStep, needs
from bot.staff_buttons import DeskButton
from domain.clients import Client, ClientState
from domain.clock import local_date
from domain.staff import Right
from services import clients, staffing
from services.client_words import card_words, client_line

router = Router(name="clients")
_LONGEST_CODE = 30


@router.message(Command("nguoi", "danhsach"), flags=needs(Right.SEE_CLIENTS))
@router.callback_query(ClientsButton.filter(), flags=needs(Right.SEE_CLIENTS))
async def list_clients(
    _event: Message | CallbackQuery, step: StaffStep, callback_data: ClientsButton | None = None
) -> None:
    texts, today = step.texts, local_date(step.now)
    found = await clients.list_in_scope(step.uow, step.staff)
    shown, following = page_of(found, callback_data.page if callback_data else 0)
    if not shown:
        await step.say(texts("clients.list_empty"), (texts("desk.open"), DeskButton()))
        return
    labelled: list[tuple[str, CallbackData]] = [
        (client_line(each, texts, today), CardButton(client=each.id)) for each in shown
    ]
    if following:
        labelled.append((texts("buttons.more"), ClientsButton(page=following)))
    await step.say(texts("clients.list", count=len(found)), *labelled)


@router.message(Command("the"), flags=needs(Right.SEE_CLIENTS))
async def find_client(_message: Message, step: StaffStep) -> None:
    if not step.typed:
        await step.say(step.texts("clients.how_card"))
        return
    await show_card(step, await clients.find(step.uow, step.staff, step.typed))


@router.callback_query(CardButton.filter(), flags=needs(Right.SEE_CLIENTS))
async def open_card(_press: CallbackQuery, callback_data: CardButton, step: StaffStep) -> None:
    await show_card(step, await clients.get(step.uow, step.staff, callback_data.client))


async def show_card(step: StaffStep, client: Client, head: str = "") -> None:
    """The card, after what has just been done to it."""
    card = await clients.card(step.uow, client)
    text = card_words(card, step.texts, local_date(step.now))
    await step.say(f"{head}\n\n{text}" if head else text, *_under_card(step, client))


def _under_card(step: StaffStep, client: Client) -> list[tuple[str, CallbackData]]:
    texts = step.texts
    if not step.staff.may(Right.CHANGE_CLIENTS):
        return [(texts("clients.open_list"), ClientsButton())]
    if client.state is ClientState.ENDED:
        take_back = (texts("clients.take_back"), TakeBackButton(client=client.id))
        return [take_back, (texts("clients.open_list"), ClientsButton())]
    pause: tuple[str, CallbackData] = (texts("clients.pause"), PauseButton(client=client.id))
    if client.state is ClientState.PAUSED:
        pause = (texts("clients.resume"), ResumeButton(client=client.id))
    return [
        (texts("clients.contact_enter"), ContactButton(client=client.id)),
        pause,
        (texts("clients.end"), EndButton(client=client.id)),
        (texts("clients.reassign"), ReassignButton(client=client.id)),
        (texts("clients.move"), MoveButton(client=client.id)),
    ]


@router.message(Command("moitnv"), flags=needs(Right.INVITE_VOLUNTEER))
async def invite_volunteer(_message: Message, step: StaffStep) -> None:
    """For the own communes; whoever has lost the phone is invited again under the same code."""
    texts, code = step.texts, step.typed
    if not code or len(code) > _LONGEST_CODE:
        await step.say(texts("clients.ask_invite"))
        return
    scope = step.staff.communes
    invitation = await staffing.invite_volunteer(step.uow, code, scope, step.now, inviter=step.staff)
    await step.say(texts("clients.invited", volunteer=code, code=staffing.shown(invitation)))
