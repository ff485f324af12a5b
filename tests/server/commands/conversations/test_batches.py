"""Messages of several lines: in as one batch, kept as one message, out as a batch or line by line."""

import pytest

CAPS = "batch message-tags draft/multiline echo-message labeled-response server-time"
HELLO = ("@batch=1 PRIVMSG #tea hello", "@batch=1 PRIVMSG #tea :", "@batch=1 PRIVMSG #tea :how is ")
CONTINUED = "@batch=1;draft/multiline-concat PRIVMSG #tea :everyone?"


def framed(*lines, target="#tea", tags=""):
    return f"{tags}BATCH +1 draft/multiline {target}", *lines, "BATCH -1"


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea", caps=CAPS)


async def test_those_with_the_capability_get_a_batch(stage, alice):
    bob = await stage.enter("bob", "#tea", caps="batch message-tags draft/multiline")
    await alice.all()
    alice.send(*framed(*HELLO, CONTINUED))
    await alice.all()
    opening, *inside, closing = await bob.messages()
    name = opening.params[0][1:]
    assert (opening.nick, opening.params[1:]) == ("alice", ["draft/multiline", "#tea"])
    assert [line.params for line in inside] == [["#tea", t] for t in ("hello", "", "how is ", "everyone?")]
    assert all(line.tags["batch"] == name and "msgid" not in line.tags for line in inside)
    assert ["draft/multiline-concat" in line.tags for line in inside] == [False, False, False, True]
    assert opening.tags.keys() == {"msgid"}
    assert closing.params == [f"-{name}"]


async def test_others_get_the_lines_one_by_one_without_the_blank_ones(stage, alice):
    bob = await stage.enter("bob", "#tea", caps="message-tags server-time")
    await alice.all()
    alice.send(*framed(*HELLO, CONTINUED, tags="@+draft/reply=m0 "))
    await alice.all()
    first, *others = await bob.messages()
    assert [line.params[1] for line in (first, *others)] == ["hello", "how is ", "everyone?"]
    assert first.tags.keys() == {"msgid", "time", "+draft/reply"}
    assert all(line.tags.keys() == {"time", "+draft/reply"} for line in others)


async def test_on_each_of_those_lines_stand_the_client_tags_and_on_one_what_is_the_messages_own(stage, alice):
    bob = await stage.enter("bob", "#tea", caps="message-tags")
    plain = await stage.enter("carol", "#tea")
    alice.send("MODE alice +B")
    await stage.quiet()
    alice.send(*framed(*HELLO, tags="@+draft/reply=m0;+x=a\\sb;+typing=done;+chover.chat/nonce=n1 "))
    await alice.all()
    first, second = [line.tags for line in await bob.messages()]
    assert second == {"bot": "", "+draft/reply": "m0", "+x": "a b"}
    assert first == {**second, "msgid": first["msgid"], "+chover.chat/nonce": "n1"}
    assert [line.tags for line in await plain.messages()] == [{}, {}]


async def test_the_label_stands_on_the_echoed_batch_and_nowhere_else(alice):
    alice.send(*framed(*HELLO, tags="@label=x "))
    opening, *rest = await alice.messages()
    assert (opening.command, opening.tags["label"]) == ("BATCH", "x")
    assert all("label" not in line.tags for line in rest)


async def test_the_label_of_a_private_one_to_somebody_away_frames_all_of_it(stage, alice):
    bob = await stage.enter("bob")
    bob.send("AWAY :lunch")
    await bob.all()
    alice.send(*framed("@batch=1 PRIVMSG bob a", "@batch=1 PRIVMSG bob b", target="bob", tags="@label=x "))
    outer, away, inner, *_ = await alice.messages()
    assert (outer.tags["label"], outer.params[1]) == ("x", "labeled-response")
    assert away.command == "301"
    assert (inner.params[1], inner.tags["batch"]) == ("draft/multiline", outer.params[0][1:])
    assert [line.params[1] for line in await bob.heard("PRIVMSG")] == ["a", "b"]


async def test_history_gives_it_as_one_message_or_line_by_line(stage, alice):
    alice.send(*framed(*HELLO, CONTINUED), "PRIVMSG #tea :after")
    await alice.all()
    alice.send("CHATHISTORY LATEST #tea * 2")
    outer, inner, *rest = await alice.messages()
    assert (inner.params[1:], inner.tags["batch"]) == (["draft/multiline", "#tea"], outer.params[0][1:])
    assert [line.params[1] for line in rest if line.command == "PRIVMSG"][-1] == "after"
    bob = await stage.enter("bob", "#tea", caps="batch draft/chathistory")
    bob.send("CHATHISTORY LATEST #tea * 2")
    lines = await bob.heard("PRIVMSG")
    assert [line.params[1] for line in lines] == ["hello", "how is ", "everyone?", "after"]
    assert len({line.tags["batch"] for line in lines}) == 1


async def test_it_is_one_message_in_the_store(stage, alice):
    alice.send(*framed(*HELLO, CONTINUED))
    await alice.all()
    [event] = [event for log in stage.store.logs.values() for event in log if hasattr(event.body, "joints")]
    assert event.body.text == "hello\n\nhow is everyone?"
    assert event.body.pieces()[-1] == ("everyone?", True)


async def test_lines_that_fit_are_a_message_however_long_they_are_together(stage, alice):
    bob = await stage.enter("bob", "#tea")
    await alice.all()
    alice.send(*framed(*[f"@batch=1 PRIVMSG #tea {letter * 400}" for letter in "abcdefghij"]))
    assert [line.command for line in await alice.messages()] == ["BATCH", *["PRIVMSG"] * 10, "BATCH"]
    assert [line.params[1] for line in await bob.messages()] == [letter * 400 for letter in "abcdefghij"]


async def test_a_line_of_them_that_has_no_room_behind_the_author_is_refused(alice):
    alice.send(*framed("@batch=1 PRIVMSG #tea a", f"@batch=1 PRIVMSG #tea {'x' * 490}"))
    [line] = await alice.all()
    assert " 417 " in line


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (["@batch=1 PRIVMSG #bar a"], "MULTILINE_INVALID_TARGET #tea #bar"),
        ([f"@batch=1 PRIVMSG #tea {'x' * 400}"] * 11, "MULTILINE_MAX_BYTES 4096"),
        (["@batch=1 PRIVMSG #tea a"] * 33, "MULTILINE_MAX_LINES 32"),
        (["@batch=1 PRIVMSG #tea :"] * 2, "MULTILINE_INVALID"),
        (["@batch=1 PRIVMSG #tea a", "@batch=1;draft/multiline-concat PRIVMSG #tea :"], "MULTILINE_INVALID"),
        (["@batch=1 PRIVMSG #tea a", "@batch=1 NOTICE #tea b"], "MULTILINE_INVALID"),
        (["@batch=1 TOPIC #tea a"], "MULTILINE_INVALID"),
        (["@batch=2 PRIVMSG #tea a"], "MULTILINE_INVALID"),
        (["@batch=1 EDIT #tea a"], "MULTILINE_INVALID"),
        (["@batch=1 EDIT #tea m1 a", "@batch=1 EDIT #tea m2 b"], "MULTILINE_INVALID"),
        ([], "MULTILINE_INVALID"),
    ],
    ids=[
        "target",
        "bytes",
        "lines",
        "blank",
        "concat",
        "mixed",
        "command",
        "name",
        "edit of nothing",
        "edits",
        "nothing",
    ],
)
async def test_what_is_no_message_is_answered_once_and_sent_to_nobody(stage, alice, lines, answer):
    bob = await stage.enter("bob", "#tea")
    await alice.all()
    alice.send(*framed(*lines, tags="@label=x "))
    [line] = await alice.all()
    assert line.startswith("@label=x ")
    assert f" FAIL BATCH {answer} :" in line
    assert await bob.all() == []


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("BATCH +a_b draft/multiline #tea", "INVALID_REFTAG a_b"),
        ("BATCH +1 netjoin #tea", "UNKNOWN_TYPE 1 netjoin"),
        ("BATCH -1", "MULTILINE_INVALID"),
    ],
)
async def test_a_batch_that_cannot_begin_or_end_is_refused(alice, line, answer):
    alice.send(line)
    [fail] = await alice.all()
    assert f" FAIL BATCH {answer} :" in fail


async def test_without_the_capability_there_is_no_such_batch(stage):
    bob = await stage.enter("bob", "#tea", caps="batch message-tags")
    bob.send(*framed("@batch=1 PRIVMSG #tea a"))
    [fail] = await bob.all()
    assert " FAIL BATCH UNKNOWN_TYPE 1 draft/multiline :" in fail


async def test_a_refusal_carries_the_label_of_the_opening(stage, alice):
    alice.send(*framed("@batch=1 PRIVMSG #nowhere a", target="#nowhere", tags="@label=x "))
    [line] = await alice.all()
    assert line.startswith("@label=x :chat.test 403 ")


async def test_a_line_of_no_open_batch_is_refused_under_its_label(alice):
    alice.send("@label=x;batch=9 PRIVMSG #tea a")
    [line] = await alice.messages()
    assert (line.command, line.params[:2], line.tags) == ("FAIL", ["BATCH", "MULTILINE_INVALID"], {"label": "x"})
