"""The command line. Each command imports what it needs when it runs: `hotline ask` must not wait for aiogram."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from domain.errors import HotlineError
from hotline import knowledge_cli, report_cli, unanswered
from hotline.ask import ask
from hotline.commands import ConfigFile, carry_out
from hotline.config import load_config
from hotline.saying import say
from texts import vietnamese

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
key_app = typer.Typer(no_args_is_help=True, help="The external key.")
app.add_typer(key_app, name="key")
app.command()(ask)
app.add_typer(knowledge_cli.app, name="knowledge")
knowledge_cli.app.command("unanswered")(unanswered.unanswered)
app.add_typer(report_cli.app, name="report")
zalo_app = typer.Typer(no_args_is_help=True, help="The Zalo Official Account.")
app.add_typer(zalo_app, name="zalo")
audit_app = typer.Typer(no_args_is_help=True, help="The trail of who saw and did what.")
app.add_typer(audit_app, name="audit")
contacts_app = typer.Typer(no_args_is_help=True, help="Contacts outside the bot, from Excel.")
app.add_typer(contacts_app, name="contacts")

roster_app = typer.Typer(no_args_is_help=True, help="People after rehabilitation, by code, from Excel or CSV.")
app.add_typer(roster_app, name="roster")


@app.command()
def run(config: ConfigFile = None) -> None:
    """Everything in one process: web chat, Telegram, answers, erasing what is due."""
    _serve(config, web=True, work=True)


@app.command()
def web(config: ConfigFile = None) -> None:
    """The web chat and the messengers' webhooks alone; needs PostgreSQL and at least one `hotline worker`."""
    _serve(config, web=True, work=False)


@app.command()
def worker(config: ConfigFile = None) -> None:
    """Answers, sends and polls; needs PostgreSQL. Start as many as there are cores."""
    _serve(config, web=False, work=True)


@app.command()
def chat(config: ConfigFile = None) -> None:
    """Talk with the bot here; nothing is kept or counted."""
    from hotline.talk import talk_in_terminal

    carry_out(config, talk_in_terminal)


@app.command()
def check(config: ConfigFile = None) -> None:
    """Say, in Vietnamese, what is wrong with this installation and what to do; exit 0 when all is well."""
    from hotline.check import check_installation

    raise typer.Exit(asyncio.run(check_installation(config, typer.echo)))


@key_app.command("rotate")
def rotate(config: ConfigFile = None) -> None:
    """Seal the whole database with a new key. Stop the hotline first."""
    from hotline.rotate import rotate as change_key

    carry_out(config, lambda settings: change_key(settings, typer.echo))


@zalo_app.command("login")
def zalo_login(config: ConfigFile = None) -> None:
    """Let the hotline speak for the Official Account; needed once, and after a change of permissions."""
    from hotline.zalo_login import login

    carry_out(config, lambda settings: login(settings, typer.echo, sys.stdin.readline))


@zalo_app.command("status")
def zalo_status(config: ConfigFile = None) -> None:
    """How it stands with the tokens and the account, and how many people cannot be reached."""
    from hotline.zalo_login import status

    carry_out(config, lambda settings: status(settings, typer.echo))


@app.command()
def backup(config: ConfigFile = None) -> None:
    """Write an encrypted backup, also while the hotline runs; backups older than seven days are deleted."""
    from hotline.backups import backup as back_up

    carry_out(config, lambda settings: back_up(settings, typer.echo))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `hotline backup` wrote.", exists=True, dir_okay=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Give up the database that is there.")] = False,
    config: ConfigFile = None,
) -> None:
    """Make the database anew from a backup, without what was erased since. Stop the hotline first."""
    from hotline.backups import restore as bring_back

    carry_out(config, lambda settings: bring_back(settings, file, typer.echo, replace=replace))


@app.command()
def invite(
    role: Annotated[str, typer.Option("--role", help="volunteer, counsellor, officer or administrator.")],
    commune: Annotated[
        list[str] | None, typer.Option("--commune", help="Scope, may be given several times; default: the province.")
    ] = None,
    volunteer: Annotated[
        str,
        typer.Option("--volunteer", help="Code in the roster; default scope: where the clients are."),
    ] = "",
    config: ConfigFile = None,
) -> None:
    """A code with which one person comes to work here: once, within 72 hours, for the first account that uses it."""
    from hotline.staff_commands import invite as make_invitation

    carry_out(
        config,
        lambda settings: make_invitation(settings, role, commune or [], typer.echo, volunteer=volunteer),
    )


@audit_app.command("verify")
def verify(config: ConfigFile = None) -> None:
    """Follow the chain of hashes from the first entry to the last; exit 1 where somebody changed it."""
    from hotline.staff_commands import verify_audit

    carry_out(config, lambda settings: verify_audit(settings, typer.echo))


@contacts_app.command("template")
def template(file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("lien-he.xlsx")) -> None:
    """Write an empty Excel sheet with the columns and lists that `import` reads."""
    from hotline.staff_commands import make_template

    make_template(file, typer.echo)


@contacts_app.command("import")
def import_contacts(
    file: Annotated[Path, typer.Argument(help="A filled-in template.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    config: ConfigFile = None,
) -> None:
    """Take over the contacts of a sheet: all rows, or none when one is wrong. Twice the same adds nothing."""
    from hotline.staff_commands import import_sheet

    if not carry_out(config, lambda settings: import_sheet(settings, file, typer.echo, dry_run=dry_run)):
        raise typer.Exit(1)


@roster_app.command("template")
def roster_template(file: Annotated[Path, typer.Argument(help="Where to write it.")] = Path("danh-sach.xlsx")) -> None:
    """Write an empty roster with the columns and lists that `import` reads."""
    from hotline.roster_commands import make_template

    make_template(file, typer.echo)


@roster_app.command("import")
def roster_import(
    file: Annotated[Path, typer.Argument(help="A filled-in roster, Excel or CSV.", exists=True, dir_okay=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen; write nothing.")] = False,
    config: ConfigFile = None,
) -> None:
    """Take a roster over: all rows, or none when one is wrong. Once more changes only what has changed."""
    from hotline.roster_commands import import_roster

    if not carry_out(config, lambda settings: import_roster(settings, file.read_bytes(), typer.echo, dry_run=dry_run)):
        raise typer.Exit(1)


def _serve(file: Path | None, *, web: bool, work: bool) -> None:
    from hotline.serving import serve

    texts = vietnamese()

    def on_listening(address: tuple[Any, ...] | None) -> None:
        if address is not None:
            host = f"[{address[0]}]" if ":" in address[0] else address[0]
            typer.echo(texts("run.listening", url=f"http://{host}:{address[1]}"))

    reread = partial(load_config, file)
    carry_out(file, lambda config: serve(config, web=web, work=work, on_listening=on_listening, reread=reread))


def main(entry: Callable[[], Any] = app) -> None:
    """Console script: an error that a person can mend is said in one sentence, without a traceback."""
    try:
        entry()
    except HotlineError as error:
        typer.echo(say(error), err=True)
        sys.exit(1)
