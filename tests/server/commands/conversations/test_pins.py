"""PIN, UNPIN and PINNED: what a channel has pinned for everybody."""

import pytest
from tests.doubles.stage import Stage

CAPS = "chover.chat/pins message-tags echo-message draft/message-redaction"


async def said(wire, target, text="hello"):
    wire.send(f"PRIVMSG {target} :{text}")
    return next(line.tags["msgid"] for line in await wire.messages() if line.command == "PRIVMSG")


async def told(wire, *commands):
    """The list that a person has been told last, and refusals."""
    if commands:
        wire.send(*commands)
    lines = [line for line in await wire.messages() if line.command in {"PINNED", "FAIL", "482", "442"}]
    return [line.params if line.command == "PINNED" else [line.command, *line.params[:2]] for line in lines]


@pytest.fixture
async def alice(stage):
    return await stage.enter("alice", "#tea", caps=CAPS)


@pytest.fixture
async def bob(stage, alice):
    return await stage.enter("bob", "#tea", caps=CAPS)


async def test_what_an_operator_pins_everybody_is_told_and_a_newcomer_too(stage, alice, bob):
    first, second = await said(bob, "#tea"), await said(bob, "#tea")
    await alice.messages()
    assert await told(alice, f"PIN #tea {first}") == [["#tea", first], ["#tea"]]
    assert await told(bob) == [["#tea", first], ["#tea"]]
    assert await told(alice, f"PIN #tea {second}") == [["#tea", f"{first} {second}"], ["#tea"]]
    assert await told(alice, f"PIN #tea {second}") == []
    carol = stage.connect()
    carol.send("CAP REQ :chover.chat/pins", "NICK carol", "USER c 0 * :c", "CAP END", "JOIN #tea")
    assert await told(carol) == [["#tea", f"{first} {second}"], ["#tea"]]
    assert (await told(alice, f"UNPIN #tea {first}"))[0] == ["#tea", second]
    assert (await told(carol, "PINNED #tea"))[-2:] == [["#tea", second], ["#tea"]]


async def test_a_plain_client_is_told_nothing(stage, alice):
    plain = await stage.enter("plain", "#tea")
    msgid = await said(alice, "#tea")
    await plain.messages()
    await told(alice, f"PIN #tea {msgid}")
    assert await plain.messages() == []


async def test_only_who_may_set_the_topic_pins(alice, bob):
    msgid = await said(bob, "#tea")
    assert await told(bob, f"PIN #tea {msgid}") == [["482", "bob", "#tea"]]
    assert await told(bob, f"UNPIN #tea {msgid}") == [["482", "bob", "#tea"]]
    alice.send("MODE #tea -t")
    await alice.messages()
    assert await told(bob, f"PIN #tea {msgid}") == [["#tea", msgid], ["#tea"]]


async def test_only_messages_of_a_channel_can_be_pinned(alice, bob):
    private = await said(alice, "bob")
    assert await told(alice, "PIN #tea nonsense") == [["FAIL", "PIN", "UNKNOWN_MSGID"]]
    assert await told(alice, f"PIN bob {private}") == [["FAIL", "PIN", "INVALID_TARGET"]]
    assert await told(alice, "PIN #none x") == [["FAIL", "PIN", "INVALID_TARGET"]]


async def test_what_is_pinned_is_for_members(stage, alice):
    outsider = await stage.enter("eve", caps=CAPS)
    assert await told(outsider, "PINNED #tea") == [["FAIL", "PINNED", "INVALID_TARGET"]]


async def test_a_deleted_message_is_not_pinned_any_more(alice, bob):
    first, second = await said(bob, "#tea"), await said(bob, "#tea")
    await told(alice, f"PIN #tea {first}", f"PIN #tea {second}")
    await bob.messages()
    assert await told(bob, f"REDACT #tea {first}") == [["#tea", second], ["#tea"]]
    assert await told(alice) == [["#tea", second], ["#tea"]]


async def test_there_are_fifty_at_most_in_lines_that_every_client_can_read(alice, monkeypatch):
    monkeypatch.setattr("chover.engine.verbs.pinning.MOST_SHARED_PINS", 20)
    msgids = [await said(alice, "#tea", f"number {number}") for number in range(21)]
    for msgid in msgids[:-1]:
        last = await told(alice, f"PIN #tea {msgid}")
    assert [len(line[1].split()) for line in last[:-1]] == [15, 5]
    assert await told(alice, f"PIN #tea {msgids[-1]}") == [["FAIL", "PIN", "LIMIT_REACHED"]]


async def test_metadata_neither_shows_nor_sets_it(stage, alice):
    caps = f"{CAPS} draft/metadata-3 batch"
    other = await stage.enter("other", "#tea", caps=caps)
    msgid = await said(alice, "#tea")
    alice.send("CAP REQ :draft/metadata-3 batch", "MODE #tea +o other")
    await alice.messages()
    other.send("METADATA * SUB chover.chat/shared-pins")
    await other.messages()
    await told(alice, f"PIN #tea {msgid}")
    other.send("METADATA #tea LIST", "METADATA #tea GET chover.chat/shared-pins", "METADATA #tea CLEAR")
    assert msgid not in str([line for line in await other.messages() if line.command != "PINNED"])
    other.send("METADATA #tea SET chover.chat/shared-pins :x")
    assert (await other.messages())[-1].params[:2] == ["METADATA", "KEY_NO_PERMISSION"]
    assert (await told(other, "PINNED #tea"))[0] == ["#tea", msgid]


async def test_it_survives_a_restart_and_goes_with_a_renamed_channel(stage, alice):
    msgid = await said(alice, "#tea")
    await told(alice, f"PIN #tea {msgid}", "RENAME #tea #coffee :new")
    again = await Stage.open(store=stage.store)
    carol = await again.enter("carol", caps=CAPS)
    assert (await told(carol, "JOIN #coffee"))[0] == ["#coffee", msgid]
    await again.close()
