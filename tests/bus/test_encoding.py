"""Every kind of event is read from the bus as it was written, and no message is too large."""

import msgspec
import pytest

from chover.bus import encoding
from chover.engine.events import Event, Source, Unknown
from chover.engine.kinds import KINDS
from tests.engine.test_events import BODIES
from tests.store.making import ALICE, BOB, event, said

SIZE = 10_000


def test_every_kind_is_tried():
    assert {body.__struct_config__.tag for body in BODIES} == set(KINDS)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: type(body).__name__)
def test_an_event_is_read_as_it_was_written(body):
    one = Event("c1", BOB, body, "m1", 7, 1234, "n1")
    other = Event("", ALICE, body, "m2", 0, 5)
    assert encoding.decode(encoding.encode([one, other])) == [one, other]


def test_what_is_only_told_of_who_did_it_is_told():
    source = Source("a1", "alice", "~a", "host", "Alice", bot=True, oper=True)
    [read] = encoding.decode(encoding.encode([event(BODIES[0], source=source)]))
    assert read.source == source


def test_an_event_of_a_newer_version_keeps_its_place_and_its_bytes():
    unknown = Event(
        "c1", Source("g1", "", "", ""), Unknown("poll", 3, b'["al","al","h","",{"kind":"poll"}]'), "m1", 2, 9
    )
    assert encoding.decode(encoding.encode([unknown])) == [unknown]


def test_what_a_newer_version_adds_to_an_event_is_skipped():
    rows = msgspec.msgpack.decode(encoding.encode([said()]))
    rows[0] += [False, "more"] if len(rows[0]) == 9 else ["more"]
    assert [one.body.text for one in encoding.decode(msgspec.msgpack.encode(rows))] == ["x"]


@pytest.mark.parametrize("data", [b"", b"\xc1", b"\x91\x01", msgspec.msgpack.encode(["text"]), b'{"json": 1}'])
def test_anything_else_is_no_message(data):
    with pytest.raises(msgspec.MsgspecError):
        encoding.decode(data)


@pytest.mark.parametrize("length", [1, 400, 9_000])
def test_no_message_is_larger_than_it_may_be_and_none_is_missing(length):
    events = [said(str(number).ljust(length, "x")) for number in range(1200)]
    messages = list(encoding.messages(events, SIZE))
    assert max(map(len, messages)) <= SIZE
    assert [one for message in messages for one in encoding.decode(message)] == events


def test_one_that_is_too_large_by_itself_is_a_message_of_its_own():
    events = [said("a"), said("x" * 2 * SIZE), said("b")]
    assert [len(encoding.decode(message)) for message in encoding.messages(events, SIZE)] == [1, 1, 1]
