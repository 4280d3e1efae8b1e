"""Greeting, menu, help."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.fsm.context import FSMContext
from aiogram.types import CallbackQuery, InlineKeyboardMarkup, Message

from bot.buttons import MAX_BUTTONS, MenuButton, buttons, topic_buttons
from bot.filters import is_greeting
from bot.reply import reply
from bot.turn import Turn
from services.questions import Questions
from texts import Texts

router = Router(name="start")


@router.message(CommandStart())
@router.message(Command("menu", "help"))
@router.message(is_greeting)
async def greet(
    message: Message,
    state: FSMContext,
    turn: Turn,
    texts: Texts,
    questions: Questions,
    command: CommandObject | None = None,
) -> None:
    await state.clear()
    if command and command.command == "start" and command.args:
        questions.count_start(turn.uow, turn.contact, command.args, turn.now)
    agency = questions.agency.name or texts("agency.unnamed")
    notice = "" if questions.all_approved() else texts("greeting.draft")
    text = texts("greeting.hello", agency=agency, draft=notice, person=questions.person()).strip()
    await message.answer(text, reply_markup=menu(questions))


@router.callback_query(MenuButton.filter())
async def show_menu(press: CallbackQuery, callback_data: MenuButton, texts: Texts, questions: Questions) -> None:
    if callback_data.group not in range(len(questions.menu)):
        await reply(press, texts("menu.title"), menu(questions))
        return
    group = questions.menu[callback_data.group]
    first, shown = page_of(group.topics, callback_data.page)
    listed: list[tuple[str, CallbackData]] = topic_buttons(questions, shown)
    if first + len(shown) < len(group.topics):
        more = MenuButton(group=callback_data.group, page=callback_data.page + 1)
        listed.append((texts("buttons.more"), more))
    else:
        listed.append((texts("buttons.menu"), MenuButton()))
    await reply(press, group.title, buttons(listed))


def menu(questions: Questions) -> InlineKeyboardMarkup:
    return buttons((group.title, MenuButton(group=number)) for number, group in enumerate(questions.menu))


def page_of(topics: tuple[str, ...], page: int) -> tuple[int, tuple[str, ...]]:
    """The topics of one page, with the place of its first; the last button of a page goes on or back."""
    size = MAX_BUTTONS - 1
    first = max(page, 0) * size
    return first, topics[first : first + size]
