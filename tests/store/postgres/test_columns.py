"""Rows as parameters of a statement, as PostgreSQL takes them apart."""

import pytest

from chover.store.postgres.columns import Inseparable, columns, taken_apart

SQL = f"SELECT * FROM unnest({taken_apart('text', 'bigint', 'text')}) AS one (name, number, note)"


@pytest.mark.parametrize(
    "rows",
    [
        [("one", 1, None), ("two", -2, "a, 'b' {c} \\ \"d\""), ("drei", 2**62, None), ("四\n", 0, "NULL")],
        [("alone", 1, None)],
    ],
    ids=["several rows", "a single row"],
)
async def test_what_was_given_comes_out_again(connections, rows):
    assert [tuple(row) for row in await connections.fetch(SQL, *columns(rows))] == rows


async def test_an_empty_text_is_null(connections):
    found = await connections.fetch(SQL, *columns([("one", 1, ""), ("two", 2, "kept")]))
    assert [row["note"] for row in found] == [None, "kept"]


def test_a_value_with_the_character_between_values_is_refused():
    with pytest.raises(Inseparable):
        columns([("one", 1, None), ("t\x1fwo", 2, None)])
