"""What stands in the index for a message: its words, and marks for where and by whom it was said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from chover.engine import mentions
from chover.engine.events import Event, Said
from chover.engine.ids import LogId, UserId, is_pair, pair_of
from chover.ports.search import Query, Scope
from chover.store import search_terms
from chover.store.search_terms import Term

# Private-use characters: no word of a text has one.
_LOG: Final = "\ue000"
_PRIVATE: Final = "\ue001"
_SENDER: Final = "\ue002"
_ANSWERS: Final = "\ue003"
_ASCII: Final = {code: chr(0xE100 + code) for code in range(128) if not chr(code).isalnum()}


def said(event: Event) -> str | None:
    """What of an event can be searched for; None for nothing. What is for some ranks only is no history."""
    body = event.body
    return (search_terms.spoken(body.text) or None) if isinstance(body, Said) and not body.rank else None


def answered(event: Event) -> str:
    """The msgid that a message answers, or empty."""
    body = event.body
    return mentions.answered(body.tags) if isinstance(body, Said) else ""


def entry(event: Event, log_no: int, answers: str) -> str:
    """The text of a row of the index; ``answers`` is the id of whom it answers, or empty."""
    marks = [of_log(log_no)]
    if is_pair(event.log):
        marks += [_PRIVATE + user for user in pair_of(event.log)]
    names = {search_terms.fold(name) for name in (event.source.nick, event.source.account) if name}
    marks += [of_sender(name) for name in sorted(names)]
    if answers:
        marks.append(_ANSWERS + answers)
    return " ".join([*search_terms.words(said(event) or ""), *marks])


def of_log(log_no: int) -> str:
    return f"{_LOG}{log_no}"


def of_sender(name: str) -> str:
    """The mark of a folded name: what the index would take for a gap is written otherwise."""
    return _SENDER + name.translate(_ASCII)


class SearchTerms:
    """A query, made ready to be asked of the index and of a message."""

    def __init__(self, query: Query, scope: Scope) -> None:
        self.query = query
        self.scope = scope
        self._terms = search_terms.terms(query.text)
        self._names = [phrase for name in query.names if (phrase := search_terms.phrase(name))]
        self._own = mentions.matcher(tuple(query.names))
        self._sender = search_terms.fold(query.sender)
        self.hopeless = bool(query.text.strip()) and not self._terms
        """Whether it has a text without any word, which is in no message."""

    def expression(self, log_nos: Sequence[int] | None) -> str:
        """What the index is asked (FTS5), at least all that fits; empty: everything. None: in whatever log."""
        asked = [_phrase(term) for term in self._terms if not term.without]
        if self._sender:
            asked.append(f'"{of_sender(self._sender)}"')
        if self.query.to:
            calls = [_phrase(Term(name)) for name in self._names]
            asked.append(_any([*calls, f'"{_ANSWERS}{self.query.to}"']))
        if log_nos is not None:
            marks = [of_log(number) for number in log_nos] + [_PRIVATE + user for user in (self.scope.user,) if user]
            asked.append(_any([f'"{mark}"' for mark in marks]))
        without = [_phrase(term) for term in self._terms if term.without]
        text = " AND ".join(asked)
        return f"({text}) NOT {_any(without)}" if text and without else text

    def readable(self, log: LogId, seq: int) -> bool:
        first = self.scope.logs.get(log)
        if first is not None:
            return seq >= first
        return bool(self.scope.user) and is_pair(log) and self.scope.user in pair_of(log)

    def fits(self, event: Event, answers: UserId) -> bool:
        """Whether a message is what is asked for. ``answers`` is whom it answers, asked only where it matters."""
        query, text = self.query, said(event)
        if text is None or self.hopeless or event.at < query.after or (query.before and event.at > query.before):
            return False
        if self._sender and self._sender not in {
            search_terms.fold(event.source.nick),
            search_terms.fold(event.source.account),
        }:
            return False
        if not (self._terms or query.to):
            return True
        if query.to and not self._calls(event, text, answers=answers == query.to):
            return False
        return search_terms.matches(search_terms.words(text), self._terms)

    def _calls(self, event: Event, text: str, *, answers: bool) -> bool:
        """Whether it mentions those who ask, and is not their own."""
        return event.source.id != self.query.to and (answers or mentions.mentions(mentions.folded(text), self._own))


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.goes_on else ""}'


def _any(parts: Sequence[str]) -> str:
    return f"({' OR '.join(parts)})" if len(parts) != 1 else parts[0]
