"""SearchServ: search and what was missed, in plain words."""

import time
from datetime import datetime, timedelta

import pytest


@pytest.fixture
async def alice(stage):
    """An account without any capability, in #tea with bob, who said something at noon of five days in November."""
    stage.accounts.add("alice")
    alice = await stage.enter("alice", "#tea", login="alice")
    bob = await stage.enter("bob", "#tea", "#milk")
    bob.send(*(f"PRIVMSG #tea :tea number {n}" for n in range(1, 5)), "PRIVMSG #tea :\x01ACTION waves at Alice\x01")
    bob.send("PRIVMSG #milk :hidden tea", "PRIVMSG alice :private tea")
    await bob.all()
    spoken = [event for log in stage.store.logs.values() for event in log if hasattr(event.body, "text")]
    for day, event in enumerate(spoken, 1):
        event.at = at(f"2026-11-{day:02d}T12:00")
    return alice


def at(text):
    return round(datetime.fromisoformat(text).timestamp() * 1000)


async def asked(wire, text):
    """What SearchServ answers."""
    await wire.all()
    wire.send(f"PRIVMSG SearchServ :{text}")
    notices = await wire.heard("NOTICE")
    assert {message.nick for message in notices} == {"SearchServ"}
    return [message.params[-1] for message in notices]


async def test_a_search_is_answered_in_readable_lines(alice):
    assert await asked(alice, "number from:bob in:#tea after:2026-11-03") == [
        "2026-11-03 12:00 #tea <bob> tea number 3",
        "2026-11-04 12:00 #tea <bob> tea number 4",
        "2 found",
    ]


async def test_what_is_private_says_with_whom(alice):
    assert await asked(alice, "FIND private") == ["2026-11-07 12:00 with bob <bob> private tea", "1 found"]


async def test_an_action_reads_as_one(alice):
    assert await asked(alice, "waves") == ["2026-11-05 12:00 #tea * bob waves at Alice", "1 found"]


async def test_a_day_before_ends_before_that_day(alice):
    assert (await asked(alice, "tea before:2026-11-03"))[-1] == "2 found"


async def test_how_many_there_are_and_how_to_see_more_is_told(alice):
    answer = await asked(alice, "tea limit:2 in:#tea")
    assert len(answer) == 3
    assert answer[-1].startswith("4 found, the newest 2 are shown; limit:50 shows more, before:2026-11-03T11:59:59.999")
    older = answer[-1].partition("before:")[2].split()[0]
    assert await asked(alice, f"tea limit:2 in:#tea before:{older}") == [
        "2026-11-01 12:00 #tea <bob> tea number 1",
        "2026-11-02 12:00 #tea <bob> tea number 2",
        "2 found",
    ]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("coffee", "Nothing was found"),
        ("tea in:#milk", "There is no conversation #milk, or you may not read it"),
        ("tea in:#nowhere", "There is no conversation #nowhere, or you may not read it"),
        (
            "tea after:soon",
            "after:soon is not a time: use a day (2026-01-31), a moment (2026-01-31T17:30), or 2h, 3d, 1w.",
        ),
        ("tea from: bob", "from: needs a value directly after it, like from:alice."),
        ("tea from:bob from:alice", "from: is there twice."),
        ("-from:bob", "-from: is not understood; only words, phrases and has: can be excluded."),
        ("tea limit:0", "limit: takes a number from 1 to 50"),
        ("FIND", "Say what to look for: FIND <words>; HELP FIND explains more"),
    ],
)
async def test_what_cannot_be_found_is_told(alice, text, answer):
    assert await asked(alice, text) == [answer]


async def test_what_looks_like_a_filter_and_is_none_is_looked_for(stage, alice):
    alice.send("PRIVMSG #tea :see https://example.org/x")
    assert (await asked(alice, "https://example.org/x"))[-1] == "1 found"


async def test_a_phrase_may_hold_what_looks_like_a_filter(stage, alice):
    alice.send("PRIVMSG #tea :a letter from: carol")
    assert (await asked(alice, '"from: carol"'))[-1] == "1 found"
    assert await asked(alice, '-"from: carol" letter') == ["Nothing was found"]


async def test_links_are_found_and_left_out(stage, alice):
    alice.send("PRIVMSG #tea :tea at https://example.org/x")
    assert (await asked(alice, "tea has:link in:#tea"))[-1] == "1 found"
    assert (await asked(alice, "tea -has:link in:#tea"))[-1] == "4 found"
    assert await asked(alice, "has:file") == ["Nothing was found"]


async def test_a_time_may_be_so_long_ago(stage, alice):
    spoken = [event for log in stage.store.logs.values() for event in log if hasattr(event.body, "text")]
    for days, event in enumerate(spoken[:4], 1):
        event.at = round((datetime.now().astimezone() - timedelta(days=days, minutes=1)).timestamp() * 1000)
    assert (await asked(alice, "number after:3d in:#tea"))[-1] == "2 found"
    assert (await asked(alice, "number before:3d in:#tea"))[-1] == "2 found"


async def test_text_of_others_comes_without_what_moves_a_terminal(stage, alice):
    bob = await stage.enter("mallory", "#tea")
    bob.send("PRIVMSG #tea :\x1b[2Jevil \x0304red")
    await bob.all()
    assert "<mallory> [2Jevil red" in (await asked(alice, "red"))[0]


async def test_help_tells_what_there_is(alice):
    answer = await asked(alice, "HELP")
    assert [line.split()[0] for line in answer[1:]] == ["FIND", "MENTIONS", "CATCHUP", "READ", "HIGHLIGHT"]
    assert "after:" in (await asked(alice, "HELP FIND"))[0]


async def test_mentions_are_shown(alice):
    assert await asked(alice, "MENTIONS") == [
        "2026-11-05 12:00 #tea * bob waves at Alice",
        "1 message mentioning you (alice) or replying to you",
    ]
    assert await asked(alice, "HIGHLIGHT ADD number 3") == ["Besides your names, these words mention you: number 3"]
    assert len(await asked(alice, "MENTIONS")) == 3
    assert await asked(alice, "HIGHLIGHT DEL Number 3") == ["Only your names mention you"]


async def test_what_was_missed_is_told_and_can_be_marked_as_read(stage, alice):
    stage.accounts.read_markers.kept.update({(alice.session.me.id, log): at("2026-11-01") for log in stage.store.logs})
    answer = await asked(alice, "CATCHUP")
    assert answer == [
        "#tea: 5 unread, 1 for you, since 2026-11-01 12:00",
        "bob: 1 private, since 2026-11-07 12:00",
        "2026-11-05 12:00 #tea * bob waves at Alice",
        "2026-11-07 12:00 with bob <bob> private tea",
        "READ marks everything as read, READ <#channel|nick> one of them",
    ]
    for log in stage.store.logs.values():
        for event in log:
            event.at = min(event.at, time.time_ns() // 1_000_000)
    assert await asked(alice, "READ bob") == ["bob: read"]
    assert await asked(alice, "READ") == ["#tea: read"]
    assert await asked(alice, "CATCHUP") == ["You have missed nothing"]
    assert await asked(alice, "READ") == ["There was nothing unread"]


async def test_a_device_that_shows_markers_follows(stage, alice):
    other = await stage.enter("x", caps="draft/read-marker", login="alice@desk")
    await asked(alice, "READ #tea")
    assert await other.expect("MARKREAD #tea timestamp=")


async def test_what_was_missed_since_a_day(alice):
    answer = await asked(alice, "CATCHUP 2026-11-04")
    assert answer[0] == "#tea: 2 unread, 1 for you, since 2026-11-04 12:00"


async def test_a_guest_has_no_words_of_their_own(stage):
    bob = await stage.enter("guest")
    assert "NickServ REGISTER" in (await asked(bob, "HIGHLIGHT ADD tea"))[0]


async def test_chosen_words_have_bounds(alice):
    assert "at most 50 characters" in (await asked(alice, "HIGHLIGHT ADD " + "x" * 51))[0]
    for number in range(20):
        await asked(alice, f"HIGHLIGHT ADD w{number}")
    assert "There are 20 already" in (await asked(alice, "HIGHLIGHT ADD more"))[0]
    assert "HIGHLIGHT ADD <word>" in (await asked(alice, "HIGHLIGHT COLOUR red"))[0]
