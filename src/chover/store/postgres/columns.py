"""Many rows as parameters of one statement: a string for each column, which PostgreSQL takes apart.

asyncpg examines every element of an array before it writes it; a string costs a third of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

_BETWEEN: Final = "\x1f"


class Inseparable(ValueError):
    """A value contains the character that stands between values."""


def taken_apart(*types: str) -> str:
    """SQL of the arguments of ``unnest`` for the first parameters of a statement, of these types."""
    return ", ".join(_array(place, kind) for place, kind in enumerate(types, 1))


def _array(place: int, kind: str) -> str:
    # A column of a single NULL is an empty array, which unnest fills up with NULL.
    texts = f"string_to_array(${place}::text, chr({ord(_BETWEEN)}), '')"
    return texts if kind == "text" else f"{texts}::{kind}[]"


def columns(rows: Iterable[Sequence[object]]) -> list[str]:
    """The parameters for one row or more. None and an empty text are NULL, but not in all columns of a single row.

    Raises Inseparable.
    """
    return [_joined(column) for column in zip(*rows, strict=True)]


def _joined(column: Sequence[object]) -> str:
    joined = _BETWEEN.join(["" if value is None else str(value) for value in column])
    if joined.count(_BETWEEN) != len(column) - 1:
        raise Inseparable
    return joined
