"""What a newcomer is shown of what was said before."""

import pytest
from tests.doubles.stage import Stage


@pytest.fixture
async def alice(stage):
    """Somebody who has said 0 to 4 in #tea, and more that is no text."""
    found = await stage.enter("alice", "#tea")
    found.send(*[f"PRIVMSG #tea :{number}" for number in range(4)])
    found.send(
        "NOTICE #tea :note", "PRIVMSG #tea :\x01ACTION waves\x01", "PRIVMSG #tea :\x01VERSION\x01", "TOPIC #tea :x"
    )
    await found.all()
    return found


async def entering(stage, caps="", **peer):
    bob = await stage.enter("bob", caps=caps, **peer)
    bob.send("JOIN #tea")
    return await bob.messages()


async def test_a_plain_client_gets_notices_of_histserv_with_date_and_nick(stage, alice):
    notices = [message for message in await entering(stage) if message.command == "NOTICE"]
    assert {message.source for message in notices} == {"HistServ!HistServ@chat.test"}
    assert {message.params[0] for message in notices} == {"#tea"}
    texts = [message.params[1].partition("] ") for message in notices]
    assert [text for _, _, text in texts] == [
        *[f"<alice> {number}" for number in range(4)],
        "<alice> note",
        "* alice waves",
    ]
    assert all(date[-2:] in {"AM", "PM"} for date, _, _ in texts)


async def test_replay_comes_after_the_names(stage, alice):
    commands = [message.command for message in await entering(stage)]
    assert commands[:5] == ["JOIN", "332", "333", "353", "366"]
    assert set(commands[5:]) == {"NOTICE"}


async def test_a_client_with_batch_and_time_gets_a_batch(stage, alice):
    messages = await entering(stage, "batch server-time")
    opening = next(message for message in messages if message.command == "BATCH")
    inside = [message for message in messages if message.tags.get("batch") == opening.params[0][1:]]
    assert opening.params[1:] == ["chathistory", "#tea"]
    assert [message.params[1] for message in inside][:5] == ["0", "1", "2", "3", "note"]
    assert all("time" in message.tags and message.nick == "alice" for message in inside)
    assert {message.command for message in messages} == {
        "JOIN",
        "332",
        "333",
        "353",
        "366",
        "BATCH",
        "PRIVMSG",
        "NOTICE",
    }


@pytest.mark.parametrize("caps", ["draft/chathistory", "draft/chathistory batch server-time"])
async def test_a_client_that_asks_by_itself_gets_nothing(stage, alice, caps):
    assert [m.command for m in await entering(stage, caps)] == ["JOIN", "332", "333", "353", "366"]


async def test_the_originals_clients_get_nothing_here(stage, alice):
    assert "NOTICE" not in [message.command for message in await entering(stage, protocol="legacy")]


async def test_a_channel_without_history_shows_none(stage):
    await stage.enter("alice", "#tea")
    assert [message.command for message in await entering(stage)] == ["JOIN", "353", "366"]


@pytest.mark.parametrize(("count", "shown"), [(0, 0), (2, 2)])
async def test_as_much_as_the_setting_says(count, shown):
    stage = await Stage.open({"history.replay": count})
    alice = await stage.enter("alice", "#tea")
    alice.send(*[f"PRIVMSG #tea :{number}" for number in range(5)])
    await alice.all()
    notices = [message.params[1] for message in await entering(stage) if message.command == "NOTICE"]
    assert [text[-1] for text in notices] == ["3", "4"][:shown]
    await stage.close()
