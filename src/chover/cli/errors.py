"""How a command ends: with a status, and with one line if it has failed."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final, Protocol

import typer

FAILED: Final = 1
WRONG_USAGE: Final = 2
_INTERRUPTED: Final = 130
"""typer's status for a Ctrl-C that no command has handled."""


class CommandError(Exception):
    """The end of a command; the text is the line to show, ``status`` the exit status."""

    def __init__(self, text: str, status: int = FAILED) -> None:
        super().__init__(text)
        self.status = status


class CliCommand(Protocol):
    def main(self, args: list[str], prog_name: str, *, standalone_mode: bool) -> Any: ...


def run(command: CliCommand, arguments: list[str] | None) -> int:
    """Run a command line to its exit status."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        status = command.main(given, "chover", standalone_mode=False)
        sys.stdout.flush()
    except CommandError as error:
        return _fail(str(error), error.status)
    except BrokenPipeError:
        return _nobody_reads()
    except typer.Abort:
        return _fail("interrupted")
    except Exception as error:  # noqa: BLE001 - no traceback for people; it is theirs with CHOVER_DEBUG
        return _explain(error)
    return _fail("interrupted") if status == _INTERRUPTED else int(status or 0)


def until_interrupted(work: Callable[[], int]) -> int:
    """Do work that people end with Ctrl-C, which is not a failure then."""
    try:
        return work()
    except KeyboardInterrupt:
        return 0


def _explain(error: Exception) -> int:
    """The line for an unexpected exception: wrong usage, an error of the system, or a bug."""
    # Its class depends on whether typer brings its own copy of click; its methods do not.
    usage = getattr(error, "format_message", None)
    if usage is not None:
        return _fail(f"{usage().rstrip('.')} (see {_help_for(error)})", WRONG_USAGE)
    if os.environ.get("CHOVER_DEBUG"):
        raise error
    if isinstance(error, OSError):
        return _fail(f"{error.strerror or error}{f': {error.filename}' if error.filename else ''}")
    return _fail(f"this is a bug, {type(error).__name__}: {error}; CHOVER_DEBUG=1 shows where")


def _help_for(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else 'chover'} --help"


def _fail(text: str, status: int = FAILED) -> int:
    print(f"chover: {' '.join(text.split())}", file=sys.stderr)  # noqa: T201 - the one line
    return status


def _nobody_reads() -> int:
    """The reader of our output has gone, as in ``chover tail | head``; Python must not complain about it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
