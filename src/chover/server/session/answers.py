"""What a command says to whoever gave it: numerics, standard replies, lines from others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from chover.engine.refusals import Refusal
from chover.server.delivery.render import Rendered, text_of
from chover.server.delivery.replies import Replies
from chover.server.session.refusal_lines import FailLine, line_of
from chover.server.session.standard_replies import failure
from chover.wire.capabilities import Cap
from chover.wire.message import format_line, middles
from chover.wire.numerics import Err, Rpl


class Answering:
    """The side of a session that commands speak to; lines go out at once, or together under the command's label."""

    __slots__ = ()

    caps: Cap
    server: str
    replies: Replies | None
    """What the label of the command that runs collects."""
    batches: Iterator[int]

    if TYPE_CHECKING:

        @property
        def nick_or_star(self) -> str: ...
        def send(self, data: bytes) -> None: ...

    def new_batch(self) -> str:
        """A batch name that this session has not seen."""
        return f"b{next(self.batches)}"

    def add(self, line: Rendered) -> None:
        """One line of the answer to the command that runs."""
        if self.replies is not None:
            self.replies.add(line)
        else:
            self.send(text_of(line).encode())

    def add_each(self, lines: Sequence[Rendered]) -> None:
        """Several lines of it, in one piece."""
        if self.replies is not None:
            for line in lines:
                self.replies.add(line)
        elif lines:
            self.send("".join([text_of(line) for line in lines]).encode())

    def reply(self, numeric: Rpl | Err, *params: str) -> None:
        line = format_line(numeric.value, self.nick_or_star, *middles(params), source=self.server)
        self.add(Rendered("", line))

    def reply_each(self, numeric: Rpl | Err, tails: Sequence[str]) -> None:
        """A numeric for each of many; ``tails`` are its parameters behind the nick as they stand in a line."""
        head = f":{self.server} {numeric.value} {self.nick_or_star} "
        self.add_each([Rendered("", head + tail) for tail in tails])

    def say(self, command: str, *params: str) -> None:
        """A line from the server that is no numeric."""
        self.say_as(self.server, command, *params)

    def say_as(self, source: str, command: str, *params: str) -> None:
        """A line from somebody, in answer to the command that runs."""
        self.add(Rendered("", format_line(command, *params, source=source)))

    def add_plain(self, line: str) -> None:
        """A line that has no source."""
        self.add(Rendered("", line))

    def fail(self, command: str, code: str, *context: str, text: str) -> None:
        """Say why a command failed (standard_replies.py)."""
        self.add(failure(self, command, code, *context, text=text))

    def refuse(self, refusal: Refusal) -> None:
        """Answer the command that runs."""
        line, params = line_of(refusal)
        if isinstance(line, FailLine):
            self.fail(line.command, line.code, *params[:-1], text=params[-1])
        else:
            self.reply(line, *params)
