"""What a search asks for, and which messages match it: the same for every storage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from chover.engine import mentions
from chover.engine.events import Event, Said
from chover.engine.ids import NOBODY, LogId, UserId, is_pair, pair_of
from chover.ports.search import Query, Scope
from chover.store import search_markers, search_terms


def said(event: Event) -> str | None:
    """The searchable text of an event; None if there is none.

    Messages to some ranks only are not part of the history.
    """
    body = event.body
    return (search_terms.spoken(body.text) or None) if isinstance(body, Said) and not body.rank else None


def answered(event: Event) -> str:
    """The msgid that a message answers, or empty."""
    body = event.body
    return mentions.answered(body.tags) if isinstance(body, Said) else ""


def nearest(found: Iterable[Event], limit: int, *, oldest: bool) -> list[Event]:
    """The newest of these messages, or the oldest; in ascending order of time."""
    ordered = sorted(found, key=lambda event: (event.at, event.log, event.seq))
    return ordered[:limit] if oldest else ordered[max(len(ordered) - limit, 0) :]


class SearchTerms:
    """A query, prepared for an index and for single messages."""

    def __init__(self, query: Query, scope: Scope) -> None:
        self.query = query
        self.scope = scope
        self.terms = search_terms.terms(query.text)
        self.phrases = [phrase for name in query.names if (phrase := search_terms.phrase(name))]
        self._own = mentions.matcher(tuple(query.names))
        self.sender = search_terms.fold(query.sender)
        self.hopeless = bool(query.text.strip()) and not self.terms
        """Whether it has a text without any word, which no message matches."""
        self.replies = [*map(search_markers.of_reply_to, query.replies_to)]
        """Markers of which a message has one, if there are any; ``threads`` likewise."""
        user = query.in_threads_of
        self.threads = [search_markers.of_replier(user), search_markers.of_answered(user)] if user else []
        self.needs_authors = bool(query.to or user)
        """Whether the authors of the messages that are answered have to be known."""
        self.marked = bool(self.sender or query.to or self.replies or self.threads)
        """Whether it asks for a marker besides those of logs."""
        self.positive = self.marked or any(not term.without for term in self.terms)
        """Whether it asks for something that is in a message, wherever that was said."""

    def readable(self, log: LogId, seq: int) -> bool:
        first = self.scope.logs.get(log)
        if first is not None:
            return seq >= first
        return bool(self.scope.user) and is_pair(log) and self.scope.user in pair_of(log)

    def fitting(self, events: Iterable[Event], authors: Mapping[tuple[LogId, str], UserId]) -> list[Event]:
        """Those of the messages that match. ``authors``: by log and msgid, of the messages that these answer."""
        return [event for event in events if self.fits(event, authors.get((event.log, answered(event)), NOBODY))]

    def fits(self, event: Event, answers: UserId) -> bool:
        """Whether a message matches.

        ``answers`` returns the author of the message it answers; called only if needed.
        """
        query, text = self.query, said(event)
        if text is None or self.hopeless or event.at < query.after or (query.before and event.at > query.before):
            return False
        if self.sender and self.sender not in {
            search_terms.fold(event.source.nick),
            search_terms.fold(event.source.account),
        }:
            return False
        if (query.replies_to or query.in_threads_of) and not self._replies(event, answers):
            return False
        if not (self.terms or query.to):
            return True
        if query.to and not self._calls(event, text, answers=answers == query.to):
            return False
        return search_terms.matches(search_terms.words(text), self.terms)

    def _replies(self, event: Event, answers: UserId) -> bool:
        query, msgid = self.query, answered(event)
        if not msgid or (query.replies_to and msgid not in query.replies_to):
            return False
        return not query.in_threads_of or query.in_threads_of in {event.source.id, answers}

    def _calls(self, event: Event, text: str, *, answers: bool) -> bool:
        """Whether it mentions the person who searches, and is not their own."""
        return event.source.id != self.query.to and (answers or mentions.mentions(mentions.folded(text), self._own))
