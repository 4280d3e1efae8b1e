"""Greeting, menu, help."""

from __future__ import annotations

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.filters.callback_data import CallbackData
from aiogram.types import CallbackQuery, Message

from bot.buttons import MAX_BUTTONS, MenuButton, menu_button, topic_buttons
from bot.filters import is_greeting
from bot.step import Step
from services.questions import Questions

router = Router(name="start")


@router.message(CommandStart())
@router.message(Command("menu", "help"))
@router.message(is_greeting)
async def greet(_message: Message, step: Step, command: CommandObject | None = None) -> None:
    await step.state.clear()
    questions, texts = step.questions, step.texts
    if command and command.command == "start" and command.args:
        questions.count_start(step.uow, step.contact, command.args, step.now)
    agency = questions.agency.name or texts("agency.unnamed")
    notice = "" if questions.all_approved() else texts("greeting.draft")
    text = texts("greeting.hello", agency=agency, draft=notice, person=questions.person()).strip()
    await step.say(text, *menu(questions))


@router.callback_query(MenuButton.filter())
async def show_menu(_press: CallbackQuery, callback_data: MenuButton, step: Step) -> None:
    questions, texts = step.questions, step.texts
    if callback_data.group not in range(len(questions.menu)):
        await step.say(texts("menu.title"), *menu(questions))
        return
    group = questions.menu[callback_data.group]
    first, shown = page_of(group.topics, callback_data.page)
    last = menu_button(texts)
    if first + len(shown) < len(group.topics):
        last = (texts("buttons.more"), MenuButton(group=callback_data.group, page=callback_data.page + 1))
    await step.say(group.title, *topic_buttons(questions, shown), last)


def menu(questions: Questions) -> list[tuple[str, CallbackData]]:
    return [(group.title, MenuButton(group=number)) for number, group in enumerate(questions.menu)]


def page_of(topics: tuple[str, ...], page: int) -> tuple[int, tuple[str, ...]]:
    """The topics of one page, with the place of its first; the last button of a page goes on or back."""
    size = MAX_BUTTONS - 1
    first = max(page, 0) * size
    return first, topics[first : first + size]
