"""SEARCH."""

import pytest
from tests.doubles.stage import Stage

from chover.engine.model import ListEntry
from chover.ports import StoreError
from chover.server.delivery.render import timestamp

CAPS = "soju.im/search batch server-time message-tags echo-message"


@pytest.fixture
async def alice(stage):
    """Somebody who has heard bob in #tea, and was not in #milk."""
    alice = await stage.enter("alice", "#tea", caps=CAPS)
    bob = await stage.enter("bob", "#tea", "#milk")
    bob.send(
        "PRIVMSG #tea :green tea",
        "PRIVMSG #tea :black tea; strong",
        "PRIVMSG #milk :no tea here",
        "PRIVMSG alice :tea for two",
    )
    await bob.all()
    alice.send("PRIVMSG #tea :my tea")
    await alice.all()
    for number, event in enumerate(event for log in stage.store.logs.values() for event in log):
        event.at = 1_000_000 + number
    return alice


async def asked(wire, attributes):
    """What a search finds: the target and the text of each message, in its batch."""
    wire.send(f"SEARCH {attributes}")
    opening, *inside, closing = await wire.messages()
    assert (opening.command, opening.params[1:]) == ("BATCH", ["soju.im/search"])
    assert closing.params == ["-" + opening.params[0][1:]]
    assert {message.tags["batch"] for message in inside} <= {opening.params[0][1:]}
    assert all("msgid" in message.tags and "time" in message.tags for message in inside)
    return [tuple(message.params) for message in inside]


async def refused(wire, attributes):
    wire.send(f"SEARCH {attributes}")
    [answer] = await wire.messages()
    assert (answer.command, answer.params[0]) == ("FAIL", "SEARCH")
    return answer.params[1:]


async def test_what_one_may_read_is_found_everywhere(alice):
    assert await asked(alice, "text=tea") == [
        ("#tea", "green tea"), ("#tea", "black tea; strong"), ("#tea", "my tea"), ("alice", "tea for two"),
    ]  # fmt: skip


async def test_a_search_may_be_for_one_channel_one_person_one_sender(alice):
    assert await asked(alice, "text=tea;in=#TEA;from=bob") == [("#tea", "green tea"), ("#tea", "black tea; strong")]
    assert await asked(alice, "in=bob") == [("alice", "tea for two")]
    assert await asked(alice, "from=alice") == [("#tea", "my tea")]


async def test_values_are_escaped_as_tags_are(alice):
    assert await asked(alice, r"text=black\stea\:\sstrong") == [("#tea", "black tea; strong")]


async def test_the_newest_are_found_unless_a_beginning_is_given(stage, alice):
    assert await asked(alice, "text=tea;in=#tea;limit=1") == [("#tea", "my tea")]
    first = next(
        event for log in stage.store.logs.values() for event in log if getattr(event.body, "text", "") == "green tea"
    )
    assert await asked(alice, f"after={timestamp(first.at)};in=#tea;limit=1") == [("#tea", "green tea")]
    assert await asked(alice, f"before={timestamp(first.at)};in=#tea") == [("#tea", "green tea")]
    bounds = f"after={timestamp(first.at)};before=2099-01-01T00:00:00.000Z"
    assert await asked(alice, f"{bounds};text=tea;in=#tea;limit=1") == [("#tea", "my tea")]


async def test_nothing_found_is_an_empty_batch(alice):
    assert await asked(alice, "text=coffee") == []


async def test_a_channel_that_one_is_not_in_answers_like_one_that_is_not_there(alice):
    answers = [await refused(alice, f"in={target};text=tea") for target in ("#milk", "#nowhere", "nobody")]
    assert answers == [["INVALID_PARAMS", "in", "There is no such conversation, or you may not read it"]] * 3


async def test_anyone_who_has_left_a_channel_finds_nothing_of_it(alice):
    alice.send("PART #tea")
    await alice.all()
    assert await asked(alice, "text=tea") == [("alice", "tea for two")]


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ("after=yesterday", "after"),
        ("before=", "before"),
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=many", "limit"),
        ("in=", "in"),
        ("from", "from"),
        ("colour=red", "colour"),
        (":x y=1", "*"),
    ],
)
async def test_what_cannot_be_asked_is_refused_by_name(alice, attributes, name):
    assert (await refused(alice, attributes))[:2] == ["INVALID_PARAMS", name]


async def test_without_the_capability_the_answer_says_how_else(stage):
    bob = await stage.enter("bob")
    code, text = await refused(bob, "text=tea")
    assert code == "NEED_CAPABILITY"
    assert "SearchServ" in text


async def test_an_index_that_cannot_be_read_is_told(stage, alice, monkeypatch):
    async def fails(*_, **__):
        raise StoreError("the disk is full")

    monkeypatch.setattr(stage.store.search, "find", fails)
    assert await refused(alice, "text=tea") == ["INTERNAL_ERROR", "The search could not be run: the disk is full"]


async def test_a_label_stands_on_the_batch(stage):
    wire = await stage.enter("carol", "#tea", caps=f"{CAPS} labeled-response")
    wire.send("@label=x SEARCH text=nothing")
    opening, *_ = await wire.messages()
    assert opening.tags["label"] == "x"


async def test_what_operators_alone_may_read_is_found_by_nobody(stage, alice):
    alice.send("PRIVMSG @#tea :secret tea")
    await alice.all()
    assert await asked(alice, "text=secret") == []


async def test_anyone_who_reads_only_what_came_after_them_finds_nothing_older():
    stage = await Stage.open({"history.visibility": "joined"})
    bob = await stage.enter("bob", "#tea")
    bob.send("PRIVMSG #tea :old tea, alice")
    await bob.all()
    alice = await stage.enter("alice", "#tea", caps=f"{CAPS} chover.chat/catchup")
    bob.send("PRIVMSG #tea :new tea, alice")
    await bob.all()
    await alice.all()
    assert await asked(alice, "text=tea") == [("#tea", "new tea, alice")]
    for command in ("MENTIONS", "CATCHUP *", "CATCHUP timestamp=2000-01-01T00:00:00Z"):
        alice.send(command)
        assert [message.params[-1] for message in await alice.heard("PRIVMSG")] == ["new tea, alice"]
    await stage.close()


async def test_anyone_who_is_banned_finds_nothing_in_that_channel(stage, alice):
    tea = stage.node.chat.find_channel("#tea")
    tea.members[alice.session.me.id].change("o", add=False)
    tea.lists.setdefault("b", {})["*!*@*"] = ListEntry("*!*@*", "chair", 0)
    assert await asked(alice, "text=tea") == [("alice", "tea for two")]


async def test_a_guest_does_not_find_what_the_former_bearer_of_the_nick_was_told():
    stage = await Stage.open()
    first = await stage.enter("alice", caps=CAPS)
    bob = await stage.enter("bob")
    bob.send("PRIVMSG alice :the key is under the mat")
    await bob.all()
    first.send("QUIT")
    await first.ended()
    second = await stage.enter("alice", caps=CAPS)
    assert await asked(second, "text=key") == []
    await stage.close()
