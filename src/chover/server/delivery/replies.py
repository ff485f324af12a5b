"""The answer to one command, and its label (https://ircv3.net/specs/extensions/labeled-response)."""

from __future__ import annotations

from chover.server.delivery.render import Rendered, text_of
from chover.wire.message import escape

_ACK = "ACK"


class Replies:
    """The lines that answer a labeled command, collected until it is done."""

    __slots__ = ("_label", "_lines", "_server")

    def __init__(self, label: str, server: str) -> None:
        self._label = label
        self._server = server
        self._lines: list[Rendered] = []

    def add(self, line: Rendered) -> None:
        self._lines += line.each

    def text(self, batch: str) -> str:
        """All lines under the label: an ACK for none, the line itself for one, otherwise a batch of the given name."""
        label = "label=" + escape(self._label)
        match self._lines:
            case []:
                return text_of(Rendered("", f":{self._server} {_ACK}"), label)
            case [only]:
                return text_of(only, label)
        opening = text_of(Rendered("", f":{self._server} BATCH +{batch} labeled-response"), label)
        inside = [text_of(line, "" if line.tags.startswith("batch=") else f"batch={batch}") for line in self._lines]
        return "".join([opening, *inside, f":{self._server} BATCH -{batch}\r\n"])
