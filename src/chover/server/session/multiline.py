"""A multi-line message being received: what a client's batch has brought so far.

https://ircv3.net/specs/extensions/client-batch and https://ircv3.net/specs/extensions/multiline
"""

from __future__ import annotations

import asyncio
from typing import Final, Protocol

from chover.server.delivery.replies import Replies
from chover.wire.capabilities import MULTILINE_BYTES, MULTILINE_LINES, Cap
from chover.wire.message import Message

CONCAT: Final = "draft/multiline-concat"
OPEN_SECONDS: Final = 60.0
"""A batch that is not closed by then is given up."""
_TEXT: Final = {"PRIVMSG": 1, "NOTICE": 1, "EDIT": 2, "DRAFT": 2, "SCHEDULE": 2}
"""The commands allowed in a batch, and the position of the text in their parameters."""
_BETWEEN: Final = frozenset({"BATCH", "PING", "PONG", "QUIT"})
"""Commands that may be sent while a batch is open without belonging to it."""


class Broken(Exception):
    """Why a batch cannot become a message: the code of its FAIL line, its context, its text."""

    def __init__(self, code: str, *context: str, text: str) -> None:
        super().__init__(text)
        self.code, self.context, self.text = code, context, text


def invalid(text: str) -> Broken:
    return Broken("MULTILINE_INVALID", text=text)


class MultilineInput:
    """An open batch. ``opening`` is its BATCH line, whose label the answer will have.

    A ``broken`` one has been answered; further lines of it are ignored until it is closed.
    """

    __slots__ = (
        "_bytes",
        "_lines",
        "about",
        "broken",
        "command",
        "joints",
        "label",
        "name",
        "opening",
        "overdue",
        "text",
    )

    def __init__(self, name: str, opening: Message, label: str) -> None:
        self.name = name
        self.opening = opening
        self.label = label
        self.command = ""
        self.about: list[str] = []
        """For an edit: the msgid of the edited message; for SCHEDULE: the time."""
        self.text = ""
        self.joints: tuple[int, ...] = ()
        self.broken = False
        self.overdue: asyncio.TimerHandle | None = None
        self._lines = 0
        self._bytes = 0

    @property
    def target(self) -> str:
        return self.opening.params[2]

    def add(self, message: Message) -> None:
        """Add a line. Raises Broken."""
        self._require_fitting(message)
        concat, line = CONCAT in message.tags, message.params[_TEXT[message.command]]
        if concat and not line:
            raise invalid("A blank line cannot continue another; leave out the concat tag")
        between = "\n" if self._lines and not concat else ""
        self._count(len(between) + len(line.encode()))
        if concat and self._lines > 1:
            self.joints += (len(self.text),)
        self.text += between + line
        self.command, self.about = message.command, message.params[1 : _TEXT[message.command]]

    def _require_fitting(self, message: Message) -> None:
        command, params = message.command, message.params
        if command not in _TEXT or self.command not in {"", command}:
            raise invalid("A multiline batch contains only PRIVMSG lines, or only NOTICE, EDIT, DRAFT, or SCHEDULE")
        if len(params) <= _TEXT[command]:
            raise invalid(
                "A line of a multiline batch has a target and a text; in EDIT and DRAFT a msgid is between them,"
                " in SCHEDULE a time"
            )
        if self.command and params[1 : _TEXT[command]] != self.about:
            raise invalid("All lines must be about the same message, or for the same time")
        if params[0].casefold() != self.target.casefold():
            raise Broken("MULTILINE_INVALID_TARGET", self.target, params[0], text="Invalid multiline target")

    def _count(self, more: int) -> None:
        self._lines += 1
        self._bytes += more
        if self._bytes > MULTILINE_BYTES:
            raise Broken("MULTILINE_MAX_BYTES", str(MULTILINE_BYTES), text="Multiline batch max-bytes exceeded")
        if self._lines > MULTILINE_LINES:
            raise Broken("MULTILINE_MAX_LINES", str(MULTILINE_LINES), text="Multiline batch max-lines exceeded")


class MultilineSession(Protocol):
    """A session, as far as it sends batches."""

    caps: Cap
    ending: str
    gathering: MultilineInput | None
    replies: Replies | None

    @property
    def server(self) -> str: ...
    def fail(self, command: str, code: str, *context: str, text: str) -> None: ...
    def answer_under_label(self, after: Replies | None) -> None: ...


def gather(session: MultilineSession, message: Message) -> bool:
    """Process a line that belongs to a batch; called for lines with tags, and for all while one is open.

    Returns whether it belonged to one.
    """
    gathering, name = session.gathering, message.tags.get("batch")
    if gathering is None:
        return name is not None and _stray(session, message)
    if gathering.broken:
        return name is not None
    if name is None and message.command in _BETWEEN:
        return False
    try:
        if name != gathering.name:
            raise invalid("While a batch is open, only its own lines may be sent")
        gathering.add(message)
    except Broken as fault:
        give_up(session, gathering, fault)
    return name is not None


def _stray(session: MultilineSession, message: Message) -> bool:
    if Cap.MULTILINE not in session.caps:
        return False
    label = message.tags.get("label", "") if Cap.LABELED_RESPONSE in session.caps else ""
    _answer(session, label, invalid("No such batch is open"))
    return True


def begin(session: MultilineSession, gathering: MultilineInput) -> None:
    """From now on its lines are collected."""
    session.gathering = gathering
    gathering.overdue = asyncio.get_running_loop().call_later(OPEN_SECONDS, _overdue, session, gathering)


def end(session: MultilineSession) -> None:
    """No batch is open any more."""
    gathering, session.gathering = session.gathering, None
    if gathering is not None and gathering.overdue is not None:
        gathering.overdue.cancel()


def give_up(session: MultilineSession, gathering: MultilineInput, fault: Broken) -> None:
    """Answer under the label of the opening line, and ignore the rest of the batch."""
    gathering.broken = True
    gathering.text = ""
    _answer(session, gathering.label, fault)


def _answer(session: MultilineSession, label: str, fault: Broken) -> None:
    before = session.replies
    session.replies = Replies(label, session.server) if label else before
    session.fail("BATCH", fault.code, *fault.context, text=fault.text)
    if label:
        session.answer_under_label(before)


def _overdue(session: MultilineSession, gathering: MultilineInput) -> None:
    if session.gathering is gathering and not gathering.broken and not session.ending:
        give_up(session, gathering, Broken("TIMEOUT", gathering.name, text="The batch was left open for too long"))
