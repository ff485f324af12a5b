async def test_who_reads_too_slowly_is_cut_off_with_a_reason(stage):
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
