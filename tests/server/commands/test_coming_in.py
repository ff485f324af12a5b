"""What capabilities make of coming into a channel and of being asked in."""


async def test_anyone_who_wants_it_sees_account_and_real_name_with_a_join(stage):
    alice = await stage.enter("alice", "#tea", caps="extended-join")
    bob = await stage.enter("bob", "#tea")
    await bob.all()
    assert (await alice.expect("JOIN")).endswith("@" + stage.node.cloaks.of_address("127.0.0.1") + " JOIN #tea * :bob")
    carol = await stage.enter("carol", "#tea", caps="extended-join")
    assert (await bob.expect("JOIN")).endswith(" JOIN #tea")
    assert not await carol.heard("JOIN")


async def test_history_shows_a_join_with_the_real_name_of_then(stage):
    caps = "extended-join draft/event-playback draft/chathistory batch"
    alice = await stage.enter("alice", "#tea", caps=caps)
    alice.send("CHATHISTORY LATEST #tea * 9")
    [join] = await alice.heard("JOIN")
    assert join.params == ["#tea", "*", "alice"]


async def test_without_implicit_names_only_the_question_is_answered(stage):
    alice = await stage.enter("alice", caps="no-implicit-names")
    alice.send("JOIN #tea")
    assert [message.command for message in await alice.messages()] == ["JOIN"]
    alice.send("NAMES #tea")
    assert [message.command for message in await alice.messages()] == ["353", "366"]


async def test_members_who_want_it_hear_of_an_invitation(stage):
    alice = await stage.enter("alice", "#tea", caps="invite-notify")
    bob = await stage.enter("bob", "#tea", caps="invite-notify")
    carol = await stage.enter("carol", "#tea")
    dora = await stage.enter("dora")
    await stage.quiet()
    alice.send("INVITE dora #tea")
    assert [message.command for message in await alice.messages()] == ["341"]
    for wire in (bob, dora):
        [line] = await wire.all()
        assert line.endswith(" INVITE dora #tea")
    assert await carol.all() == []
