"""Checks of a line before its handler runs, and answers to bad lines."""

from __future__ import annotations

import re
from typing import Any, Final, Protocol

from chover.engine.model import User
from chover.server.session.command import Command
from chover.server.session.input_queue import InputQueue
from chover.wire.message import Message, ProtocolError, unescape
from chover.wire.numerics import Err


class Checked(Protocol):
    """A session, as far as its lines are checked."""

    user: User | None
    lines: InputQueue

    def reply(self, numeric: Err, *params: str) -> None: ...
    def fail(self, command: str, code: str, *context: str, text: str) -> None: ...


def garbled(session: Checked, raw: bytes, error: ProtocolError) -> None:
    """Answer a malformed line, which is the peer's fault."""
    if error.code == "INPUT_TOO_LONG":
        session.reply(Err.INPUTTOOLONG, str(error))
    else:
        session.fail(_command(raw), error.code, text=str(error))


_LABEL: Final = re.compile(rb" *@(?:[^ ]*;)?label=([^; ]*)")


def label(raw: bytes) -> str:
    """The label of a line that cannot be read; empty for none, or if it is not UTF-8 itself.

    https://ircv3.net/specs/extensions/labeled-response
    """
    found = _LABEL.match(raw)
    try:
        return unescape(found[1].decode()).replace("\0", "") if found else ""
    except UnicodeDecodeError:
        return ""


_COMMAND: Final = re.compile(rb"(?:@[^ ]* +)?(?::[^ ]* +)?([A-Za-z0-9]{1,32})(?: |$)")


def _command(raw: bytes) -> str:
    """The command of a line that cannot be read (https://ircv3.net/specs/extensions/utf8-only); * if there is none."""
    found = _COMMAND.match(raw)
    return found[1].decode().upper() if found else "*"


def unknown(session: Checked, command: str) -> None:
    if session.user is None:
        session.reply(Err.NOTREGISTERED, "You have not registered; send NICK and USER first")
    else:
        session.reply(Err.UNKNOWNCOMMAND, command, "Unknown command; HELP lists all commands")


def fits(session: Checked, message: Message, command: Command[Any]) -> bool:
    """The checks that the table declares; answers the first that fails."""
    if session.user is None and not (command.before or (command.unless is not None and command.unless(message))):
        session.reply(Err.NOTREGISTERED, "You have not registered; send NICK and USER first")
    elif len(message.params) < command.least:
        session.reply(Err.NEEDMOREPARAMS, command.name, f"Not enough parameters; usage: {command.usage}")
    else:
        return True
    return False
