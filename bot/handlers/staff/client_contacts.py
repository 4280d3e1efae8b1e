"""An officer writes down a contact of a volunteer who has no phone, or who told it by phone; on which day, too."""

from __future__ import annotations

from datetime import timedelta

from aiogram import Router
from aiogram.filters import StateFilter
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.client_buttons import CardButton, ContactButton, ContactDayButton
from bot.client_forms import ClientForm
from bot.filters import is_typed
from bot.handlers.staff.days import day_choices, typed_day, wait_for_day
from bot.handlers.volunteer.contacts import record
from bot.rights import StaffStep, needs
from bot.volunteer_buttons import ResultButton
from domain.clients import Client, ClientEnded, ClientState
from domain.clock import local_date
from domain.follow_ups import Result
from domain.staff import Right
from services import clients

router = Router(name="client_contacts")
_PRESS = needs(Right.CHANGE_CLIENTS)


@router.callback_query(ContactButton.filter(), flags=_PRESS)
async def enter_contact(_press: CallbackQuery, callback_data: ContactButton, step: StaffStep) -> None:
    client = await managed(step, callback_data.client)
    if callback_data.result not in set(Result):
        await ask_result(step, client)
    elif callback_data.days < 0:
        await ask_day(step, client, Result(callback_data.result))
    else:
        on = local_date(step.now) - timedelta(days=callback_data.days)
        await record(step, client, 0, Result(callback_data.result), on=on)


async def managed(step: StaffStep, client_id: int) -> Client:
    client = await clients.get(step.uow, step.staff, client_id)
    if client.state is ClientState.ENDED:
        raise ClientEnded
    return client


async def ask_result(step: StaffStep, client: Client) -> None:
    texts = step.texts
    labelled: list[tuple[str, CallbackData]] = [
        (texts(f"volunteer.{each}"), ContactButton(client=client.id, result=each)) for each in Result
    ]
    labelled.append((texts("volunteer.support"), ResultButton(client=client.id, follow_up=0, result="support")))
    labelled.append((texts("clients.back_to_card"), CardButton(client=client.id)))
    await step.say(texts("clients.ask_contact", code=client.code), *labelled)


async def ask_day(step: StaffStep, client: Client, result: Result) -> None:
    said = step.texts(f"volunteer.{result}")
    asked = step.texts("clients.ask_contact_day", code=client.code, result=said[:1].lower() + said[1:])
    other = ContactDayButton(client=client.id, result=result)
    await step.say(asked, *day_choices(step, ContactButton(client=client.id, result=result), other))


@router.callback_query(ContactDayButton.filter(), flags=_PRESS)
async def other_day(_press: CallbackQuery, callback_data: ContactDayButton, step: StaffStep) -> None:
    await wait_for_day(step, ClientForm.contact_day, callback_data)


@router.message(StateFilter(ClientForm.contact_day), is_typed, flags=_PRESS)
async def take_day(_message: Message, step: StaffStep) -> None:
    form = ContactDayButton(**await step.state.get_data())
    if (on := await typed_day(step)) is None:
        return
    await record(step, await managed(step, form.client), 0, Result(form.result), on=on)
