"""Puts the routers together: the same for every channel."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from aiogram import Bot, Dispatcher
from aiogram.filters import Command

from bot.fsm import ConversationStorage
from bot.handlers import callback, callback_status, courtesy, leaving, other, privacy, question, staff, start
from bot.handlers.staff import joining
from bot.session import RecordingSession
from bot.step import bring_step

_TOKEN = "1:hotline"  # noqa: S105 - aiogram wants the shape of a token; this session sends nothing anywhere


def create_bot() -> Bot:
    """One Bot for all channels: chat ids are our contact ids, which no two channels share."""
    return Bot(_TOKEN, session=RecordingSession())


@cache
def create_dispatcher() -> Dispatcher:
    """One for the process: it holds no state of its own, a turn brings everything that handlers need."""
    dispatcher = Dispatcher(storage=ConversationStorage())
    dispatcher.message.middleware(bring_step)
    dispatcher.callback_query.middleware(bring_step)
    dispatcher.include_routers(
        leaving.router,
        joining.router,
        staff.router,
        start.router,
        privacy.router,
        callback_status.router,
        callback.router,
        other.router,
        courtesy.router,
        question.router,
    )
    return dispatcher


@cache
def commands() -> frozenset[str]:
    """What handlers listen to behind a slash: "menu", "tracuu" and the like."""
    found: set[str] = set()
    for router in create_dispatcher().chain_tail:
        for handler in router.message.handlers:
            for each in handler.filters or ():
                if isinstance(each.callback, Command):
                    found |= {str(command) for command in each.callback.commands}
    return frozenset(found)


def is_bare_command(text: str, campaigns: Collection[str] = ()) -> bool:
    """A command and nothing else, or the link of a campaign. With a word of somebody's own behind it, or one that
    nobody listens to, it may be a cry for help."""
    word = text.strip()
    if word.startswith("/start ") and word.removeprefix("/start ") in campaigns:
        return True
    return word.startswith("/") and word.removeprefix("/").partition("@")[0].lower() in commands()
