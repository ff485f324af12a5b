"""``chover chat`` without an address: this machine's server, or one found in the local network."""
# ruff: noqa: PLC0415, T201 - only who is asked waits for the network, and the list is for people

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from chover.cli.errors import WRONG_USAGE, CommandError
from chover.cli.options import ServerOption, place

if TYPE_CHECKING:
    from chover.client.connection.discovery import Nearby

HOW: Final = "start one with 'chover serve', or name one: chover chat HOST[:PORT]"


def here_or_nearby(password: str) -> ServerOption:
    """The server to use if none was given. Raises CommandError.

    A server on this machine comes first. An announced one is never used without a question: anybody in the network can
    announce anything.
    """
    from chover.client.connection.dial import answers, at

    here = place("", password)
    server = at(here.host, here.port)
    if answers(server):
        return here
    if not somebody_reads():
        raise CommandError(f"no server answers at {server}: {HOW}", WRONG_USAGE)
    print(f"No server answers at {server}; looking in the local network ...", flush=True)
    return _picked(password)


def somebody_reads() -> bool:
    """Whether somebody could answer a question."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def _picked(password: str) -> ServerOption:
    while found := _look():
        print("Servers found, with the names that they announce:")
        for number, one in enumerate(found, 1):
            print(f"  {number:>2}  {one.name}  {one.server}")
        try:
            answer = input("Which one? Its number, or Enter to look again: ").strip()
        except EOFError:
            raise CommandError(f"nobody answered: {HOW}", WRONG_USAGE) from None
        if answer.isdecimal() and 0 < int(answer) <= len(found):
            server = found[int(answer) - 1].server
            return ServerOption(server.host, server.port, password)
        if answer:
            print(f"{answer!r} is not one of them.")
    raise CommandError(f"no server announces itself in the local network: {HOW}")


def _look() -> list[Nearby]:
    import asyncio

    from chover.client.connection.discovery import NoNetwork, look

    try:
        return asyncio.run(look())
    except NoNetwork as error:
        raise CommandError(f"looking in the local network is not possible ({error}): {HOW}") from error
