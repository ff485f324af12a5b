"""What the index contains for a message: its words, and markers for the log and the sender."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import is_pair, pair_of
from chover.store import search_terms
from chover.store.search_query import SearchTerms, said
from chover.store.search_terms import Term

# Private-use characters, because no word of a text contains one.
_LOG: Final = "\ue000"
_PRIVATE: Final = "\ue001"
_SENDER: Final = "\ue002"
_ANSWERS: Final = "\ue003"
_ASCII: Final = {code: chr(0xE100 + code) for code in range(128) if not chr(code).isalnum()}


def entry(event: Event, log_no: int, answers: str) -> str:
    """The text of a row in the index. ``answers`` is the id of the author whose message it answers, or empty."""
    marks = of_log(log_no)
    if is_pair(event.log):
        marks += "".join(f" {_PRIVATE}{user}" for user in pair_of(event.log))
    marks += _of_source(event.source.nick, event.source.account)
    if answers:
        marks += f" {_ANSWERS}{answers}"
    return " ".join([*search_terms.words(said(event) or ""), marks])


@lru_cache(maxsize=1024)
def _of_source(nick: str, account: str) -> str:
    names = {search_terms.fold(name) for name in (nick, account) if name}
    return "".join(f" {of_sender(name)}" for name in sorted(names))


def of_log(log_no: int) -> str:
    return f"{_LOG}{log_no}"


def of_sender(name: str) -> str:
    """The marker of a folded name. Characters that the index takes for separators are encoded."""
    return _SENDER + name.translate(_ASCII)


def expression(wanted: SearchTerms, log_nos: Sequence[int] | None) -> str:
    """An FTS5 expression that matches at least everything wanted; empty: everything. None: in any log."""
    asked = [_phrase(term) for term in wanted.terms if not term.without]
    if wanted.sender:
        asked.append(f'"{of_sender(wanted.sender)}"')
    if wanted.query.to:
        calls = [_phrase(Term(name)) for name in wanted.phrases]
        asked.append(_any([*calls, f'"{_ANSWERS}{wanted.query.to}"']))
    if log_nos is not None:
        marks = [of_log(number) for number in log_nos] + [_PRIVATE + user for user in (wanted.scope.user,) if user]
        asked.append(_any([f'"{mark}"' for mark in marks]))
    without = [_phrase(term) for term in wanted.terms if term.without]
    text = " AND ".join(asked)
    return f"({text}) NOT {_any(without)}" if text and without else text


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.goes_on else ""}'


def _any(parts: Sequence[str]) -> str:
    return f"({' OR '.join(parts)})" if len(parts) != 1 else parts[0]
