"""What was meant by a word that is no command."""

from __future__ import annotations

from collections.abc import Sequence


def nearest(word: str, names: Sequence[str]) -> str:
    """The name nearest by letters, else one that begins with the word; "" if none is near. As the web client's."""
    word = word.lower()
    best = min(names, key=lambda name: _distance(word, name), default="")
    if best and _distance(word, best) <= (2 if len(word) > 3 else 1):
        return best
    return next((name for name in names if word and name.startswith(word)), "")


def _distance(one: str, other: str) -> int:
    """Letters to change, add or take away (Levenshtein)."""
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        after = [at]
        for place, wanted in enumerate(other, 1):
            after.append(min(row[place - 1] + (letter != wanted), row[place] + 1, after[-1] + 1))
        row = after
    return row[-1]
