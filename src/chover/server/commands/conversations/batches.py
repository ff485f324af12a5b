"""BATCH from a client (https://ircv3.net/specs/extensions/client-batch): the frame of a multi-line message."""

from __future__ import annotations

import re
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Final

from chover.server.commands.conversations.drafts import draft
from chover.server.commands.conversations.edits import edit
from chover.server.commands.conversations.messages import say_lines
from chover.server.commands.conversations.scheduling import schedule
from chover.server.delivery.replies import Replies
from chover.server.session.command import Command
from chover.server.session.multiline import Broken, MultilineInput, begin, end, give_up, invalid
from chover.wire.capabilities import Cap
from chover.wire.message import Message

if TYPE_CHECKING:
    from chover.server.session.session import Session

MULTILINE: Final = "draft/multiline"
_NAME: Final = re.compile(r"[A-Za-z0-9\-]{1,64}")


def batch(session: Session, message: Message) -> Awaitable[None] | None:
    sign, name = message.params[0][:1], message.params[0][1:]
    if sign == "-":
        return _close(session, name)
    _open(session, sign, name, message)
    return None


def _open(session: Session, sign: str, name: str, message: Message) -> None:
    if session.gathering is not None and not session.gathering.broken:
        give_up(session, session.gathering, invalid("A batch is open; close it before the next"))
        return
    end(session)
    label, session.replies = session.label, None
    gathering = MultilineInput(name, message, label)
    begin(session, gathering)
    fault = _fault(session, sign, name, message.params)
    if fault is not None:
        give_up(session, gathering, fault)


def _fault(session: Session, sign: str, name: str, params: list[str]) -> Broken | None:
    """What is wrong with the opening of a batch."""
    if sign != "+" or not _NAME.fullmatch(name):
        return Broken("INVALID_REFTAG", name or "*", text="A reference is + and 1 to 64 of A-Z a-z 0-9 -")
    kind = params[1] if len(params) > 1 else "*"
    if kind != MULTILINE or Cap.MULTILINE not in session.caps or Cap.BATCH not in session.caps:
        return Broken(
            "UNKNOWN_TYPE", name, kind, text=f"The only known type is {MULTILINE}, with its capability and batch"
        )
    if len(params) < 3:
        return invalid(f"Expected: BATCH +<reference> {MULTILINE} <target>")
    return None


def _close(session: Session, name: str) -> Awaitable[None] | None:
    gathering = session.gathering
    if gathering is None:
        session.fail("BATCH", "MULTILINE_INVALID", text="No such batch is open")
        return None
    if not gathering.broken:
        fault = invalid("Another batch is open") if name != gathering.name else _emptiness(gathering)
        if fault is not None:
            give_up(session, gathering, fault)
    end(session)
    if gathering.broken:
        return None
    # The message is the answer to the opening, so it has the opening's label.
    session.label = gathering.label
    session.replies = Replies(gathering.label, session.node.name) if gathering.label else None
    params = [gathering.target, *gathering.about, gathering.text]
    message = Message(gathering.command, params, tags=gathering.opening.tags)
    whole = _WHOLE.get(message.command)
    return whole(session, message) if whole is not None else say_lines(session, message, gathering.joints)


_WHOLE: Final = {"EDIT": edit, "DRAFT": draft, "SCHEDULE": schedule}
"""Commands that take the lines as one text, wherever it was split."""


def _emptiness(gathering: MultilineInput) -> Broken | None:
    return None if gathering.text.strip("\n") else invalid("Invalid multiline batch with blank lines only")


ROWS: Final = (
    Command(
        "BATCH",
        batch,
        "BATCH +<reference> draft/multiline <target> | -<reference>",
        "groups several lines into one message",
        1,
    ),
)
