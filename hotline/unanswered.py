"""`hotline knowledge unanswered`."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from typing import Annotated

import typer

from hotline.commands import ConfigFile, carry_out
from hotline.config import Config
from texts import vietnamese


def unanswered(
    days: Annotated[int, typer.Option("--days", min=1, help="How many days to look back.")] = 30,
    config: ConfigFile = None,
) -> None:
    """List what was asked and not answered, as groups of concepts seen at least five times."""
    carry_out(config, lambda settings: _print(settings, days))


async def _print(config: Config, days: int) -> None:
    from domain.clock import local_date, utc_now
    from hotline.databases import opened
    from knowledge.catalogue import load
    from services.unanswered import AT_LEAST, list_unanswered

    texts, today = vietnamese(), local_date(utc_now())
    async with opened(config) as database, database.reading() as uow:
        found = await list_unanswered(uow, today - timedelta(days=days - 1), today)
    lexicon = load(config.knowledge.dir).files.find("lexicon.toml")
    words = {each["id"]: each["words"][0] for each in tomllib.loads(lexicon.read_text("utf-8"))["concept"]}
    for concepts, count in found:
        said = ", ".join(words.get(concept, concept) for concept in concepts)
        typer.echo(texts("unanswered.line", count=count, concepts=said))
    if not found:
        typer.echo(texts("unanswered.none", at_least=AT_LEAST, days=days))
