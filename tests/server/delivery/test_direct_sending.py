"""Lines for many readers in one call: nothing is overtaken, torn or sent to somebody who is gone."""

import pytest
from tests.doubles.batch import send_directly
from tests.doubles.stage import Stage

from chover.server.delivery import send_queue

PEOPLE = 5


@pytest.fixture
async def stage(monkeypatch):
    monkeypatch.setattr(send_queue, "FEW", 2)
    opened = await Stage.open()
    opened.sender = send_directly(opened)
    yield opened
    await opened.close()


@pytest.fixture
async def people(stage):
    """People in one channel; ``sent`` begins with what is said now."""
    people = [await stage.enter(f"p{number}", "#tea") for number in range(PEOPLE)]
    await stage.quiet()
    stage.sender.sent.clear()
    return people


def said(lines):
    return [line.rpartition(":")[2] for line in lines if "PRIVMSG" in line]


async def test_a_line_goes_to_all_readers_in_one_call(stage, people):
    people[0].send("PRIVMSG #tea :hello")
    await people[0].all()
    assert [said(await person.all()) for person in people[1:]] == [["hello"]] * 4
    assert [len(call) for call in stage.sender.sent] == [4]


async def test_lines_of_several_channels_are_one_call(stage, people):
    for person in people:
        person.send("JOIN #milk")
    await stage.quiet()
    stage.sender.sent.clear()
    people[0].send("PRIVMSG #tea :one")
    people[0].send("PRIVMSG #milk :two")
    await people[0].all()
    assert [said(await person.all()) for person in people[1:]] == [["one", "two"]] * 4


async def test_what_a_socket_does_not_take_waits_in_its_transport(stage, people):
    stage.sender.most = 7
    # The rest is no whole line, so it is taken as a transport would.
    for person in people[1:]:
        person.session.write = person.take
    people[0].send("PRIVMSG #tea :hello")
    await people[0].all()
    assert [said(await person.all()) for person in people[1:]] == [["hello"]] * 4


@pytest.mark.parametrize("state", ["held", "lost", "nowhere"])
async def test_only_who_keeps_up_is_sent_to_directly(stage, people, state):
    slow = people[2]
    match state:
        case "held":
            slow.session.held_up()
        case "lost":
            slow.hang_up()
            await people[0].expect("QUIT")
            stage.sender.sent.clear()
        case "nowhere":
            slow.session.descriptor = -1
    people[0].send("PRIVMSG #tea :hello")
    await people[0].all()
    place = stage.wires.index(slow)
    assert len(stage.sender.sent[0]) == 3
    assert all(place not in call for call in stage.sender.sent)
    assert said(slow.lines) == ([] if state == "lost" else ["hello"])


async def test_who_was_held_up_is_sent_to_directly_again(stage, people):
    slow = people[2].session
    slow.held_up()
    assert slow.descriptor == -1
    slow.drained()
    people[0].send("PRIVMSG #tea :hello")
    await people[0].all()
    assert [len(call) for call in stage.sender.sent] == [4]


async def test_what_is_pending_comes_first(stage, people):
    one, other = people[1], people[2]
    one.session.send(b"first\r\n")
    stage.node.outbox.write_all([one.session, other.session], b"second\r\n")
    assert (one.lines, other.lines) == ([], ["second"])
    assert await one.all() == ["first", "second"]


async def test_a_line_longer_than_one_call_takes_is_written(stage, people):
    stage.sender.longest = 10
    people[0].send("PRIVMSG #tea :hello")
    await people[0].all()
    assert [said(await person.all()) for person in people[1:]] == [["hello"]] * 4
    assert stage.sender.sent == []


async def test_few_readers_are_written_to(stage, people, monkeypatch):
    monkeypatch.setattr(send_queue, "FEW", PEOPLE)
    people[0].send("PRIVMSG #tea :hello")
    await people[0].all()
    assert [said(await person.all()) for person in people[1:]] == [["hello"]] * 4
    assert stage.sender.sent == []
