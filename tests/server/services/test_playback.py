"""*playback: clients made for ZNC."""

import pytest

from chover.engine.ids import pair_log

CAPS = "znc.in/playback batch server-time"


@pytest.fixture
async def alice(stage):
    """Bob has said 0 to 3 in #tea, at 1, 2, 3 and 4 seconds, and one to her, at 1.5."""
    alice = await stage.enter("alice", caps=CAPS)
    bob = await stage.enter("bob", "#tea", "#[tea]")
    bob.send(*[f"PRIVMSG #tea :{number}" for number in range(4)], "PRIVMSG #[tea] :brackets", "PRIVMSG alice :psst")
    await bob.all()
    tea = stage.store.logs[stage.node.chat.find_channel("#tea").log]
    for number, event in enumerate(tea, 5 - len(tea)):
        event.at = max(1000 * number, 100)
    for event in stage.store.logs[pair_log(alice.session.me.id, bob.session.me.id)]:
        event.at = 1500
    await alice.all()
    return alice


async def played(wire, *lines):
    """The batches that these lines bring: of which conversation, and what was said."""
    wire.send(*lines)
    found = {}
    names = {}
    for message in await wire.messages():
        if message.command == "BATCH" and message.params[0][0] == "+":
            assert message.params[1] == "znc.in/playback"
            names[message.params[0][1:]] = message.params[2]
            assert message.params[2] not in found
            found[message.params[2]] = []
        elif batch := message.tags.get("batch"):
            assert message.tags["time"]
            found[names[batch]].append(message.params[1])
    return found


ALL = ["0", "1", "2", "3"]


async def test_nothing_is_shown_unasked(alice):
    assert await played(alice, "JOIN #tea") == {}


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("*", {"#tea": ALL, "bob": ["psst"]}),
        ("* 0", {"#tea": ALL, "bob": ["psst"]}),
        ("* 2", {"#tea": ["2", "3"]}),
        ("* 1.25 2.5", {"#tea": ["1"], "bob": ["psst"]}),
        ("* 1.2500000000001 2.0001", {"#tea": ["1"], "bob": ["psst"]}),
        ("#tea,bob 1.5004 2.0000", {}),
        ("#tea 0.9994 2.", {"#tea": ["0"]}),
        ("#tea", {"#tea": ALL}),
        ("#t*", {"#tea": ALL}),
        ("#TEA,bob 1", {"#tea": ["1", "2", "3"], "bob": ["psst"]}),
        ("bob", {"bob": ["psst"]}),
        ("nobody", {}),
        ("#other", {}),
    ],
)
async def test_play(alice, asked, shown):
    await played(alice, "JOIN #tea")
    assert await played(alice, f"PRIVMSG *playback :PLAY {asked}") == shown


async def test_what_is_asked_for_first_is_shown_at_the_join_and_once(alice):
    assert await played(alice, "PRIVMSG *playback :play * 2") == {}
    assert await played(alice, "JOIN #tea") == {"#tea": ["2", "3"]}
    assert await played(alice, "PART #tea", "JOIN #tea") == {}
    assert await played(alice, "PRIVMSG *playback :PLAY #tea 3") == {"#tea": ["3"]}


async def test_a_name_with_brackets_is_no_pattern(alice):
    await played(alice, "JOIN #[tea]")
    assert await played(alice, "PRIVMSG *playback :PLAY #[tea]") == {"#[tea]": ["brackets"]}


async def test_a_channel_that_one_is_not_in_is_not_shown(alice):
    assert await played(alice, "PRIVMSG *playback :PLAY #tea") == {}


async def heard(wire, line):
    wire.send(line)
    return [(message.source, message.params[-1]) for message in await wire.heard("PRIVMSG")]


async def test_list_names_the_conversations_and_their_newest_message(alice):
    await played(alice, "JOIN #tea")
    assert await heard(alice, "PRIVMSG *playback :LIST") == [
        ("*playback!znc@znc.in", "bob 0 1.500"),
        ("*playback!znc@znc.in", "#tea 0 4.000"),
    ]


@pytest.mark.parametrize("time", ["yesterday", "NaN", "1e999999999", "-1", "9" * 40])
async def test_what_is_no_time_is_said_to_be_none(alice, time):
    [(_, text)] = await heard(alice, f"PRIVMSG *playback :PLAY * {time}")
    assert text.endswith("the times are seconds since 1970, like 1558374442.25")


async def test_nothing_is_cleared(alice):
    await played(alice, "JOIN #tea")
    [(_, text)] = await heard(alice, "PRIVMSG *playback :CLEAR *")
    assert text.startswith("Nothing is cleared here")
    assert await played(alice, "PRIVMSG *playback :PLAY #tea") == {"#tea": ALL}


async def test_znc_is_a_way_to_speak_to_it(alice):
    await played(alice, "JOIN #tea")
    assert await played(alice, "ZNC *playback play #tea 3") == {"#tea": ["3"]}
    assert await played(alice, "ZNC playback :PLAY bob") == {"bob": ["psst"]}
    alice.send("ZNC *clearbuffer x")
    await alice.expect("There is no module *clearbuffer here")


async def test_a_module_of_blanks_is_none(stage):
    alice = await stage.enter("alice")
    assert [numeric[0] for numeric in await alice.numerics("ZNC : ", "ZNC :")] == ["461", "461"]
