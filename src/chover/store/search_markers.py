"""Markers beside the words of a message in an index: where it was said, by whom, what it answers, and whom.

A marker begins with a private-use character, so no text contains one as a word.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from chover.engine.events import Event, Said
from chover.engine.ids import LogId, UserId, is_pair, pair_of
from chover.engine.mentions import answered
from chover.store import search_terms

_LOG: Final = "\ue000"
_PRIVATE: Final = "\ue001"
_SENDER: Final = "\ue002"
_ANSWERS: Final = "\ue003"
_REPLIES: Final = "\ue005"
_REPLIER: Final = "\ue006"
_LONGEST: Final = 64
"""Characters of a msgid that count; clients may send any text as one."""
_ASCII: Final = {code: chr(0xE100 + code) for code in range(128) if not chr(code).isalnum()}


def markers(event: Event, log_no: int, answers: str) -> str:
    """All markers of a message, as words. ``answers`` is the id of the user whom it answers, or empty."""
    source, body = event.source, event.body
    if answers or not isinstance(body, Said) or body.tags:
        return " ".join([*of_place(event.log, log_no), *of_message(event, answers)])
    return _of_plain_message(event.log, log_no, source.nick, source.account)


@lru_cache(maxsize=4096)
def _of_plain_message(log: LogId, log_no: int, nick: str, account: str) -> str:
    """The markers of a message that answers nothing."""
    return " ".join([*of_place(log, log_no), *_of_source(nick, account)])


def of_place(log: LogId, log_no: int) -> list[str]:
    """The markers that all messages of a log have."""
    found = [of_log(log_no)]
    if is_pair(log):
        found += map(of_private, pair_of(log))
    return found


def of_message(event: Event, answers: str) -> list[str]:
    """The markers of a message but for those of its log."""
    found = [*_of_source(event.source.nick, event.source.account)]
    if answers:
        found.append(of_answered(answers))
    if isinstance(event.body, Said) and (msgid := answered(event.body.tags)):
        found += of_reply_to(msgid), of_replier(event.source.id)
    return found


@lru_cache(maxsize=1024)
def _of_source(nick: str, account: str) -> tuple[str, ...]:
    names = {search_terms.fold(name) for name in (nick, account) if name}
    return tuple(of_sender(name) for name in sorted(names))


def of_log(log_no: int) -> str:
    return f"{_LOG}{log_no}"


def of_private(user: UserId) -> str:
    """The marker of messages in private conversations of a user."""
    return f"{_PRIVATE}{user}"


def of_answered(user: str) -> str:
    """The marker of messages that answer one of a user."""
    return f"{_ANSWERS}{user}"


def of_reply_to(msgid: str) -> str:
    """The marker of replies to a message."""
    return _REPLIES + msgid[:_LONGEST].translate(_ASCII)


def of_replier(user: str) -> str:
    """The marker of replies that a user has written."""
    return f"{_REPLIER}{user}"


def of_sender(name: str) -> str:
    """The marker of a folded name. Characters that an index takes for separators are encoded."""
    return _SENDER + name.translate(_ASCII)
