"""A data directory with something in every table, and all rows of both kinds of database."""

import sqlite3
from contextlib import closing

import asyncpg
from tests.store.making import ALICE, BOB, MILK, PAIR, event, keep, opening, outcome, said

from chover.engine.events import Edited, Redacted
from chover.store.migration.tables import CHANNELS, EVENTS, LOGS, META, OWN_META, TABLES
from chover.store.sqlite import database
from chover.store.sqlite.log import places
from chover.store.sqlite.store import SqliteStore

BY_EVENTS = {META, LOGS, EVENTS, CHANNELS}
ROWS = 12
DAY = 86_400_000


async def fill(directory, messages=40):
    """What people do fills the logs; the rest is made up: some rows in each table, with odd characters."""
    store = SqliteStore.open(directory, durability="process")
    try:
        await outcome(store, opening(MILK, "#Milch-Straße", ALICE, BOB))
        await outcome(store, opening())
        first = await keep(store, *(said(f"tea {n} 🫖", nonce=f"n{n}", at=1000 + n) for n in range(messages)))
        await keep(store, *(said(f"milk {n}", MILK, BOB, at=DAY + n) for n in range(7)))
        await keep(store, said("for you alone", PAIR), said("and back", PAIR, BOB))
        await keep(store, event(Edited(first[24].msgid, first[24].seq, "better"), at=DAY))
        await keep(store, event(Redacted(first[25].msgid, first[25].seq), at=DAY))
        await store.secret("cloak")
        await store.secret("cluster")
        await store.probe()
        # Of one conversation everything is gone, of another one the beginning.
        await store.retain(1, DAY + 1010)
    finally:
        await store.close()
    with closing(sqlite3.connect(directory / database.FILE)) as db:
        for table in TABLES:
            if table not in BY_EVENTS:
                make_up(db, table)
        # A number that was given and is gone.
        db.execute("DELETE FROM ban WHERE no = (SELECT max(no) FROM ban)")
        db.commit()
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return directory


def make_up(db, table):
    types = {row[1]: row[2] for row in db.execute(f"PRAGMA table_info({table.name})")}
    columns = [name for _, name in table.written("sqlite")]
    for number in range(1, ROWS):
        values = [made_up(name, types[name], number) for name in columns]
        marks = ", ".join("?" * len(columns))
        db.execute(f"INSERT OR REPLACE INTO {table.name} ({', '.join(columns)}) VALUES ({marks})", values)


def made_up(name, kind, number):
    if kind == "INTEGER":
        # Beyond 32 bits where times are.
        return number if name in {"no", "tries", "version", "uses", "used"} else number + 1_700_000_000_000
    if kind == "BLOB":
        return None if name == "packed" and number % 3 == 0 else bytes([0, number, 255]) * 5
    return f"{'aAzZéß'[number % 6]}{number} {name}'\"\\\t😀"


def sqlite_rows(path):
    """All that is in it, but what belongs to one storage, or finds messages that are gone."""
    with closing(sqlite3.connect(path)) as db:
        names = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows = {name: sorted(map(repr, db.execute(f"SELECT * FROM {name}"))) for name in names}
        found = f"SELECT DISTINCT part.log_no, part.span FROM {places.messages()}"
        rows["message_span"] = sorted(map(repr, db.execute(found)))
    rows["meta"] = [row for row in rows["meta"] if not row.startswith(tuple(f"('{name}'" for name in OWN_META))]
    return rows


async def postgres_rows(url):
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {
            name: sorted(repr(tuple(row)) for row in await connection.fetch(f"SELECT * FROM {name}"))
            for (name,) in tables
        }
    finally:
        await connection.close()
