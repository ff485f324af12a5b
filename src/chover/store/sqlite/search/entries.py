"""What the index contains for a message: its words, and markers for the log and the sender."""

from __future__ import annotations

from collections.abc import Sequence

from chover.engine.events import Event
from chover.store import search_markers, search_terms
from chover.store.search_query import SearchTerms
from chover.store.search_terms import Term


def entry(event: Event, text: str, log_no: int, answers: str) -> str:
    """The text of a row in the index. ``text`` is what the message says, see ``search_query.said``.

    ``answers`` is the id of the author whose message it answers, or empty.
    """
    # The tokenizer of the index, which is C, makes the same words of a plain text.
    words = text if search_terms.plain(text) else " ".join(search_terms.words(text))
    return f"{words} {search_markers.markers(event, log_no, answers)}"


def expression(wanted: SearchTerms, log_nos: Sequence[int] | None) -> str:
    """An FTS5 expression that matches at least everything wanted; empty: everything. None: in any log."""
    asked = [_phrase(term) for term in wanted.terms if not term.without]
    if wanted.sender:
        asked.append(f'"{search_markers.of_sender(wanted.sender)}"')
    if wanted.query.to:
        calls = [_phrase(Term(name)) for name in wanted.phrases]
        asked.append(_any([*calls, f'"{search_markers.of_answered(wanted.query.to)}"']))
    asked += [_any([f'"{mark}"' for mark in marks]) for marks in (wanted.replies, wanted.threads) if marks]
    if log_nos is not None:
        marks = [search_markers.of_log(number) for number in log_nos]
        if wanted.scope.user:
            marks.append(search_markers.of_private(wanted.scope.user))
        asked.append(_any([f'"{mark}"' for mark in marks]))
    without = [_phrase(term) for term in wanted.terms if term.without]
    text = " AND ".join(asked)
    return f"({text}) NOT {_any(without)}" if text and without else text


def _phrase(term: Term) -> str:
    return f'"{" ".join(term.words)}"{" *" if term.goes_on else ""}'


def _any(parts: Sequence[str]) -> str:
    return f"({' OR '.join(parts)})" if len(parts) != 1 else parts[0]
