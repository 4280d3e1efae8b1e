"""The hotline with one fault: a message of these words kills its process, as running out of memory would."""

from __future__ import annotations

import os
import signal
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram.types import TelegramObject, Update

from bot.dispatcher import create_dispatcher

DEADLY = "tin này làm chương trình chết"


async def die(
    handler: Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]], event: TelegramObject, data: dict[str, Any]
) -> Any:
    if isinstance(event, Update) and event.message and event.message.text == DEADLY:
        os.kill(os.getpid(), signal.SIGKILL)
    return await handler(event, data)


if __name__ == "__main__":
    from hotline.cli import main

    create_dispatcher().update.outer_middleware(die)
    main()
