"""The menu of the original: ``chover`` without a command, and ``chatOverSockets.py``."""
# ruff: noqa: T201, PLC0415 - it talks to a person; what a choice needs is imported when it is made

from __future__ import annotations

import os
import sys
from typing import Final

OPTIONS: Final = "0 ── TCP Server\n1 ── TCP Client\n"
SERVER: Final = 0
CLIENT: Final = 1


def ask(label: str) -> str:
    """One line from the user. Raises EOFError at the end of the input."""
    if sys.stdin is not None and sys.stdin.isatty():
        return input(f"{label} > ")
    print(f"{label} > ", end="", flush=True)
    return _line_of_pipe()


def choose() -> int:
    """SERVER or CLIENT; any other answer asks again. Raises EOFError at the end of the input."""
    print(OPTIONS, end="")
    while (answer := ask("selection").strip()) not in {"0", "1"}:
        print("Please type 0 or 1.")
    return int(answer)


def offer() -> int:
    """Ask whether to serve or to chat, and do it. Returns the exit status."""
    from chover.cli.clients import chat
    from chover.cli.serving import serve

    try:
        choice = choose()
        nick = ask("username").strip() if choice == CLIENT else ""
    except (EOFError, KeyboardInterrupt):
        print()
        return 0
    return serve() if choice == SERVER else chat(nick=nick)


def _line_of_pipe() -> str:
    """One line, read byte by byte: what follows belongs to the client, and must not be buffered here."""
    try:
        descriptor = sys.stdin.fileno()
    except (AttributeError, OSError, ValueError) as error:
        raise EOFError from error  # there is no input
    line = b""
    while (byte := os.read(descriptor, 1)) not in {b"", b"\n"}:
        line += byte
    if not byte and not line:
        raise EOFError
    return line.decode(errors="replace").removesuffix("\r")
