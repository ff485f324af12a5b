import sqlite3
from contextlib import closing

import pytest

from chover.store.sqlite.log import batches

PUT = "INSERT INTO t SELECT * FROM (VALUES {rows}) WHERE column1 IS NOT NULL"


@pytest.fixture
def db():
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as opened:
        opened.execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b)")
        yield opened


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 100, batches.ROWS - 1, batches.ROWS, batches.ROWS + 1, 3 * batches.ROWS])
def test_every_row_is_put_once_however_many_they_are(db, rows):
    steps = batches.statements(PUT, 2, [value for row in range(rows) for value in (row, None)])
    batches.run(db, steps)
    assert db.execute("SELECT a, b FROM t ORDER BY a").fetchall() == [(row, None) for row in range(rows)]
    assert len(steps) == -(-rows // batches.ROWS)


def test_a_handful_of_statements_serves_any_number_of_rows():
    texts = {sql for rows in range(1, 1025) for sql, _ in batches.statements(PUT, 2, [0] * (2 * rows))}
    assert len(texts) == 11


def test_steps_are_one_transaction(db):
    with pytest.raises(sqlite3.IntegrityError):
        batches.run(db, [("INSERT INTO t VALUES (1, 1)", ()), ("INSERT INTO t VALUES (1, 2)", ())])
    db.rollback()
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_steps_within_a_transaction_leave_its_end_to_others(db):
    db.execute("BEGIN")
    batches.run(db, [("INSERT INTO t VALUES (1, 1)", ()), ("INSERT INTO t VALUES (2, 2)", ())])
    assert db.in_transaction
    db.rollback()
    assert db.execute("SELECT count(*) FROM t").fetchone() == (0,)
