"""What happened is read back as it was written, also by an older program."""

import msgspec
import pytest

from chover.engine.events import (
    SERVER,
    VERSIONS,
    AcceptsSet,
    AccessSet,
    Arrived,
    AwaySet,
    Blanked,
    BlocksSet,
    ChannelRenamed,
    Closed,
    Edited,
    Event,
    Grant,
    HistorySet,
    HostSet,
    Identified,
    Invited,
    Joined,
    Kicked,
    Known,
    MetadataSet,
    ModeChange,
    ModesSet,
    Opened,
    Parted,
    Quit,
    RealnameSet,
    Redacted,
    Renamed,
    Said,
    Source,
    Tagged,
    TagsKept,
    TopicSet,
    Unknown,
    UserModesSet,
)
from chover.engine.ids import NOWHERE, LogId, UserId
from chover.engine.kinds import KINDS
from chover.engine.rows import decode, encode, kind_of
from chover.server.delivery.render import render
from chover.wire.capabilities import Cap

ALICE = Source(UserId("g1"), "alice", "~a", "host", "acc")
LOG = LogId("c1")
BODIES = [
    Said("hi", True, {"+x": "y"}, "bob", "@"),
    Tagged({"+typing": "active"}, "bob"),
    TagsKept({"+draft/react": "👍", "+draft/reply": "m0"}, "bob", about=3),
    Redacted("m1", 3, "spam", "bob", "@"),
    Edited("m1", 3, "hello", "bob", "@", notice=True),
    Blanked("bob", notice=True),
    Opened("#tea", "nt"),
    Closed(),
    Joined("o", contested=True),
    Parted("bye"),
    Quit("gone"),
    Kicked(UserId("g2"), "bob", "out"),
    Renamed("alicia"),
    Identified(UserId("a7"), "Alice"),
    TopicSet("tea"),
    ChannelRenamed("#cake", "#tea", "hungry"),
    AccessSet((Grant(UserId("a7"), "Alice", "q"),)),
    HistorySet("joined", 7),
    MetadataSet({"url": "https://tea.example", "color": None}),
    ModesSet((ModeChange(True, "o", "bob", UserId("g2")), ModeChange(False, "i"))),
    Invited(UserId("g2"), "bob"),
    Arrived("Alice"),
    AwaySet("lunch"),
    RealnameSet("Alice L."),
    HostSet("~alice", "cloak.account"),
    UserModesSet((ModeChange(True, "B"),)),
    BlocksSet(("eve!*@*",)),
    AcceptsSet((UserId("g2"),)),
]


def read_back(event, kind, version, raw):
    return decode(event.log, event.seq, event.at, event.msgid, kind, version, event.source.id, raw, event.nonce)


def test_every_kind_is_tried_here_and_has_a_version():
    assert {type(body) for body in BODIES} == set(Known.__args__)
    assert VERSIONS.keys() == {body.__struct_config__.tag for body in Known.__args__}


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_an_event_is_read_back_as_it_was_written(body):
    event = Event(LOG, ALICE, body, "m1", 7, 1234, "nonce")
    assert read_back(event, *kind_of(event), encode(event)) == event


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_a_body_written_by_its_defaults_alone_is_read_back(body):
    fields = {field.name: getattr(body, field.name) for field in msgspec.structs.fields(body) if field.required}
    event = Event(LOG, ALICE, type(body)(**fields), seq=1)
    assert read_back(event, *kind_of(event), encode(event)) == event


def test_what_a_program_said_is_read_back_as_a_programs_and_nobody_elses_is():
    for bot in (True, False):
        event = Event(LOG, Source(UserId("g1"), "alice", "~a", "host", bot=bot), Said("x"), seq=1)
        assert read_back(event, *kind_of(event), encode(event)).source.bot is bot


@pytest.mark.parametrize(("kind", "version"), [("reacted", 1), ("said", VERSIONS["said"] + 1)])
def test_what_a_newer_version_wrote_keeps_its_place_and_is_written_again_unchanged(kind, version):
    event = decode(LOG, 7, 1234, "m1", kind, version, "g1", b"whatever", "n")
    assert (event.seq, event.at, event.msgid, event.source.id, event.nonce) == (7, 1234, "m1", "g1", "n")
    assert event.body == Unknown(kind, version, b"whatever")
    assert kind_of(event) == (kind, version)
    assert encode(event) == b"whatever"
    assert event.kept
    assert not event.changes_rules
    assert render(event, Cap(0), "#tea") is None


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_what_is_kept(body):
    assert Event(LOG, ALICE, body).kept is KINDS[body.__struct_config__.tag].kept
    assert not Event(NOWHERE, ALICE, body).kept


@pytest.mark.parametrize(
    ("body", "changes_rules"),
    [
        (Joined(), False),
        (Joined("o"), True),
        (Joined(contested=True), True),
        (ModesSet(()), True),
        (Kicked(UserId("g2"), "bob", ""), True),
        (Opened("#a"), True),
        (Closed(), True),
        (Parted(), False),
        (Said("x"), False),
        (TopicSet("x"), False),
        (Quit("x"), False),
    ],
)
def test_what_decisions_rest_on(body, changes_rules):
    assert Event(LOG, ALICE, body).changes_rules is changes_rules


def test_a_source_shows_as_a_mask():
    assert ALICE.mask == "alice!~a@host"
    assert SERVER.id == "s"
