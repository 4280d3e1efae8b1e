"""The command line of reports; each command imports what it needs when it runs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hotline.commands import ConfigFile, carry_out

app = typer.Typer(invoke_without_command=True, help="Reports: files to sign and to check, from draft to correction.")

PeriodOption = Annotated[
    str, typer.Option("--period", help="2026-07, 2026-Q3, 2026-H1, 2026-9M, 2026, 2026-06-15..2026-09-14, or in words.")
]
ScopeOption = Annotated[
    str, typer.Option("--scope", help="A commune, several separated by commas, or a unit; default: the province.")
]
OutOption = Annotated[Path, typer.Option("--out", help="The folder for the files.")]


@app.callback()
def report(
    context: typer.Context,
    period: PeriodOption = "",
    scope: ScopeOption = "",
    form: Annotated[
        str, typer.Option("--format", help="docx, xlsx, csv, pdf, png, separated by commas.")
    ] = "docx,xlsx",
    out: OutOption = Path(),
    public: Annotated[bool, typer.Option("--public", help="The public copy, with small figures hidden.")] = False,
    config: ConfigFile = None,
) -> None:
    """Write a report as files; a draft is counted anew, a complete or locked one stays as it is."""
    if context.invoked_subcommand is not None:
        return
    if not period:
        typer.echo(context.get_help())
        raise typer.Exit(2)
    from hotline.report_commands import Which, make

    carry_out(config, lambda settings: make(settings, Which(period, scope), form, out, typer.echo, public=public))


@app.command("list")
def list_(config: ConfigFile = None) -> None:
    """All reports of last and this year with their versions and states."""
    from hotline.report_commands import show_list

    carry_out(config, lambda settings: show_list(settings, typer.echo))


@app.command()
def remark(
    text: Annotated[str, typer.Argument(help="Why the figures are empty.")],
    period: PeriodOption,
    scope: ScopeOption = "",
    figure: Annotated[str, typer.Option("--figure", help="One figure by its key; default: all that are empty.")] = "",
    config: ConfigFile = None,
) -> None:
    """Explain empty figures of a draft."""
    from hotline.report_commands import Which
    from hotline.report_commands import remark as explain

    carry_out(config, lambda settings: explain(settings, Which(period, scope), figure, text, typer.echo))


@app.command()
def complete(period: PeriodOption, scope: ScopeOption = "", config: ConfigFile = None) -> None:
    """Every empty figure has its remark: nothing is counted anew from here on."""
    from hotline.report_commands import Which
    from hotline.report_commands import complete as finish

    carry_out(config, lambda settings: finish(settings, Which(period, scope), typer.echo))


@app.command()
def reopen(period: PeriodOption, scope: ScopeOption = "", config: ConfigFile = None) -> None:
    """From complete back to draft."""
    from hotline.report_commands import Which
    from hotline.report_commands import reopen as open_again

    carry_out(config, lambda settings: open_again(settings, Which(period, scope), typer.echo))


@app.command()
def lock(period: PeriodOption, scope: ScopeOption = "", config: ConfigFile = None) -> None:
    """For good: a locked report never changes."""
    from hotline.report_commands import Which
    from hotline.report_commands import lock as close

    carry_out(config, lambda settings: close(settings, Which(period, scope), typer.echo))


@app.command()
def correct(period: PeriodOption, scope: ScopeOption = "", config: ConfigFile = None) -> None:
    """A new version of a locked report that says what differs."""
    from hotline.report_commands import Which
    from hotline.report_commands import correct as make_version

    carry_out(config, lambda settings: make_version(settings, Which(period, scope), typer.echo))


@app.command()
def trace(
    table: Annotated[str, typer.Argument(help="The table's key, as in the CSV file.")],
    row: Annotated[str, typer.Argument(help="The row's key, as in the CSV file.")],
    period: PeriodOption,
    scope: ScopeOption = "",
    config: ConfigFile = None,
) -> None:
    """The internal numbers or client codes behind a figure; the look stands in the audit trail."""
    from hotline.report_commands import Which
    from hotline.report_commands import trace as follow

    carry_out(config, lambda settings: follow(settings, Which(period, scope), table, row, typer.echo))


@app.command()
def export(
    period: PeriodOption,
    scope: ScopeOption = "",
    form: Annotated[str, typer.Option("--format", help="csv or xlsx.")] = "csv",
    out: OutOption = Path(),
    config: ConfigFile = None,
) -> None:
    """All logged contacts of a period, a row each, without notes."""
    from hotline.report_commands import Which
    from hotline.report_commands import export as write_rows

    carry_out(config, lambda settings: write_rows(settings, Which(period, scope), form, out, typer.echo))
