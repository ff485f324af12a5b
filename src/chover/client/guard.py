"""Detects passwords that are about to be sent to a conversation, and stops them."""

from __future__ import annotations

import re
from typing import Final

from chover.i18n import N_

SERVICES: Final = frozenset({"nickserv", "chanserv", "ns", "cs", "authserv", "q", "x", "userserv"})
_SERVICE: Final = r"(?:nick|chan|auth|user)serv|ns|cs"
_VERBS: Final = r"identify|ident|id|register|login|ghost|regain|recover|release|drop|set\s+pass\w*|resetpass\w*|auth"
_PATTERNS: Final = (
    # Typical mistakes: with NickServ in front, "msg" before that, or a dot, slash or colon.
    re.compile(
        rf"^\W*(?:(?:msg|m|query|privmsg|squery)\s+)?(?:{_SERVICE})(?:@\S+)?\W*\s+:?(?:{_VERBS})\b", re.IGNORECASE
    ),
    re.compile(rf"^\W*(?:msg|privmsg|squery)\s+(?:{_SERVICE})\b", re.IGNORECASE),
    # One or two words follow: the password, or a name and the password.
    re.compile(r"^\W*identify\s+\S+(?:\s+\S+)?\s*$", re.IGNORECASE),
    re.compile(r"^\W*(?:pass|authenticate|oper)\s+:?\S+(?:\s+\S+)?\s*$", re.IGNORECASE),
)
_WEAK: Final = re.compile(
    r"^\W*(?:login|auth|register|ghost|regain|password|passwd)\b:?\s+(?:\S+\s+)?(\S+)\s*$", re.IGNORECASE
)
SHORTEST: Final = 6
"""From this length, our own password is searched for in text."""


STOPPED: Final = N_("That looks like a password: it was not sent. /login and /register hide what you type.")


def looks_like_a_password(text: str, own: str = "") -> bool:
    """Whether a line reads like a login, or contains ``own``, the password that we connected with."""
    if len(own) >= SHORTEST and own in text:
        return True
    return any(_suspicious(line) for line in text.split("\n"))


def _suspicious(line: str) -> bool:
    if any(pattern.match(line) for pattern in _PATTERNS):
        return True
    weak = _WEAK.match(line)
    return weak is not None and _secret(weak[1])


def _secret(word: str) -> bool:
    """A word that people do not say: letters with digits or symbols in them."""
    body = word.strip(".,;:!?")
    return len(body) >= SHORTEST and any(char.isalpha() for char in body) and any(not char.isalpha() for char in body)
