"""PRIVMSG, NOTICE, TAGMSG."""

import pytest
from tests.doubles.stage import Stage

from chover.engine.events import TagsKept


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("PRIVMSG", ("411", "No recipient given (PRIVMSG)")),
        ("PRIVMSG #tea", ("412", "No text to send")),
        ("PRIVMSG #tea :", ("412", "No text to send")),
        ("PRIVMSG nobody :x", ("401", "nobody")),
        ("PRIVMSG #none :x", ("403", "#none")),
        ("PRIVMSG #closed :x", ("404", "#closed")),
        ("TAGMSG nobody", ("401", "nobody")),
        ("TAGMSG #closed", ("404", "#closed")),
    ],
)
async def test_bad_input_is_answered_by_its_numeric(stage, line, answer):
    await stage.enter("alice", "#tea", "#closed")
    bob = await stage.enter("bob")
    assert [found[:2] for found in await bob.numerics(line)] == [answer]


@pytest.mark.parametrize(
    "line", ["NOTICE", "NOTICE #tea", "NOTICE nobody :x", "NOTICE #closed :x", "NOTICE a,b,c,d,e,f :x"]
)
async def test_a_notice_is_never_answered(stage, line):
    await stage.enter("alice", "#closed")
    bob = await stage.enter("bob")
    assert await bob.numerics(line) == []


async def test_one_message_to_several_targets_reaches_each_once(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    await stage.quiet()
    answers = await alice.numerics("PRIVMSG #tea,bob,#tea,nobody :x")
    assert [answer[:2] for answer in answers] == [("401", "nobody")]
    assert [message.params[0] for message in await bob.heard("PRIVMSG")] == ["#tea", "bob"]


async def test_targets_beyond_the_limit_are_refused_one_by_one():
    stage = await Stage.open({"limits.max_targets": 2})
    alice, bob = await stage.enter("alice", "#a", "#b", "#c"), await stage.enter("bob", "#c")
    await stage.quiet()
    assert [answer[:2] for answer in await alice.numerics("PRIVMSG #a,#b,#c :x")] == [("407", "#c")]
    assert await bob.all() == []
    await stage.close()


async def test_an_answer_to_several_targets_under_a_label_is_one_batch(stage):
    alice = await stage.enter("alice", "#a", "#b", caps="echo-message labeled-response batch")
    alice.send("@label=1 PRIVMSG #a,#b :x")
    opening, *echoes, _ = await alice.messages()
    assert opening.tags == {"label": "1"}
    assert [message.params for message in echoes] == [["#a", "x"], ["#b", "x"]]


@pytest.mark.parametrize("target", ["bob", "BOB"])
async def test_anyone_who_writes_to_somebody_away_is_told_so(stage, target):
    alice, bob = await stage.enter("alice"), await stage.enter("bob")
    bob.send("AWAY :lunch")
    await bob.all()
    assert await alice.numerics(f"PRIVMSG {target} :x") == [("301", "bob", "lunch")]
    assert await alice.numerics(f"NOTICE {target} :x") == []


@pytest.mark.parametrize(("caps", "echo"), [("", []), ("echo-message", ["PRIVMSG"])])
async def test_under_a_label_being_away_is_told_too(stage, caps, echo):
    alice = await stage.enter("alice", caps=f"labeled-response batch {caps}")
    bob = await stage.enter("bob")
    bob.send("AWAY :lunch")
    await bob.all()
    alice.send("@label=1 PRIVMSG bob :x")
    messages = [message for message in await alice.messages() if message.command != "BATCH"]
    assert [message.command for message in messages] == ["301", *echo]


async def test_nonces_that_cannot_be_are_ignored(stage):
    alice, bob = await stage.enter("alice", "#tea", caps="message-tags"), await stage.enter("bob", "#tea")
    await stage.quiet()
    for nonce in ("", "a b", "x" * 65, "ü"):
        tag = nonce.replace(" ", "\\s")
        alice.send(*[f"@+chover.chat/nonce={tag} PRIVMSG #tea :x{nonce}"] * 2)
    await alice.all()
    assert len(await bob.heard("PRIVMSG")) == 8


async def test_a_nonce_counts_in_its_own_conversation(stage):
    alice, bob = await stage.enter("alice", "#a", "#b", caps="message-tags"), await stage.enter("bob", "#a", "#b")
    await stage.quiet()
    alice.send("@+chover.chat/nonce=n PRIVMSG #a :x", "@+chover.chat/nonce=n PRIVMSG #b :x")
    await alice.all()
    assert len(await bob.heard("PRIVMSG")) == 2


async def test_a_repeat_under_a_label_is_answered_with_the_label(stage):
    alice = await stage.enter("alice", "#tea", caps="message-tags echo-message labeled-response batch")
    await alice.all()
    alice.send("@label=1;+chover.chat/nonce=n PRIVMSG #tea :x")
    [first] = await alice.messages()
    alice.send("@label=2;+chover.chat/nonce=n PRIVMSG #tea :x")
    [again] = await alice.messages()
    assert again.tags == {**first.tags, "label": "2"}


async def test_formatting_and_actions_go_through_as_they_are(stage):
    alice, bob = await stage.enter("alice", "#tea"), await stage.enter("bob", "#tea")
    text = "\x01ACTION waves \x02bold\x02 😀\x01"
    alice.send(f"PRIVMSG #tea :{text}")
    await alice.all()
    assert (await bob.heard("PRIVMSG"))[0].params[1] == text


async def test_what_would_be_too_long_with_its_author_in_front_is_refused_and_not_cut(stage):
    alice, bob = await stage.enter("alice"), await stage.enter("bob")
    await stage.quiet()
    room = 512 - 2 - len(f":{alice.session.me.mask} PRIVMSG bob :")
    [refused] = await alice.numerics("PRIVMSG bob :" + "x" * (room + 1))
    assert refused == (
        "417",
        f"Input line was too long: with your name in front, {room} bytes of text fit in a line",
    )
    [refused] = await alice.numerics("NOTICE bob :" + "\u00f6" * (room // 2 + 2))
    assert refused[0] == "417"
    assert await alice.numerics("PRIVMSG bob :" + "x" * room) == []
    assert [message.params[-1] for message in await bob.heard("PRIVMSG")] == ["x" * room]


@pytest.mark.parametrize("tag", ["react", "draft/react"])
async def test_reactions_are_kept_under_their_old_and_their_new_name(stage, tag):
    alice = await stage.enter("alice", "#tea", caps="message-tags echo-message")
    alice.send("PRIVMSG #tea :good?")
    [message] = await alice.heard("PRIVMSG")
    about = message.tags["msgid"]
    undo = tag.replace("react", "unreact")
    alice.send(
        f"@+{tag}=x;+reply={about} TAGMSG #tea", f"@+{undo}=x;+reply={about} TAGMSG #tea", "@+other=x TAGMSG #tea"
    )
    await alice.all()
    log = stage.node.chat.find_channel("#tea").log
    kept = [event.body.tags for event in stage.store.logs[log] if isinstance(event.body, TagsKept)]
    assert kept == [{f"+{tag}": "x", "+reply": about}, {f"+{undo}": "x", "+reply": about}]
