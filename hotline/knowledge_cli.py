"""`hotline knowledge …`: what the editors of the content run. Needs neither aiogram nor the database."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from domain.clock import local_date, utc_now
from domain.knowledge import ContentError, Problem
from hotline.commands import ConfigFile
from hotline.config import Config, load_config
from knowledge import catalogue, review
from knowledge.evaluation import FIGURES, Evaluation, Tally, evaluate, helped, missed, read_questions
from knowledge.files import ContentFiles
from texts import vietnamese

app = typer.Typer(no_args_is_help=True, help="The content: check it, measure it, sign it.")

SAMPLE = Path("tests/data/sample-questions.tsv")  # in a clone; an installation has no questions kept for measuring


@app.command()
def check(
    on: Annotated[
        str | None, typer.Option("--on", metavar="YYYY-MM-DD", help="The day to check for; default today.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Say everything wrong with the content; exit 1 for a broken format or a legal basis not in force on that day."""
    texts = vietnamese()
    problems = review.check(_files(load_config(config)), _day(on), not_to_copy=SAMPLE)
    for problem in problems:
        typer.echo(said(problem))
    errors = [problem for problem in problems if not problem.warning]
    typer.echo(texts("knowledge_cli.checked", errors=len(errors), warnings=len(problems) - len(errors)))
    if errors:
        raise typer.Exit(1)


@app.command()
def worklist(
    document: Annotated[str | None, typer.Argument(help="Number of a legal document.")] = None,
    config: ConfigFile = None,
) -> None:
    """List the topics whose answer rests on a document: what to read again when it is replaced.

    Without a document: the texts on danger to life that a doctor has still to sign.
    """
    texts = vietnamese()
    base = catalogue.load(load_config(config).knowledge.dir)
    if document is None:
        waiting = review.unsigned(base)
        for entry in waiting:
            typer.echo(texts("knowledge_cli.awaits_doctor", topic=entry.topic))
        typer.echo(texts("knowledge_cli.awaiting", count=len(waiting)))
        return
    found = review.worklist(base, document)
    for entry, articles in found:
        typer.echo(texts("knowledge_cli.cited", topic=entry.topic, articles="; ".join(articles), on=entry.verified_on))
    if not found:
        key = "not_cited" if document in base.documents else "document_unknown"
        typer.echo(texts(f"knowledge_cli.{key}", document=document))
        raise typer.Exit(0 if document in base.documents else 1)


@app.command()
def approve(
    topics: Annotated[list[str], typer.Argument(metavar="TOPIC...")],
    by: Annotated[str, typer.Option("--by", help="Who signs: name and office.")],
    doctor: Annotated[bool, typer.Option("--doctor", help="Sign as a doctor (texts on danger to life).")] = False,
    config: ConfigFile = None,
) -> None:
    """Sign answers after reading them."""
    texts = vietnamese()
    files = _files(load_config(config))
    for topic in topics:
        where = review.approve(files, topic, by, local_date(utc_now()), as_doctor=doctor)
        typer.echo(
            texts(
                "knowledge_cli.signed_by_doctor" if doctor else "knowledge_cli.approved",
                topic=topic,
                by=by,
                where=where,
            )
        )


@app.command("evaluate")
def evaluate_questions(
    paths: Annotated[list[Path], typer.Argument(metavar="FILE.tsv|FOLDER...", exists=True)],
    at_least: Annotated[
        Path | None,
        typer.Option("--at-least", metavar="FILE.toml", exists=True, help="Least acceptable totals; else exit 1."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Measure on questions with known answers (question, topic, also, style): the promises of the design, by style."""
    from hotline.knowing import load_knowing

    texts = vietnamese()
    try:
        asked = read_questions(paths)
    except ValueError as error:
        raise typer.BadParameter(texts("knowledge_cli.row_broken", where=error)) from error
    least = _least(at_least) if at_least else {}
    evaluation = evaluate(load_knowing(load_config(config)).understanding, asked)
    typer.echo(table(evaluation))
    worse = missed(evaluation, least)
    for name, (reached, demanded) in worse.items():
        values = {"name": name, "reached": f"{reached:.1f}", "demanded": f"{demanded:.1f}"}
        typer.echo(texts("knowledge_cli.missed", **values), err=True)
    if worse:
        raise typer.Exit(1)


def _least(file: Path) -> dict[str, float]:
    """Percent by name of a figure. Raises BadParameter: a misspelt name would demand nothing."""
    try:
        table = tomllib.loads(file.read_text("utf-8"))
        least = {name: float(demanded) for name, demanded in table.items()}
    except (tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise typer.BadParameter(vietnamese()("knowledge_cli.least_broken", file=file.name)) from error
    if unknown := sorted(least.keys() - FIGURES):
        raise typer.BadParameter(vietnamese()("knowledge_cli.least_unknown", names=", ".join(unknown)))
    return least


def table(evaluation: Evaluation) -> str:
    """Figures by style; the same evaluation gives the same text."""
    texts = vietnamese()
    rows = [texts("knowledge_cli.table_head")]
    rows += [_row(style, tally) for style, tally in evaluation.by_style.items()]
    rows.append(_row(texts("knowledge_cli.table_total"), evaluation.total))
    rows.append(_row(texts("knowledge_cli.table_unmarked"), evaluation.unmarked))
    total = evaluation.total
    rows.append(
        texts(
            "knowledge_cli.promises",
            met=_share(total.dangers_met, total.dangers),
            sure=_share(total.dangers_met_surely, total.dangers),
            alarms=_share(total.false_alarms, total.harmless),
            sure_alarms=_share(total.false_alarms_sure, total.harmless),
            helped=f"{100 * helped(total):.1f}%",
            right=_share(total.right, total.asked),
            wrong=_share(total.wrong, total.asked),
            declined=_share(total.declined, total.not_ours),
            marks=f"{100 * evaluation.marks_difference:+.1f}",
        )
    )
    return "\n".join(rows)


def said(problem: Problem) -> str:
    """One problem in Vietnamese: where, how serious, what."""
    texts = vietnamese()
    place = f"{problem.file}:{problem.line}" if problem.line else problem.file
    grade = texts("knowledge_cli.warning" if problem.warning else "knowledge_cli.error")
    return f"{place}: {grade}: {texts(f'knowledge_cli.problem.{problem.key}', **problem.values)}"


def all_said(error: ContentError) -> str:
    return "\n".join(said(problem) for problem in error.problems)


def _row(name: str, tally: Tally) -> str:
    cells = [
        str(tally.asked),
        f"{100 * helped(tally):.1f}%",
        _share(tally.right, tally.asked),
        _share(tally.wrong, tally.asked),
        _share(tally.dangers_met, tally.dangers),
        _share(tally.false_alarms, tally.harmless),
        _share(tally.declined, tally.not_ours),
    ]
    return f"{name:<14}" + "".join(f"{cell:>10}" for cell in cells)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%" if whole else "-"


def _files(config: Config) -> ContentFiles:
    return ContentFiles(config.knowledge.dir)


def _day(on: str | None) -> date:
    if on is None:
        return local_date(utc_now())
    try:
        return date.fromisoformat(on)
    except ValueError as error:
        raise typer.BadParameter(vietnamese()("knowledge_cli.day_broken", day=on)) from error
