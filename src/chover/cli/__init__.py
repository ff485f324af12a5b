"""The command line. Exit status 0 is done, 1 failed, 2 wrong usage; an error is one line on standard error.

What a command needs is imported when it runs: ``chover send`` in a script does not wait for a server's parts.
"""

from __future__ import annotations

import sys
from typing import Annotated, Final

import typer

from chover.cli.archives import export, import_
from chover.cli.backups import backup, restore
from chover.cli.clients import chat, join, send, tail
from chover.cli.configuration import config
from chover.cli.doctor import doctor, recover
from chover.cli.errors import WRONG_USAGE, CommandError, run
from chover.cli.groups import accounts, bans, channels, cluster, emoji, hooks, invitations, operators
from chover.cli.manual import manual
from chover.cli.operator import reload, restart, stop, who
from chover.cli.serving import print_ready, serve
from chover.cli.status import status
from chover.cli.upgrading import upgrade
from chover.version import __version__

__all__ = ["CommandError", "app", "main", "print_ready"]

COMMANDS: Final = (
    serve,
    chat,
    join,
    send,
    tail,
    who,
    status,
    doctor,
    stop,
    restart,
    reload,
    backup,
    restore,
    recover,
    upgrade,
    export,
    import_,
    config,
    manual,
)
"""In the order of ``chover --help``. A command is a function whose name, parameters and docstring define it."""

app: Final = typer.Typer(
    help="ChatOverSockets: your own chat, on one port, with nothing acknowledged ever lost.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"chover {__version__}")  # noqa: T201 - it was asked for
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _common(
    context: typer.Context,
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Without a command: the original's menu on a terminal, wrong usage elsewhere."""
    if context.invoked_subcommand is not None:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise CommandError("missing command (see chover --help)", WRONG_USAGE)
    from chover.cli.menu import offer  # noqa: PLC0415 - only for those who want the menu

    raise typer.Exit(offer())


for _command in COMMANDS:
    app.command()(_command)
app.add_typer(invitations.app, name="invite")
app.add_typer(accounts.app, name="account")
app.add_typer(operators.app, name="operator")
app.add_typer(channels.app, name="channel")
app.add_typer(bans.app, name="ban")
app.add_typer(hooks.app, name="hook")
app.add_typer(emoji.app, name="emoji")
app.add_typer(cluster.app, name="cluster")


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit status. ``arguments`` are the process's own if None."""
    return run(typer.main.get_command(app), arguments)
