"""`hotline ask`: an answer in the terminal, or readings of a whole file as JSON. Nothing is stored or counted.

Neither aiogram nor the database is imported: a question asked here must not wait seconds for what it does not need.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO

import typer

from domain.clock import utc_now
from domain.knowledge import Reading, ReadingKind
from hotline.commands import ConfigFile
from hotline.config import load_config
from hotline.knowing import load_knowing
from services.questions import Questions
from texts import Texts, vietnamese


def ask(
    question: Annotated[str | None, typer.Argument(help="What a citizen would write.")] = None,
    batch: Annotated[
        str | None, typer.Option("--batch", help="File with one question per line; - reads standard input.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object per question instead of the answer.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Answer one question, or read a whole file of them. Nothing is stored or counted."""
    if (question is None) == (batch is None):
        raise typer.BadParameter(vietnamese()("ask.one_of_both"))
    knowing = load_knowing(load_config(config))
    output = _utf8(sys.stdout)
    for line in _questions(batch) if batch is not None else [question or ""]:
        started = time.perf_counter()
        reading = knowing.understanding.read(line)
        taken_ms = (time.perf_counter() - started) * 1000
        if as_json:
            output.write(json.dumps(as_object(reading, taken_ms), ensure_ascii=False) + "\n")
        else:
            output.write("\n\n".join(said(reading, knowing.questions, vietnamese(), utc_now())) + "\n")
        output.flush()


def as_object(reading: Reading, taken_ms: float) -> dict[str, object]:
    """The contract of design.md 5; other programs read it."""
    return {
        "kind": str(reading.kind),
        "topic": reading.topic,
        "choices": list(reading.choices),
        "score": round(min(max(reading.score, 0.0), 1.0), 4),
        "confirm": reading.confirm,
        "ms": round(taken_ms, 3),
    }


def said(reading: Reading, questions: Questions, texts: Texts, now: datetime) -> list[str]:
    """What the bot would say to this, part by part."""
    listed = "\n".join(f"{number}. {questions.title(topic)}" for number, topic in enumerate(reading.choices, start=1))
    if reading.kind is ReadingKind.CHOICES:
        return [texts("question.choices"), listed]
    topics = [topic for topic in (reading.topic, reading.second) if topic in questions.library.entries]
    if not topics:
        return [texts("question.not_ours", person=questions.person())]
    answers = [questions.answer(topic, now) for topic in topics if topic is not None]
    return [*answers, texts("danger.question"), listed] if reading.confirm else answers


def _questions(batch: str) -> Iterator[str]:
    """Line by line, so that whoever writes into a pipe gets each answer before the next question."""
    if batch == "-":
        yield from _lines(sys.stdin.buffer)
        return
    if not Path(batch).is_file():
        raise typer.BadParameter(vietnamese()("ask.no_such_file", file=batch))
    with Path(batch).open("rb") as file:
        yield from _lines(file)


def _lines(file: BinaryIO) -> Iterator[str]:
    """Decoded leniently: a damaged byte costs a letter, not the rest of the file."""
    for number, line in enumerate(iter(file.readline, b"")):
        text = line.decode("utf-8", errors="replace").rstrip("\r\n")
        yield text.removeprefix("\ufeff") if number == 0 else text


def _utf8(stream: TextIO) -> TextIO:
    """A terminal or pipe that is not set to UTF-8 must not stop a Vietnamese answer."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")
    return stream
