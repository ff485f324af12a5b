"""JOIN, PART, NAMES, INVITE, KICK, TOPIC."""

import pytest
from tests.doubles.stage import Stage

from chover.server.commands.channels.joining import targets

LONG = "#" + "x" * 64


def test_targets_are_each_named_once():
    assert targets("#a,#b,,#a") == ["#a", "#b"]


async def test_anyone_who_joins_sees_the_join_the_topic_and_the_names(stage):
    alice = await stage.enter("alice", "#tea")
    alice.send("TOPIC #tea :black")
    bob = await stage.enter("bob")
    answers = await bob.numerics("JOIN #TEA")
    assert [answer[0] for answer in answers] == ["JOIN", "332", "333", "353", "366"]
    assert answers[1][1:] == ("#tea", "black")
    assert answers[2][1] == "#tea"
    assert answers[2][2].startswith("alice!")
    assert answers[3][1:] == ("=", "#tea", "@alice bob")


async def test_several_channels_each_with_its_key(stage):
    alice = await stage.enter("alice", "#a", "#b")
    alice.send("MODE #a +k one", "MODE #b +k two")
    bob = await stage.enter("bob")
    bob.send("JOIN #a,#b,#c one,wrong")
    commands = [(message.command, message.params) for message in await bob.messages()]
    assert [params[0] for command, params in commands if command == "JOIN"] == ["#a", "#c"]
    assert [params[1] for command, params in commands if command == "475"] == ["#b"]


@pytest.mark.parametrize(
    ("line", "numeric", "subject"),
    [
        ("JOIN", "461", "JOIN"),
        ("JOIN tea", "403", "tea"),
        (f"JOIN {LONG}", "403", LONG),
        ("JOIN #closed", "473", "#closed"),
        ("PART", "461", "PART"),
        ("PART #none", "403", "#none"),
        ("PART #tea", "442", "#tea"),
        ("KICK #tea", "461", "KICK"),
        ("KICK #none x", "403", "#none"),
        ("KICK #tea alice", "442", "#tea"),
        ("KICK #own nobody", "401", "nobody"),
        ("KICK #own alice", "441", "alice"),
        ("INVITE alice", "461", "INVITE"),
        ("INVITE alice #none", "403", "#none"),
        ("INVITE nobody #own", "401", "nobody"),
        ("INVITE alice #tea", "442", "#tea"),
        ("INVITE bob #own", "443", "bob"),
        ("TOPIC", "461", "TOPIC"),
        ("TOPIC #none", "403", "#none"),
        ("TOPIC #tea :x", "442", "#tea"),
        ("TOPIC #closed", "403", "#closed"),
    ],
)
async def test_bad_input_is_answered_by_its_numeric(stage, line, numeric, subject):
    alice = await stage.enter("alice", "#tea", "#closed")
    alice.send("MODE #closed +is")
    await alice.all()
    bob = await stage.enter("bob", "#own")
    [answer] = await bob.numerics(line)
    assert answer[:2] == (numeric, subject)


async def test_a_channel_too_many_is_refused():
    stage = await Stage.open({"limits.channels_per_user": 1})
    alice = await stage.enter("alice", "#a")
    assert (await alice.numerics("JOIN #b"))[0][:2] == ("405", "#b")
    await stage.close()


async def test_joining_again_says_nothing(stage):
    alice = await stage.enter("alice", "#tea")
    assert await alice.numerics("JOIN #TEA") == []


async def test_join_nought_leaves_all_channels(stage):
    alice = await stage.enter("alice", "#a", "#b")
    alice.send("JOIN 0")
    assert [message.params for message in await alice.heard("PART")] == [["#a"], ["#b"]]


async def test_anyone_who_parts_says_why_to_everybody(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    alice.send("PART #tea,#none :" + "x" * 400)
    [part, refusal] = await alice.messages()
    assert part.params == ["#tea", "x" * 390]
    assert refusal.command == "403"
    assert [message.params for message in await bob.messages()] == [["#tea", "x" * 390]]


async def test_a_channel_in_which_nothing_was_said_ends_with_its_last_member_and_can_be_opened_again(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    alice.send("MODE #tea +i", "PART #tea")
    await alice.all()
    await stage.quiet()
    assert not stage.node.chat.channels
    assert [answer[0] for answer in await bob.numerics("JOIN #tea")] == ["JOIN", "353", "366"]
    assert stage.node.chat.find_channel("#tea").modes == {"n": "", "t": ""}


async def test_names_are_shown_with_all_prefixes_and_masks_to_those_who_asked(stage):
    alice = await stage.enter("alice", "#tea", caps="multi-prefix userhost-in-names")
    alice.send("MODE #tea +v alice")
    await alice.all()
    mask = stage.node.chat.find_user("alice").mask
    assert (await alice.numerics("NAMES #tea"))[0] == ("353", "=", "#tea", f"@+{mask}")


async def test_many_names_are_packed_into_lines_within_the_limit(stage):
    people = [await stage.enter(f"{'n' * 25}{number:02}", "#tea") for number in range(40)]
    people[0].send("NAMES #tea")
    lines = [line for line in await people[0].all() if " 353 " in line]
    assert len(lines) > 2
    assert all(len(line.encode()) <= 510 for line in lines)
    named = [word.lstrip("@") for line in lines for word in line.rpartition(":")[2].split()]
    assert sorted(named) == sorted(f"{'n' * 25}{number:02}" for number in range(40))


async def test_names_of_a_secret_or_missing_channel_are_an_end_only(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    alice.send("MODE #tea +s")
    assert (await alice.numerics("NAMES #tea"))[0][:2] == ("353", "@")
    for name in ("#tea", "#none", "a,b"):
        [answer] = await bob.numerics(f"NAMES {name}")
        assert answer[:2] == ("366", name)
    assert (await bob.numerics("NAMES"))[0][:2] == ("366", "*")


async def test_invisible_members_are_not_named_to_those_outside(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    alice.send("MODE alice +i")
    await alice.all()
    assert [answer[0] for answer in await bob.numerics("NAMES #tea")] == ["366"]
    assert (await alice.numerics("NAMES #tea"))[0][-1] == "@alice"


async def test_an_invitation_reaches_the_invited_and_opens_the_channel(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    alice.send("MODE #tea +i")
    assert await alice.numerics("INVITE BOB #TEA") == [("341", "bob", "#tea")]
    [message] = await bob.messages()
    assert (message.nick, message.command, message.params) == ("alice", "INVITE", ["bob", "#tea"])
    assert (await bob.numerics("JOIN #tea"))[0][0] == "JOIN"


async def test_an_invitation_to_somebody_who_is_away_says_so(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob")
    bob.send("AWAY :lunch")
    await bob.all()
    assert await alice.numerics("INVITE bob #tea") == [("341", "bob", "#tea"), ("301", "bob", "lunch")]


async def test_anyone_who_is_kicked_is_told_by_whom_and_why(stage):
    alice, bob, carol = [await stage.enter(nick, "#tea") for nick in ("alice", "bob", "carol")]
    await stage.quiet()
    alice.send("KICK #tea bob,nobody,carol")
    assert [message.command for message in await alice.messages()] == ["KICK", "401", "KICK"]
    assert [message.params for message in await carol.messages()] == [
        ["#tea", "bob", "alice"],
        ["#tea", "carol", "alice"],
    ]
    [message] = await bob.messages()
    assert (message.nick, message.params) == ("alice", ["#tea", "bob", "alice"])
    assert (await bob.numerics("PRIVMSG #tea :still here"))[0][:2] == ("404", "#tea")


async def test_as_many_channels_as_users_are_paired(stage):
    alice = await stage.enter("alice", "#a", "#b", "#c")
    bob = await stage.enter("bob", "#a", "#b")
    carol = await stage.enter("carol", "#a", "#b")
    await stage.quiet()
    alice.send("KICK #a,#b,#none,#c bob,carol,bob,bob :out")
    answers = [(message.command, *message.params[-3:]) for message in await alice.messages()]
    assert answers[:2] == [("KICK", "#a", "bob", "out"), ("KICK", "#b", "carol", "out")]
    assert [answer[0] for answer in answers[2:]] == ["403", "441"]
    members = {name: set(stage.node.chat.find_channel(name).members) for name in ("#a", "#b")}
    assert members["#a"] == {alice.session.me.id, carol.session.me.id}
    assert members["#b"] == {alice.session.me.id, bob.session.me.id}


async def test_one_user_is_put_out_of_several_channels_at_once(stage):
    alice, bob = await stage.enter("alice", "#a", "#b"), await stage.enter("bob", "#a", "#b")
    alice.send("KICK #a,#b bob,bob")
    await alice.all()
    assert not bob.session.me.channels


@pytest.mark.parametrize("line", ["KICK #a,#b bob", "KICK #a,#b bob,bob,bob", "KICK , bob", "KICK #a ,"])
async def test_channels_that_cannot_be_paired_with_users_put_nobody_out(stage, line):
    alice, bob = await stage.enter("alice", "#a", "#b"), await stage.enter("bob", "#a", "#b")
    await bob.all()
    assert [answer[:2] for answer in await alice.numerics(line)] == [("461", "KICK")]
    assert len(bob.session.me.channels) == 2


async def test_plain_members_do_not_kick(stage):
    await stage.enter("alice", "#tea")
    bob = await stage.enter("bob", "#tea")
    assert (await bob.numerics("KICK #tea alice"))[0][:2] == ("482", "#tea")


async def test_a_topic_is_set_shown_and_cleared(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    assert (await bob.numerics("TOPIC #tea"))[0][0] == "331"
    alice.send("TOPIC #tea :black tea")
    await alice.all()
    assert [message.params for message in await bob.messages()] == [["#tea", "black tea"]]
    assert [answer[0] for answer in await bob.numerics("TOPIC #tea")] == ["332", "333"]
    assert (await bob.numerics("TOPIC #tea :milk"))[0][:2] == ("482", "#tea")
    alice.send("TOPIC #tea :")
    await alice.all()
    assert (await bob.numerics("TOPIC #tea"))[0][0] == "331"


async def test_the_answer_to_a_labeled_join_is_one_batch(stage):
    alice = await stage.enter("alice", caps="labeled-response batch message-tags")
    alice.send("@label=j JOIN #tea")
    opening, *inside, closing = await alice.messages()
    assert (opening.command, opening.tags, opening.params[1]) == ("BATCH", {"label": "j"}, "labeled-response")
    assert [message.command for message in inside] == ["JOIN", "353", "366"]
    assert {message.tags["batch"] for message in inside} == {opening.params[0][1:]} == {closing.params[0][1:]}


async def test_invite_alone_lists_where_one_is_asked_in(stage):
    alice, bob = await stage.enter("alice", "#tea", "#cake"), await stage.enter("bob")
    alice.send("INVITE bob #tea")
    await alice.all()
    assert [line[:2] for line in await bob.numerics("INVITE")][:-1] == [("336", "#tea")]
    bob.send("JOIN #tea")
    assert [line[0] for line in await bob.numerics("INVITE")] == ["337"]
    assert [line[0] for line in await bob.numerics("INVITE alice")] == ["461"]
