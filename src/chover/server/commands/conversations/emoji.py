"""EMOJI (docs/protocol.md): the emoji of this server, which a message has as ``:name:``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from chover.ports.files import Emoji
from chover.server.delivery.render import Rendered
from chover.server.session.command import Command
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session.session import Session

LINE_CHARS: Final = 400
"""Of a line's list: it leaves room for the names of server and command."""


async def emoji(session: Session, message: Message) -> None:  # noqa: ARG001 - it has no parameters
    """The list in lines, and a line without one at its end."""
    found = session.node.emoji
    version, every = (found.version or "*", found.all()) if found is not None else ("*", ())
    head = f":{session.node.name} EMOJI {version}"
    session.add_each([*(Rendered("", f"{head} :{listed}") for listed in _lines(every)), Rendered("", head)])


def _lines(every: Sequence[Emoji]) -> Iterator[str]:
    line = ""
    for each in every:
        word = f"{each.name}={each.id}"
        if line and len(line) + len(word) >= LINE_CHARS:
            yield line
            line = ""
        line = f"{line} {word}".strip()
    if line:
        yield line


ROWS: Final = (Command("EMOJI", emoji, "EMOJI", "lists the emoji of this server", 0, reads="page"),)
