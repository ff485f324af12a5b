from tests.doubles.stage import Stage


async def test_people_in_a_channel_hear_each_other(stage):
    alice = await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    await alice.expect("JOIN #tea")
    alice.send("PRIVMSG #tea :hello bob")
    assert await bob.expect("PRIVMSG") == f":{stage.node.chat.find_user('alice').mask} PRIVMSG #tea :hello bob"
    assert not any("PRIVMSG" in line for line in await alice.all())


async def test_a_message_is_echoed_with_its_label_and_msgid(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message message-tags labeled-response batch server-time")
    alice.send("@label=7 PRIVMSG #tea :x")
    [message] = await alice.messages()
    assert message.tags["label"] == "7"
    assert message.tags["msgid"]
    assert message.params == ["#tea", "x"]


async def test_a_repeat_under_the_same_nonce_is_answered_by_the_first_echo_and_heard_once(stage):
    alice = await stage.enter("alice", "#tea", caps="echo-message message-tags")
    bob = await stage.enter("bob", "#tea")
    await alice.all()
    alice.send("@+chover.chat/nonce=abc PRIVMSG #tea :x")
    [first] = await alice.messages()
    alice.send("@+chover.chat/nonce=abc PRIVMSG #tea :x")
    [again] = await alice.messages()
    assert again.tags == first.tags
    assert len([line for line in await bob.all() if "PRIVMSG" in line]) == 1


async def test_the_second_to_join_a_permanent_channel_gets_in_too():
    stage = await Stage.open({"channels.autojoin": ["#lobby"]})
    alice = await stage.enter("alice")
    bob = await stage.enter("bob")
    alice.send("PRIVMSG #lobby :welcome")
    await bob.expect("PRIVMSG #lobby :welcome")
    await stage.close()
