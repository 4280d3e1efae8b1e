"""`hotline key rotate`."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import nullcontext

from db.opening import KEY_VARIABLE, KeySource
from db.rotation import rotate_key
from db.session import sqlite_path
from domain.errors import KeyInEnvironment
from hotline.config import Config
from hotline.lock import only_one_process
from texts import vietnamese


async def rotate(config: Config, write: Callable[[str], None]) -> None:
    """Raises KeyInEnvironment, AlreadyRunning, KeyMissing, KeyWrong."""
    if os.environ.get(KEY_VARIABLE):
        raise KeyInEnvironment
    source = KeySource(config.database.key_file)
    path = sqlite_path(config.database.url)
    with only_one_process(path) if path else nullcontext():
        count = await rotate_key(config.database.url, source)
    write(vietnamese()("key.rotated", count=count, where=source.file))
