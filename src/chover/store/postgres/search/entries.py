"""What the index contains for a block of messages (a tsvector), and what it is asked (a tsquery).

A word has the places of its messages in the block as its positions, so that ``a <0> b`` means: in one message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from chover.engine.events import Event
from chover.engine.ids import LogId
from chover.store import search_markers, search_terms
from chover.store.search_query import SearchTerms, said
from chover.store.search_terms import Term

SPAN: Final = 1024
"""Blocks that share the marker of a span, so that a search can begin with the newest or the oldest."""

_SPAN: Final = "\ue004"
_TOGETHER: Final = " <0> "


def vector(messages: Sequence[tuple[Event, str]], log_no: int, number: int) -> str:
    """The tsvector of the block with that number: messages of one log, each with the author whom it answers, or ''."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    for place, (event, answers) in enumerate(messages, 1):
        at = str(place)
        for word in {*search_terms.words(said(event) or ""), *search_markers.of_message(event, answers)}:
            places[word].append(at)
    # Words have no quotes and no backslashes. Each is there once: PostgreSQL would sort them all to find out.
    parts = [f"'{word}':{','.join(found)}" for word, found in places.items()]
    log = LogId(messages[0][0].log)
    parts += [f"'{marker}'" for marker in (*search_markers.of_place(log, log_no), f"{_SPAN}{number // SPAN}")]
    return " ".join(parts)


def expression(wanted: SearchTerms, log_nos: Sequence[int] | None) -> str:
    """A tsquery that matches at least every block with a message that is wanted; empty: all. None: in any log."""
    asked = [_words(term) for term in wanted.terms if not term.without]
    if wanted.sender:
        asked.append(f"'{search_markers.of_sender(wanted.sender)}'")
    if wanted.query.to:
        names = [_words(Term(name)) for name in wanted.phrases]
        asked.append(any_of([*names, f"'{search_markers.of_answered(wanted.query.to)}'"]))
    asked += [any_of(f"'{mark}'" for mark in marks) for marks in (wanted.replies, wanted.threads) if marks]
    places = []
    if log_nos is not None:
        places = [any_of([*(f"'{search_markers.of_log(number)}'" for number in log_nos), *private(wanted)])]
    return all_of([f"({_TOGETHER.join(asked)})" if asked else "", *places])


def private(wanted: SearchTerms) -> list[str]:
    """Matches the private conversations that are searched, if any."""
    return [f"'{search_markers.of_private(wanted.scope.user)}'"] if wanted.scope.user else []


def in_spans(first: int, last: int) -> str:
    """Matches the blocks of the spans from the first to the last."""
    return any_of([f"'{_SPAN}{span}'" for span in range(first, last + 1)])


def any_of(parts: Iterable[str]) -> str:
    return f"({' | '.join(parts)})"


def all_of(parts: Iterable[str]) -> str:
    return " & ".join(filter(None, parts))


def sure_word(wanted: SearchTerms) -> str:
    """The longest word of ASCII that stands, in either case, in every plain message that is wanted; empty: none."""
    words = [word for term in wanted.terms if not term.without for word in term.words if word.isascii()]
    return max(words, key=len, default="")


def _words(term: Term) -> str:
    """Matches messages with these words, in whatever order: which it is, is seen in the log."""
    words = [f"'{word}'" for word in term.words]
    if term.goes_on:
        words[-1] += ":*"
    return f"({_TOGETHER.join(words)})"
