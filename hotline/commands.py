"""What commands share: the option that names the settings, and how one is carried out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from hotline.config import Config, load_config
from texts import vietnamese

ConfigFile = Annotated[Path | None, typer.Option("--config", help="Settings file; default ./config.toml if it exists.")]
_T = TypeVar("_T")


def carry_out(file: Path | None, work: Callable[[Config], Coroutine[Any, Any, _T]]) -> _T | None:
    """Does the work with these settings, and with logs that quote nobody. None when it was stopped by hand."""
    from hotline.logs import configure_logs, quiet_loop

    config = load_config(file)
    configure_logs(config.log.level, json_lines=config.log.json_lines)

    async def quietly() -> _T:
        quiet_loop(asyncio.get_running_loop())
        return await work(config)

    try:
        return asyncio.run(quietly())
    except KeyboardInterrupt:
        typer.echo(vietnamese()("run.stopped"))
        return None
