"""The lines of an export are told apart by their type, and read back as they were written."""

import json
from functools import reduce
from operator import or_

import msgspec
import pytest

from chover.archive.entries import (
    ExportedAccount,
    ExportedConversation,
    ExportedEvent,
    ExportedFile,
    ExportedMessage,
    ExportedReaction,
    ExportHead,
    ExportLine,
    encode,
)

LINES = [
    ExportHead(1, "chover 1", 1000, "everything"),
    ExportedAccount({"name": "alice"}, {"argon2": ["x"]}),
    ExportedConversation("c1", "#tea", "about tea", closed=True),
    ExportedConversation("pa1:a2", "alice, bob", between=("alice", "bob")),
    ExportedMessage(
        "c1", 3, 1000, "m3", "al", "a1", "two\nlines", "al", True, True, "@", "m1", 2000, "bot", {"f": "x"}
    ),
    ExportedReaction("c1", 1001, "bob", "a2", "👍", "m3", removed=True),
    ExportedFile(id="x", name="x", kind="x", size=1, uploaded_at=1, address="x", expires_at=1),
    ExportedEvent("c1", 4, 1002, "kicked", "alice", "a1", "spam", "eve"),
]


def test_every_type_of_line_is_tried_here_and_has_a_name_of_its_own():
    types = [kind.__struct_config__.tag for kind in ExportLine.__subclasses__()]

    assert set(map(type, LINES)) == set(ExportLine.__subclasses__())
    assert len(set(types)) == len(types)


@pytest.mark.parametrize("line", LINES, ids=lambda line: type(line).__name__)
def test_a_line_is_one_line_and_is_read_back_as_it_was(line):
    written = encode(line)

    assert b"\n" not in written
    assert msgspec.json.decode(written, type=reduce(or_, ExportLine.__subclasses__())) == line


def test_what_there_is_nothing_to_say_about_is_left_out():
    line = json.loads(encode(ExportedMessage("c1", 3, 1000, "m3", "alice", "a1", "hi")))

    assert line == {
        "type": "message",
        "conversation": "c1",
        "seq": 3,
        "at": 1000,
        "msgid": "m3",
        "nick": "alice",
        "user": "a1",
        "text": "hi",
    }
