"""At most one write for each session and turn of the loop."""

import pytest

from chover.server.delivery.send_queue import SendQueue


class Reader:
    """A session that reads, and its own sink."""

    held = 0
    replies = None

    def __init__(self):
        self.out, self.writes, self.sink = [], [], self

    def write(self, data):
        self.writes.append(data)


@pytest.fixture
def later():
    return []


@pytest.fixture
def outbox(later):
    return SendQueue(later.append)


def test_all_of_a_turn_is_one_write(outbox, later):
    one, other = Reader(), Reader()
    for _ in range(3):
        outbox.put(one, b"a")
        outbox.put(other, b"b")
    assert one.writes == []
    [turn_ends] = later
    turn_ends()
    assert (one.writes, other.writes) == ([b"aaa"], [b"bbb"])


def test_a_new_turn_is_a_new_write(outbox, later):
    reader = Reader()
    for _ in range(2):
        outbox.put(reader, b"a")
        later.pop()()
    assert reader.writes == [b"a", b"a"]
    assert later == []


def test_what_was_written_early_is_not_written_again(outbox, later):
    reader = Reader()
    outbox.put(reader, b"a")
    outbox.flush()
    later.pop()()
    assert reader.writes == [b"a"]


def test_what_is_still_to_be_given_out_is_collected_before(outbox, later):
    reader = Reader()
    outbox.collect_from(lambda: outbox.put(reader, b"late"))
    outbox.arm()
    outbox.arm()
    [turn_ends] = later
    later.clear()
    turn_ends()
    assert reader.writes == [b"late"]
    assert later == []


def test_a_session_that_has_something_already_is_queued(outbox, later):
    reader = Reader()
    reader.out.append(b"x")
    outbox.queue(reader)
    later.pop()()
    assert reader.writes == [b"x"]


async def test_anyone_who_reads_too_slowly_is_cut_off_with_a_reason(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    bob.stuck = stage.node.config.limits.send_queue_bytes + 1
    alice.send("PRIVMSG #tea :too much")
    assert await alice.expect("QUIT") == f":{bob.session.me.mask} QUIT :{bob.session.ending}"
    assert bob.aborted
    assert "too slowly" in bob.session.ending


async def test_a_sink_is_asked_for_its_backlog_only_while_it_is_held_up(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    bob.session.drained()
    bob.stuck = stage.node.config.limits.send_queue_bytes + 1
    alice.send("PRIVMSG #tea :hello")
    assert await bob.expect("PRIVMSG")
    assert not bob.aborted
    bob.session.held_up()
    alice.send("PRIVMSG #tea :hello?")
    await alice.expect("QUIT")
    assert bob.aborted


async def test_the_lines_of_one_turn_are_one_write(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    before = bob.writes
    alice.send(*[f"PRIVMSG #tea :{number}" for number in range(20)])
    await alice.all()
    assert [line.rpartition(":")[2] for line in await bob.all() if "PRIVMSG" in line] == list(map(str, range(20)))
    # And one more for the answer to the fence.
    assert bob.writes == before + 2


async def test_what_is_written_to_many_at_once_stays_behind_what_some_are_still_to_get(stage):
    alice, bob = await stage.enter("alice"), await stage.enter("bob")
    outbox = stage.node.outbox
    bob.session.send(b"first\r\n")
    outbox.write_all([alice.session, bob.session], b"second\r\n")
    assert alice.lines[-1] == "second"
    assert await bob.all() == ["first", "second"]


async def test_one_of_many_who_is_cut_off_does_not_stop_the_others(stage):
    people = [await stage.enter(f"p{number}", "#tea") for number in range(5)]
    people[1].stuck = people[3].stuck = stage.node.config.limits.send_queue_bytes + 1
    people[0].send("PRIVMSG #tea :too much for some")
    assert await people[4].expect("PRIVMSG")
    assert [person.aborted for person in people] == [False, True, False, True, False]
