"""What the index contains for a message (a tsvector), and what it is asked (a tsquery)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Final

from chover.engine.events import Event
from chover.store import search_markers, search_terms
from chover.store.search_query import SearchTerms, said
from chover.store.search_terms import Term

SPAN: Final = 16_384
"""Entries that share the marker of a span, so that a search can begin with the newest or the oldest."""

_SPAN: Final = "\ue004"
_PLACES: Final = 255
"""PostgreSQL keeps so many places of a word in one text …"""
_LAST_PLACE: Final = 16_383
"""… and places up to this one."""
_AT: Final = [f":{place} " for place in range(1, _PLACES + 1)]


def vector(event: Event, number: int, log_no: int, answers: str) -> str:
    """The tsvector of the entry with that number. ``answers`` is the id of the author whom it answers, or empty."""
    text = said(event) or ""
    found = search_terms.words(text)
    markers = "' '".join(search_markers.markers(event, log_no, answers))
    if text.isascii() and len(found) <= _PLACES:
        # PostgreSQL brings the places of a word together itself, and letters and digits need no quotes.
        words = "".join(chain.from_iterable(zip(found, _AT, strict=False)))
    else:
        words = _placed(found)
    return f"{words}'{markers}' '{_SPAN}{number // SPAN}'"


def _placed(found: Iterable[str]) -> str:
    places: dict[str, list[str]] = {}
    for place, word in enumerate(found, 1):
        places.setdefault(word, []).append(str(min(place, _LAST_PLACE)))
    return "".join([f"'{word}':{','.join(at[:_PLACES])} " for word, at in places.items()])


def expression(wanted: SearchTerms, log_nos: Sequence[int] | None) -> str:
    """A tsquery that matches at least everything wanted; empty: everything. None: in any log."""
    asked = [_phrase(term) for term in wanted.terms]
    if wanted.sender:
        asked.append(f"'{search_markers.of_sender(wanted.sender)}'")
    if wanted.query.to:
        names = [_phrase(Term(name)) for name in wanted.phrases]
        asked.append(any_of([*names, f"'{search_markers.of_answered(wanted.query.to)}'"]))
    asked += [any_of(f"'{mark}'" for mark in marks) for marks in (wanted.replies, wanted.threads) if marks]
    if log_nos is not None:
        asked.append(any_of([*(f"'{search_markers.of_log(number)}'" for number in log_nos), *private(wanted)]))
    return all_of(asked)


def private(wanted: SearchTerms) -> list[str]:
    """Matches the private conversations that are searched, if any."""
    return [f"'{search_markers.of_private(wanted.scope.user)}'"] if wanted.scope.user else []


def in_spans(first: int, last: int) -> str:
    """Matches the entries of the spans from the first to the last."""
    return any_of([f"'{_SPAN}{span}'" for span in range(first, last + 1)])


def any_of(parts: Iterable[str]) -> str:
    return f"({' | '.join(parts)})"


def all_of(parts: Iterable[str]) -> str:
    return " & ".join(filter(None, parts))


def _phrase(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    if term.goes_on:
        words[-1] += ":*"
    return ("!" if term.without else "") + f"({' <-> '.join(words)})"
