"""Suggestions for unknown commands."""

from __future__ import annotations

from collections.abc import Sequence


def nearest(word: str, names: Sequence[str]) -> str:
    """The most similar name, otherwise one that begins with the word; "" if there is none.

    Same as in the web client.
    """
    word = word.lower()
    best = min(names, key=lambda name: _distance(word, name), default="")
    if best and _distance(word, best) <= (2 if len(word) > 3 else 1):
        return best
    return next((name for name in names if word and name.startswith(word)), "")


def _distance(one: str, other: str) -> int:
    """The number of letters to change, add or remove (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        after = [at]
        for place, wanted in enumerate(other, 1):
            after.append(min(row[place - 1] + (letter != wanted), row[place] + 1, after[-1] + 1))
        row = after
    return row[-1]
