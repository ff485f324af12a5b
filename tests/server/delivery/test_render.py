"""From an event and its reader's capabilities to a line."""

import pytest

from chover.engine.events import (
    AwaySet,
    Event,
    Invited,
    Joined,
    Kicked,
    ModeChange,
    ModesSet,
    Parted,
    Quit,
    Renamed,
    Said,
    Source,
    Tagged,
    TopicSet,
)
from chover.engine.ids import LogId, UserId
from chover.server.delivery.render import Rendered, render, tags_of, text_of, timestamp
from chover.wire.capabilities import NONCE, Cap
from chover.wire.message import parse

ALICE = Source(UserId("g1"), "alice", "~a", "host", "ali;ce")
EVERY = Cap(sum(Cap))


def event(body, **envelope):
    return Event(LogId("c1"), ALICE, body, "m1", 1, 1_000, **envelope)


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (Said("hello there"), "PRIVMSG #tea :hello there"),
        (Said("x", notice=True), "NOTICE #tea :x"),
        (Said(":)", to="bob"), "PRIVMSG bob ::)"),
        (Said("x", status="@"), "PRIVMSG @#tea :x"),
        (Tagged({}), "TAGMSG #tea"),
        (Tagged({}, to="bob"), "TAGMSG bob"),
        (Joined("o"), "JOIN #tea"),
        (Parted(), "PART #tea"),
        (Parted("so long"), "PART #tea :so long"),
        (Kicked(UserId("g2"), "bob", "out"), "KICK #tea bob :out"),
        (Quit("gone"), "QUIT :gone"),
        (Renamed("alicia"), "NICK alicia"),
        (TopicSet(""), "TOPIC #tea :"),
        (ModesSet((ModeChange(True, "o", "bob", UserId("g2")), ModeChange(False, "i"))), "MODE #tea +o-i bob"),
        (Invited(UserId("g2"), "bob"), "INVITE bob #tea"),
        (AwaySet("lunch"), "AWAY :lunch"),
        (AwaySet(), "AWAY"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_event_is_drawn(body, line):
    assert text_of(render(event(body), Cap(0), "#tea")) == f":alice!~a@host {line}\r\n"


def test_each_capability_brings_its_tags_and_no_others():
    said = event(Said("x", tags={"+a": "b;c"}), nonce="n1")
    assert tags_of(said, Cap(0)) == ""
    assert tags_of(said, Cap.SERVER_TIME) == "time=1970-01-01T00:00:01.000Z"
    assert tags_of(said, Cap.ACCOUNT_TAG) == r"account=ali\:ce"
    assert tags_of(said, Cap.MESSAGE_TAGS) == rf"msgid=m1;{NONCE}=n1;+a=b\:c"
    assert parse(text_of(render(said, EVERY, "#tea"))).tags.keys() == {"msgid", "time", "account", NONCE, "+a"}


def test_tags_for_one_reader_stand_before_the_others():
    assert text_of(Rendered("time=x", ":a PING"), "label=1") == "@label=1;time=x :a PING\r\n"
    assert text_of(Rendered("", ":a PING"), "") == ":a PING\r\n"


def test_a_time_has_milliseconds():
    assert timestamp(1_732_308_640_007) == "2024-11-22T20:50:40.007Z"
