"""Answers to commands: numerics, standard replies, lines from others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from chover.engine.refusals import Refusal
from chover.server.delivery.render import Rendered, text_of
from chover.server.delivery.replies import Replies
from chover.server.session.refusal_lines import FailLine, line_of
from chover.server.session.standard_replies import failure
from chover.wire.capabilities import Cap
from chover.wire.message import format_line, middles
from chover.wire.numerics import Err, Rpl

NICK: Final = "\0"
"""Stands for the reader's nick in lines that are written once for everybody: neither a nick nor a line contains it."""


def numeric_lines(source: str, rows: Iterable[tuple[Rpl | Err, str]]) -> str:
    """Numerics for ``Answering.reply_lines``, each with its parameters after the nick in the form of a line."""
    return "".join([f":{source} {numeric} {NICK} {tail}\r\n" for numeric, tail in rows])


class Answering:
    """The part of a session that commands use; lines are sent at once, or together under the command's label."""

    __slots__ = ()

    caps: Cap
    server: str
    replies: Replies | None
    """The lines collected for the label of the current command."""
    batches: Iterator[int]

    if TYPE_CHECKING:

        @property
        def nick_or_star(self) -> str: ...
        def send(self, data: bytes) -> None: ...

    def new_batch(self) -> str:
        """A batch name that this session has not used."""
        return f"b{next(self.batches)}"

    def add(self, line: Rendered) -> None:
        """Add a line to the answer to the current command."""
        if self.replies is not None:
            self.replies.add(line)
        else:
            self.send(text_of(line).encode())

    def add_each(self, lines: Sequence[Rendered]) -> None:
        """Add several lines at once."""
        if self.replies is not None:
            for line in lines:
                self.replies.add(line)
        elif lines:
            self.send("".join([text_of(line) for line in lines]).encode())

    def reply(self, numeric: Rpl | Err, *params: str) -> None:
        line = format_line(numeric, self.nick_or_star, *middles(params), source=self.server)
        if self.replies is None:
            self.send(f"{line}\r\n".encode())
        else:
            self.replies.add(Rendered("", line))

    def reply_each(self, numeric: Rpl | Err, tails: Sequence[str]) -> None:
        """Many numerics; ``tails`` are the parameters after the nick in the form of a line."""
        head = f":{self.server} {numeric} {self.nick_or_star} "
        self.add_each([Rendered("", head + tail) for tail in tails])

    def reply_lines(self, lines: str) -> None:
        """Numerics that ``numeric_lines`` has written."""
        text = lines.replace(NICK, self.nick_or_star)
        if self.replies is None:
            self.send(text.encode())
        else:
            self.add_each([Rendered("", line) for line in text.split("\r\n")[:-1]])

    def say(self, command: str, *params: str) -> None:
        """A line from the server that is not a numeric."""
        self.say_as(self.server, command, *params)

    def say_as(self, source: str, command: str, *params: str) -> None:
        """A line from somebody, in answer to the current command."""
        self.add(Rendered("", format_line(command, *params, source=source)))

    def add_plain(self, line: str) -> None:
        """A line that has no source."""
        self.add(Rendered("", line))

    def fail(self, command: str, code: str, *context: str, text: str) -> None:
        """Say why a command has failed (standard_replies.py)."""
        self.add(failure(self, command, code, *context, text=text))

    def refuse(self, refusal: Refusal) -> None:
        """Answer the current command."""
        line, params = line_of(refusal)
        if isinstance(line, FailLine):
            self.fail(line.command, line.code, *params[:-1], text=params[-1])
        else:
            self.reply(line, *params)
