"""The state tables are what the engine makes of the same events."""

import sqlite3
from contextlib import closing
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.making import event

from chover.engine.apply import apply
from chover.engine.events import (
    AccessSet,
    ChannelRenamed,
    Closed,
    Grant,
    HistorySet,
    Identified,
    Invited,
    Joined,
    Kicked,
    MetadataSet,
    ModeChange,
    ModesSet,
    Opened,
    Parted,
    Quit,
    Renamed,
    Said,
    Source,
    TopicSet,
)
from chover.engine.ids import ChannelId, LogId, UserId
from chover.engine.model import Rules
from chover.engine.modes import CHANNEL_MODES, RANKS, Kind
from chover.engine.state import ChatState
from chover.ports import AccessRow, Append, ChannelRow, Committed, ListRow, MemberRow, MetadataRow, SinceRow, Snapshot
from chover.store.projection import StateChange
from chover.store.sqlite.log import pages
from chover.store.sqlite.log.appender import Appender
from chover.store.sqlite.log.state_tables import STATEMENTS

USERS = [UserId("g0"), UserId("a1"), UserId("a2")]
LOGS = [LogId(f"c{n}") for n in range(3)]

users, words = st.sampled_from(USERS), st.text(max_size=3)
changes = (
    st.builds(
        ModeChange,
        add=st.booleans(),
        # No event sets +j to what is no throttle; the engine reads it at each join.
        mode=st.sampled_from(
            [m.letter for m in CHANNEL_MODES.values() if m.kind is not Kind.MEMBER and m.letter != "j"]
        ),
        arg=st.sampled_from(["", "*!*@a", "*!*@b", "12"]),
    )
    | st.builds(ModeChange, add=st.booleans(), mode=st.just("j"), arg=st.just("3:10"))
    | st.builds(ModeChange, add=st.booleans(), mode=st.sampled_from(RANKS), who=users)
)
grants = st.builds(Grant, users, words, st.sampled_from(["", "q", "v"]))
bodies = st.one_of(
    st.builds(Said, words),
    st.builds(Joined, st.sampled_from(["", "o", "v", "ov"])),
    st.builds(Parted),
    st.builds(Quit, words),
    st.builds(Kicked, users, st.just("x"), words),
    st.builds(Renamed, st.sampled_from(["alice", "Zoë", "x"])),
    st.builds(TopicSet, words),
    st.builds(ModesSet, st.lists(changes, min_size=1, max_size=4).map(tuple)),
    st.builds(AccessSet, st.lists(grants, max_size=3).map(tuple)),
    st.builds(HistorySet, st.sampled_from(["", "joined"]), st.integers(0, 9)),
    st.builds(MetadataSet, st.dictionaries(st.sampled_from(["url", "color"]), st.none() | words)),
    st.builds(Invited, users, st.just("x")),
    st.builds(Opened, st.just("#tea"), st.sampled_from(["", "nt"])),
    st.just(Closed()),
)
happenings = st.tuples(bodies, st.sampled_from(LOGS), users, st.integers(0, 5000))


def open_memory():
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.executescript(files("chover.store.sqlite").joinpath("schema.sql").read_text(encoding="utf-8"))
    return db


def possible(story):
    """As events: nothing before a channel is opened, nothing after it has ended (which it does when it is empty)."""
    opened, engine = set(), ChatState(Rules(), str, int)
    nicks = {user: f"nick{user}" for user in USERS}
    for body, log, user, at in story:
        begins = isinstance(body, Opened)
        if begins is (log in opened) or (log in opened and log not in engine.channels):
            continue
        opened.add(log)
        source = Source(user, nicks[user], "user", "host", "account")
        if isinstance(body, Renamed):
            # One reference in the log of each channel.
            nicks[user] = body.nick
            yield from (event(body, other, source, at=at) for other in sorted(engine.channels))
        else:
            happened = event(body, log, source, at=at)
            apply(engine, happened)
            yield happened


def as_snapshot(state):
    """The engine's state as the rows of a boot."""
    channels = sorted(state.channels.values(), key=lambda channel: (channel.created_at, channel.id))
    return Snapshot(
        [
            ChannelRow(
                c.id,
                c.name,
                c.created_at,
                c.head,
                c.rules_version,
                c.modes,
                c.topic,
                c.topic_by,
                c.topic_at,
                c.said,
                c.visibility,
                c.retention_days,
            )
            for c in channels
        ],
        sorted(
            (
                MemberRow(c.id, who, m.user.nick, "user", "host", "account", m.modes, m.joined_at, m.since)
                for c in channels
                for who, m in c.members.items()
            ),
            key=lambda row: (row.channel, row.joined_at, row.user),
        ),
        sorted(
            (
                ListRow(c.id, mode, entry.mask, entry.set_by, entry.set_at, entry.account)
                for c in channels
                for mode, entries in c.lists.items()
                for entry in entries.values()
            ),
            key=lambda row: (row.channel, row.mode, row.set_at, row.mask),
        ),
        sorted(
            (AccessRow(c.id, grant.account, grant.name, grant.role) for c in channels for grant in c.access.values()),
            key=lambda row: (row.channel, row.account),
        ),
        sorted(
            (SinceRow(c.id, account, since) for c in channels for account, since in c.since.items()),
            key=lambda row: (row.channel, row.account),
        ),
        sorted(
            (MetadataRow(c.id, *pair) for c in channels for pair in c.metadata.items()),
            key=lambda row: (row.channel, row.key),
        ),
    )


@settings(max_examples=300, deadline=None)
@given(st.lists(happenings, max_size=60).map(lambda story: list(possible(story))), st.integers(1, 70))
def test_boot_finds_the_state_that_the_engine_had(story, group):
    engine = ChatState(Rules(), str, int)
    with closing(open_memory()) as db:
        appender = Appender(db)
        for at in range(0, len(story), group):
            appends = [Append([one]) for one in story[at : at + group]]
            assert appender.keep(appends) == [Committed()] * len(appends)
        for one in story:
            apply(engine, one)
        loaded = pages.load(db)
        assert loaded.newest == max((one.at for one in story if one.seq), default=0)
        loaded.newest = 0
        assert loaded == as_snapshot(engine)


def former_after(*story):
    """The names that lead to channels after a story of bodies, each with the log that it is in."""
    with closing(open_memory()) as db:
        appender = Appender(db)
        for at, (body, log) in enumerate(story, 1):
            appender.keep([Append([event(body, log, at=at)])])
        return [(row.channel, row.name) for row in pages.load(db).former]


def test_the_names_that_a_channel_had_lead_to_it_until_somebody_takes_them():
    tea, cake = LOGS[:2]
    renamed = [
        (Opened("#tea"), tea),
        (ChannelRenamed("#mate", "#tea", ""), tea),
        (ChannelRenamed("#chai", "#mate", ""), tea),
    ]
    assert former_after(*renamed) == [(tea, "#tea"), (tea, "#mate")]
    assert former_after(*renamed, (Opened("#Tea"), cake)) == [(tea, "#mate")]
    assert former_after(*renamed, (ChannelRenamed("#tea", "#chai", ""), tea)) == [(tea, "#mate"), (tea, "#chai")]
    assert former_after(*renamed, (Opened("#cake"), cake), (ChannelRenamed("#mate", "#cake", ""), cake)) == [
        (tea, "#tea"),
        (cake, "#cake"),
    ]
    assert former_after(*renamed, (Closed(), tea)) == []


def test_not_more_old_names_are_kept_than_lead_anywhere():
    tea = LOGS[0]
    story = [(Opened("#0"), tea), *((ChannelRenamed(f"#{n + 1}", f"#{n}", ""), tea) for n in range(1010))]
    found = former_after(*story)
    assert (len(found), found[0], found[-1]) == (1000, (tea, "#10"), (tea, "#1009"))


def test_a_channel_does_not_end_under_somebody_who_came_in_between():
    story = [event(body, LOGS[0]) for body in (Opened("#tea", "nt"), Joined(), Closed())]
    with closing(open_memory()) as db:
        Appender(db).keep([Append(story)])
        kept = pages.load(db)
        assert [(channel.name, channel.modes) for channel in kept.channels] == [("#tea", {"n": "", "t": ""})]
        assert len(kept.members) == 1


@pytest.mark.parametrize(
    ("story", "since"),
    [
        ([(Joined(), "g0"), (Identified(UserId("a1"), "al"), "g0")], 2),
        ([(Joined(), "a1"), (Parted(), "a1"), (Joined(), "a1")], 2),
        ([(Joined(), "a1"), (Parted(), "a1"), (Joined(), "g0"), (Identified(UserId("a1"), "al"), "g0")], 2),
        ([(Said("x"), "g0"), (Joined(), "g0"), (Said("x"), "g0"), (Identified(UserId("a1"), "al"), "g0")], 3),
    ],
)
def test_an_account_came_first_when_it_came_first_also_as_a_guest(story, since):
    happened = [event(Opened("#tea"), LOGS[0])]
    happened += [event(body, LOGS[0], Source(UserId(who), "al", "al", "host")) for body, who in story]
    engine = ChatState(Rules(), str, int)
    with closing(open_memory()) as db:
        Appender(db).keep([Append([one]) for one in happened])
        for one in happened:
            apply(engine, one)
        assert pages.load(db).since == [SinceRow(ChannelId(LOGS[0]), UserId("a1"), since)]
    assert engine.channels[LOGS[0]].since == {"a1": since}


@pytest.mark.parametrize(
    ("steps", "held"),
    [("+v+o", "ov"), ("+o+v", "ov"), ("+o+o", "o"), ("+o+v-o", "v"), ("-v", ""), ("+v-v", "")],
)
def test_member_modes_are_kept_highest_first(steps, held):
    alice = Source(USERS[0], "alice", "al", "host")
    set_modes = [
        ModeChange(add=sign == "+", mode=mode, who=alice.id) for sign, mode in zip(steps[::2], steps[1::2], strict=True)
    ]
    story = [Opened("#tea"), Joined(), ModesSet(tuple(set_modes))]
    with closing(open_memory()) as db:
        Appender(db).keep([Append([event(body, LOGS[0], alice) for body in story])])
        assert [member.modes for member in pages.load(db).members] == [held]


def test_each_change_has_statements():
    assert STATEMENTS.keys() == set(StateChange)


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
