"""Made-up stories of channels, and the rows that a boot has to find after them."""

from hypothesis import strategies as st

from chover.engine.apply import apply
from chover.engine.events import (
    AccessSet,
    Closed,
    Grant,
    HistorySet,
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
from chover.engine.ids import LogId, UserId
from chover.engine.model import Rules
from chover.engine.modes import CHANNEL_MODES, RANKS, Kind
from chover.engine.state import ChatState
from chover.ports import AccessRow, ChannelRow, ListRow, MemberRow, MetadataRow, SinceRow, Snapshot
from tests.store.making import event

USERS = [UserId("g0"), UserId("a1"), UserId("a2")]
LOGS = [LogId(f"c{n}") for n in range(3)]

users, words = (
    st.sampled_from(USERS),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=3),
)
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
                ListRow(c.id, mode, entry.mask, entry.set_by, entry.set_at, entry.account, entry.until)
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


def told(story):
    """The engine's state after it."""
    engine = ChatState(Rules(), str, int)
    for one in story:
        apply(engine, one)
    return engine


stories = st.lists(happenings, max_size=60).map(lambda story: list(possible(story)))
