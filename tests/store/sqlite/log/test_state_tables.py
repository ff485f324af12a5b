"""The state tables are what the engine makes of the same events."""

import re
import sqlite3
from contextlib import closing
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.making import event
from tests.store.stories import LOGS, as_snapshot, stories, told

from chover.engine.events import Joined, Opened, Said
from chover.engine.ids import ChannelId, LogId
from chover.ports import Append, Committed
from chover.store.projection import StateChange
from chover.store.sqlite.log import batches, pages
from chover.store.sqlite.log.appender import Appender
from chover.store.sqlite.log.state_tables import STATEMENTS


def open_memory():
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(files("chover.store.sqlite").joinpath("schema.sql").read_text(encoding="utf-8"))
    return db


@settings(max_examples=300, deadline=None)
@given(stories, st.integers(1, 70))
def test_boot_finds_the_state_that_the_engine_had(story, group):
    with closing(open_memory()) as db:
        appender = Appender(db)
        for at in range(0, len(story), group):
            appends = [Append([one]) for one in story[at : at + group]]
            assert appender.keep(appends) == [Committed()] * len(appends)
        loaded = pages.load(db)
        assert loaded.newest == max((one.at for one in story if one.seq), default=0)
        loaded.newest = 0
        assert loaded == as_snapshot(told(story))


def test_each_change_has_statements():
    assert STATEMENTS.keys() == set(StateChange)


GROWING = re.compile(r"SCAN (?!channel_former)(\w*channel\w*|membership)")
"""A step of a query plan that reads a whole table. There are few former names of channels: FORMER_NAMES bounds them."""

WIDTHS = {StateChange.JOIN: 9, StateChange.COME_FIRST: 3, StateChange.LEAVE: 2}


@pytest.mark.parametrize("rows", [1, 2, 64])
@pytest.mark.parametrize("change", StateChange)
def test_no_change_reads_the_rows_of_other_channels(change, rows):
    """Otherwise everybody who leaves costs more, the more people there are."""
    with closing(open_memory()) as db:
        for template in STATEMENTS[change]:
            sql, values = template, ["x"] * max([*map(int, re.findall(r"\?(\d)", template))] or [template.count("?")])
            if "{rows}" in template:
                [(sql, values)] = batches.statements(template, WIDTHS[change], ["x"] * WIDTHS[change] * rows)
            steps = [step for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}", values)]
            assert not [step for step in steps if GROWING.match(step)]


def test_private_messages_have_no_state_tables():
    with closing(open_memory()) as db:
        Appender(db).keep([Append([event(Said("x"), LogId("pg1:g2")), event(Joined(), LogId("pg1:g2"))])])
        assert db.execute("SELECT (SELECT count(*) FROM channel) + (SELECT count(*) FROM membership)").fetchone() == (
            0,
        )


def test_a_channel_is_updated_by_its_first_message_only():
    updates = []
    with closing(open_memory()) as db:
        appender = Appender(db)
        appender.keep([Append([event(Opened("#tea"), LOGS[0])])])
        db.set_trace_callback(updates.append)
        for _ in range(3):
            appender.keep([Append([event(Said("x"), LOGS[0])])])
        assert len([sql for sql in updates if sql.startswith("UPDATE channel")]) == 1
        assert pages.load(db).channels[0].id == ChannelId(LOGS[0])
