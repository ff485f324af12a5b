"""A single static page with everything in it: it can be read and searched without a server or a network.

Messages are in it as JSON that browsers do not execute, with every ``<`` escaped; the page's script shows them as text.
The policy in its head allows only this script and style, by their hashes, so text of others cannot run in any case.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any, BinaryIO, Final

import msgspec

from chover.archive.entries import ExportedConversation, ExportedEvent, ExportedMessage, ExportLine

_ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
_UNSAFE: Final = re.compile("|".join(_ESCAPES))
# Control codes for terminals and IRC clients; a page would show boxes.
_CONTROLS: Final = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04[0-9A-Fa-f]{6}|[\x00-\x09\x0b-\x1f\x7f]")
_SENTENCES: Final[dict[str, Callable[[ExportedEvent], str]]] = {
    "joined": lambda _: "joined",
    "left": lambda event: f"left{_because(event.text)}",
    "quit": lambda event: f"left the server{_because(event.text)}",
    "kicked": lambda event: f"removed {event.whom}{_because(event.text)}",
    "renamed": lambda event: f"is now {event.text}",
    "topic": lambda event: f"set the topic: {event.text}" if event.text else "removed the topic",
    "channel renamed": lambda event: f"renamed the channel to {event.text}",
}


class ArchivePage:
    """Written from beginning to end: ``begin``, then ``add`` with each line of the export, then ``end``.

    The rows of a conversation come before its summary, so nothing has to be kept until it is counted.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._about: ExportedConversation | None = None
        self._rows = 0

    def begin(self, title: str, subtitle: str) -> None:
        style, script = _part("page.css"), _part("page.js")
        page = _part("page.html")
        for name, value in (
            ("STYLE_HASH", _hash(style)),
            ("SCRIPT_HASH", _hash(script)),
            ("STYLE", style),
            ("SUBTITLE", html.escape(subtitle)),
            ("TITLE", html.escape(title)),
        ):
            page = page.replace(f"@{name}@", value)
        self._out.write(page.encode())

    def add(self, line: ExportLine) -> None:
        """Add a line. A conversation's own line comes first."""
        if isinstance(line, ExportedConversation):
            self._close()
            self._about = line
        elif (row := row_of(line)) is not None:
            self._out.write(b",\n" if self._rows else b'<script type="application/json" class="rows">[')
            self._out.write(row)
            self._rows += 1

    def _close(self) -> None:
        if self._about is not None and self._rows:
            name, topic = _shown(self._about.name), _shown(self._about.topic)
            facts = _escaped({"name": name, "topic": topic, "count": self._rows})
            self._out.write(b']</script>\n<script type="application/json" class="log">%b</script>\n' % facts)
        self._about, self._rows = None, 0

    def end(self) -> None:
        self._close()
        self._out.write(f"<script>{_part('page.js')}</script>\n</html>\n".encode())


def row_of(line: ExportLine) -> bytes | None:
    """A line as a row of the page; None if it is not shown by itself."""
    if isinstance(line, ExportedMessage):
        text = f"{line.text} (edited)" if line.edited_at else line.text
        return _row(line.at, line.nick, text, "me" if line.action else "", line.files)
    if isinstance(line, ExportedEvent):
        return _row(line.at, line.nick, _SENTENCES[line.kind](line), "event", {})
    return None


def _row(at: int, nick: str, text: str, kind: str, beside: dict[str, str]) -> bytes:
    row: list[Any] = [at, _shown(nick), _shown(text), kind]
    return _escaped([*row, beside] if beside else row)


def _escaped(data: Any) -> bytes:
    """JSON that is safe inside a script element."""
    return _UNSAFE.sub(lambda found: _ESCAPES[found[0]], msgspec.json.encode(data).decode()).encode()


def _shown(text: str) -> str:
    return _CONTROLS.sub("", text)


def _because(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _part(name: str) -> str:
    return files("chover.archive").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
