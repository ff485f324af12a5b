"""Whatever is sent, the answers are lines of IRC within their limits, and nothing is met that nobody thought of."""

import itertools
import logging
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.doubles.stage import Stage

from chover.server.table import COMMANDS
from chover.wire.capabilities import CAPABILITIES
from chover.wire.message import CLIENT_TAG_BYTES, LINE_BYTES, parse

LONGEST_PREFIX = 200
"""What stands before a relayed line, which may be as long itself as a line may be."""
LEAVING = frozenset({"QUIT", "ERROR", "WEBIRC"})
COMMAND = re.compile(r"[A-Z]+|[0-9]{3}")

ODD = r"""
    alice bob nobody #tea #none &x * *ALL # @#tea 0 -1 99999999999999999999 +b -o +ovk +l +f LS 302 REQ LIST GET SET
    SUB SUBS SYNC CLEAR url display-name + - C S LATEST BETWEEN AROUND TARGETS timestamp=2020-01-01T00:00:00.000Z
    msgid=x PLAIN AAAA +x draft/multiline HELP REGISTER IDENTIFY ON #tea,#none,bob *!*@* account:x m:*!*@* é☕
    %tcuihsnfdlaor,7
"""
words = st.one_of(
    st.sampled_from([*ODD.split(), "\u202e", "\x01VERSION\x01", "\x01ACTION x\x01", ""]),
    st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=20),
)
# Some generators draw words of the program's own: whoever says QUIT is gone before the fence.
nonsense = st.binary(max_size=700).filter(lambda data: b"QUIT" not in data.upper())
tags = st.sampled_from(["", "", "@+x=y ", "@batch=1 ", "@+typing=active ", "@+draft/react=x;+reply=y ", "@a=\\:;;= "])
# A batch gathers lines instead of answering them, and who leaves is answered by ERROR.
ANSWERED = tuple(sorted(COMMANDS.keys() - LEAVING - {"BATCH"}))


@st.composite
def commands(draw, names=(*ANSWERED, "BATCH")):
    """A command of the table with parameters that nobody would give it."""
    params = [word.lstrip(":").replace(" ", "") or "x" for word in draw(st.lists(words, max_size=5))]
    trailing = [":" + draw(words)] if draw(st.booleans()) else []
    return " ".join([draw(tags) + draw(st.sampled_from(names)), *params, *trailing])


@pytest.fixture
def bugs(caplog):
    """What was logged as a bug since."""
    caplog.set_level(logging.ERROR)
    return lambda: [record.getMessage() for record in caplog.records]


def require_lines(lines):
    """Each can be read, has a command or a numeric, and is no longer than it may be."""
    for line in lines:
        message = parse(line)
        assert COMMAND.fullmatch(message.command), line
        assert not {"\r", "\n", "\0"} & set(line)
        tags = len(line.partition(" ")[0].encode()) if line.startswith("@") else 0
        assert tags <= CLIENT_TAG_BYTES * 2
        assert len(line.encode()) - tags <= LINE_BYTES + LONGEST_PREFIX, line
        if message.source == "chat.test":
            assert len(line.encode()) - tags + 2 <= LINE_BYTES + 1, line


async def at_the_end(stage, wires, bugs):
    for wire in wires:
        if not wire.closed:
            await wire.all()
        require_lines(line for line in map(str, wire.log))
    assert bugs() == []
    await stage.close()


BOUNDED = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@BOUNDED
@given(data=st.lists(nonsense, max_size=20), caps=st.booleans())
async def test_any_bytes_are_answered(bugs, data, caps):
    stage = await Stage.open({"limits.flood": False})
    wire = await stage.enter("alice", "#tea", caps=" ".join(CAPABILITIES) if caps else "")
    for chunk in data:
        wire.send_bytes(chunk)
    wire.send_bytes(b"\r\n")
    await at_the_end(stage, [wire], bugs)


@BOUNDED
@given(lines=st.lists(commands(), max_size=25), early=st.booleans())
async def test_any_command_is_answered(bugs, lines, early):
    stage = await Stage.open({"limits.flood": False})
    bob = await stage.enter("bob", "#tea", caps=" ".join(CAPABILITIES))
    if early:
        alice = stage.connect()
    else:
        alice = await stage.enter("alice", "#tea", caps=" ".join(CAPABILITIES))
    alice.send(*lines)
    await at_the_end(stage, [alice, bob], bugs)


def answered(messages, label):
    """What came under a label: one line, or a batch from its beginning to its end."""
    for number, message in enumerate(messages):
        if message.tags.get("label") != label:
            continue
        if message.command != "BATCH":
            return [message]
        name = message.params[0][1:]
        end = next(at for at in range(number, len(messages)) if messages[at].params[:1] == [f"-{name}"])
        return messages[number : end + 1]
    raise AssertionError(f"nothing under {label}")


def require_nested(lines):
    """A batch's lines stand between its beginning and its end, those of an inner one too."""
    open_batches = []
    for message in lines:
        within = message.tags.get("batch", "")
        if message.command == "BATCH" and message.params[0].startswith("-"):
            assert open_batches.pop() == message.params[0][1:]
            continue
        assert within == (open_batches[-1] if open_batches else ""), message
        if message.command == "BATCH":
            open_batches.append(message.params[0][1:])
    assert open_batches == []


@BOUNDED
@given(lines=st.lists(commands(ANSWERED).filter(lambda line: not line.startswith("@")), max_size=15))
async def test_each_labeled_command_is_answered_once_and_whole(bugs, lines):
    stage = await Stage.open({"limits.flood": False})
    wanted = "labeled-response batch message-tags echo-message draft/metadata-3 draft/chathistory server-time"
    alice = await stage.enter("alice", "#tea", caps=wanted)
    numbers = itertools.count(1)
    labeled = {f"l{next(numbers)}": line for line in lines}
    for label, line in labeled.items():
        if alice.closed or alice.session.ending:
            break
        # What takes capabilities away takes the labels, too.
        alice.send("CAP REQ :" + wanted)
        await alice.all()
        alice.send(f"@label={label} {line}")
        messages = await alice.messages()
        assert sum(message.tags.get("label") == label for message in messages) == 1, (line, messages)
        require_nested(answered(messages, label))
    await at_the_end(stage, [alice], bugs)
