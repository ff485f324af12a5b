"""Why something failed: a FAIL line for clients that support it, a notice for others.

https://ircv3.net/specs/extensions/standard-replies. A client supports FAIL if it has that capability, or that of the
specification that defines it. For a command that is not listed here, using it is enough.
"""

from __future__ import annotations

from typing import Final, Protocol

from chover.server.delivery.render import Rendered
from chover.wire.capabilities import Cap
from chover.wire.message import format_line, middles

KNOWN_WITH: Final[dict[str, Cap]] = {
    "BATCH": Cap.BATCH | Cap.MULTILINE,
    "CHATHISTORY": Cap.CHATHISTORY,
    "DRAFT": Cap.DRAFTS,
    "EDIT": Cap.EDIT,
    "MARKREAD": Cap.READ_MARKER,
    "PERSISTENCE": Cap.PERSISTENCE,
    "REDACT": Cap.REDACTION,
    "REMIND": Cap.SCHEDULED,
    "SCHEDULE": Cap.SCHEDULED,
    "SCHEDULED": Cap.SCHEDULED,
    "TAGMSG": Cap.MESSAGE_TAGS,
    "UNSCHEDULE": Cap.SCHEDULED,
    "*": Cap.STANDARD_REPLIES,
}
ALWAYS: Final = frozenset({"INVALID_UTF8", "INVALID_CHARACTER", "ACCOUNT_REQUIRED"})
"""Codes for malformed lines (UTF8ONLY), and of draft/ACCOUNTREQUIRED, which have no capability."""


class Addressee(Protocol):
    """The session that a standard reply is for."""

    caps: Cap

    @property
    def nick_or_star(self) -> str: ...
    @property
    def server(self) -> str: ...


def failure(session: Addressee, command: str, code: str, *context: str, text: str) -> Rendered:
    """The line that says why ``command`` has failed; ``*`` for none in particular."""
    cap = KNOWN_WITH.get(command)
    if cap is None or code in ALWAYS or session.caps & (cap | Cap.STANDARD_REPLIES):
        return Rendered("", format_line("FAIL", command, code, *middles([*context, text]), source=session.server))
    about = " ".join([word for word in (command, *context) if word != "*"])
    words = f"{about}: {text}" if about else text
    return Rendered("", format_line("NOTICE", session.nick_or_star, words, source=session.server))
