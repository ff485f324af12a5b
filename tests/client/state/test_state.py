import pytest

from chover.client.capabilities import WANTED
from chover.client.notifications import (
    Caught,
    ChannelJoined,
    ChannelLeft,
    Delivered,
    Note,
    PlainLine,
    Undelivered,
    Word,
)
from chover.client.state import State, dispatch, gap, history_requests, lifecycle, sending
from chover.client.state.model import state as rules
from chover.wire.capabilities import NONCE
from chover.wire.message import Message, parse

MINE = ":Alice!a@cloak"


def receive(state, *lines, now=1000):
    return [notifications for line in lines for notifications in dispatch.receive(state, parse(line), now)]


def sent(state) -> list[Message]:
    return [parse(line) for line in lifecycle.take(state)]


def commands(state):
    return [message.command for message in sent(state)]


def begun(caps=WANTED, **options):
    state = State(**options)
    lifecycle.begin(state, "Alice", caps)
    assert commands(state) == ["PING"]
    return state


def in_lobby(caps=WANTED, **options):
    """In #lobby, with nothing of its history."""
    state = begun(caps, **options)
    receive(state, f"{MINE} JOIN #lobby", "PONG s settled")
    lifecycle.take(state)
    receive(state, "BATCH +h chathistory #lobby", "BATCH -h")
    return state


def test_after_the_fence_a_client_without_a_channel_joins_the_lobby():
    state = begun()
    receive(state, "PONG s settled")
    assert lifecycle.take(state) == ["JOIN #lobby"]


def test_a_client_that_the_server_joined_stays_there():
    state = begun()
    receive(state, f"{MINE} JOIN #tea", "PONG s settled")
    assert lifecycle.take(state) == ["CHATHISTORY LATEST #tea * 50"]
    assert state.home == "#tea"


def test_a_client_may_stay_out_of_all_channels():
    state = begun(channel="")
    receive(state, "PONG s settled")
    assert lifecycle.take(state) == []


def test_joining_brings_the_history_and_then_caught():
    state = begun()
    assert receive(state, f"{MINE} JOIN #lobby") == [ChannelJoined("#lobby")]
    notifications = receive(
        state,
        "BATCH +h chathistory #lobby",
        "@batch=h;msgid=m1 :Bob!b@c PRIVMSG #lobby :one",
        "@batch=h;msgid=m2 :Bob!b@c JOIN #lobby",
        "BATCH -h",
    )
    assert [type(item) for item in notifications] == [PlainLine, Caught]
    assert notifications[0].past
    assert notifications[1] == Caught("#lobby", 1)


def test_without_history_on_the_server_there_is_nothing_to_wait_for():
    state = begun(WANTED - {"draft/chathistory"})
    assert receive(state, f"{MINE} JOIN #lobby") == [ChannelJoined("#lobby"), Caught("#lobby", 0)]


def test_somebody_else_joining_changes_nothing():
    state = in_lobby()
    assert receive(state, ":Bob!b@c JOIN #tea", ":Bob!b@c PART #lobby", ":Bob!b@c NICK Alicia") == []
    assert list(state.channels) == ["#lobby"]


def test_a_message_waits_until_its_channel_is_joined():
    state = begun()
    state.say("#tea", "hi", "n1")
    assert lifecycle.take(state) == []
    receive(state, "PONG s settled")
    assert lifecycle.take(state) == ["JOIN #tea"]
    receive(state, f"{MINE} JOIN #tea")
    assert commands(state) == ["CHATHISTORY", "PRIVMSG"]


def test_a_message_carries_its_nonce_and_label():
    state = in_lobby()
    state.say("#lobby", "hi there", "n1")
    (line,) = sent(state)
    assert line.params == ["#lobby", "hi there"]
    assert line.tags == {NONCE: "n1", "label": "n1"}


@pytest.mark.parametrize("tag", [f"{NONCE}=n1", "label=n1"])
def test_its_echo_acknowledges_a_message_and_is_known_as_mine(tag):
    state = in_lobby()
    state.say("#lobby", "hi", "n1")
    lifecycle.take(state)
    delivered, line = receive(state, f"@{tag};msgid=m1 {MINE} PRIVMSG #lobby hi")
    assert delivered == Delivered("n1")
    assert line.mine
    assert line.own
    assert len(state.outbox) == 0


def test_an_echo_that_comes_twice_is_shown_once():
    state = in_lobby()
    state.say("#lobby", "hi", "n1")
    lifecycle.take(state)
    echo = f"@{NONCE}=n1;msgid=m1 {MINE} PRIVMSG #lobby hi"
    assert len(receive(state, echo)) == 2
    assert receive(state, echo) == []


def test_without_echoes_an_answer_to_a_ping_acknowledges():
    state = in_lobby(WANTED - {"echo-message", "labeled-response"})
    state.say("#lobby", "hi", "n1")
    message, ping = sent(state)
    assert message.tags == {NONCE: "n1"}
    assert receive(state, f"PONG s {ping.params[0]}") == [Delivered("n1")]


def test_an_ack_acknowledges():
    state = in_lobby()
    state.say("#lobby", "hi", "n1")
    lifecycle.take(state)
    assert receive(state, "@label=n1 ACK") == [Delivered("n1")]


@pytest.mark.parametrize(
    "line",
    [
        "@label=n1 :s 404 Alice #lobby :Cannot send",
        "@label=n1 FAIL PRIVMSG CANNOT_SEND #lobby :Cannot send",
        ":s 404 Alice #lobby :Cannot send",
        "FAIL PRIVMSG CANNOT_SEND #lobby :Cannot send",
    ],
)
def test_a_refusal_with_or_without_a_label_takes_the_message_out(line):
    state = in_lobby()
    state.say("#lobby", "hi", "n1")
    lifecycle.take(state)
    assert receive(state, line) == [Undelivered("n1", "#lobby", "hi", "Cannot send")]
    assert len(state.outbox) == 0


def test_a_refusal_inside_a_labelled_batch_takes_the_message_out():
    state = in_lobby()
    state.say("#lobby", "hi", "n1")
    lifecycle.take(state)
    told = receive(state, "@label=n1 BATCH +b labeled-response", "@batch=b :s 404 Alice #lobby :No")
    assert told == [Undelivered("n1", "#lobby", "hi", "No")]


def test_anyone_who_is_away_is_so_after_a_lost_connection_again_and_nobody_else_is():
    state = in_lobby()
    state.absent = "at lunch"
    receive(state, ":s 306 Alice :You have been marked as being away")
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", WANTED)
    assert not state.away
    receive(state, "PONG s settled")
    assert "AWAY :at lunch" in lifecycle.take(state)
    state.absent = ""
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", WANTED)
    receive(state, "PONG s settled")
    assert "AWAY" not in commands(state)


def test_an_away_answer_is_no_refusal():
    state = in_lobby()
    state.say("Bob", "hi", "n1")
    lifecycle.take(state)
    assert receive(state, "@label=n1 :s 301 Alice Bob :gone fishing") == [Note("Bob is away: gone fishing")]
    assert len(state.outbox) == 1


def test_a_channel_that_lets_nobody_in_refuses_what_waits_for_it():
    state = in_lobby()
    state.say("#secret", "hi", "n1")
    lifecycle.take(state)
    assert receive(state, ":s 473 Alice #secret :Cannot join channel (+i)") == [
        ChannelLeft("#secret", "Cannot join channel (+i)"),
        Undelivered("n1", "#secret", "hi", "Cannot join channel (+i)"),
    ]
    assert "#secret" not in state.wanted


def test_a_kick_says_by_whom_and_why():
    state = in_lobby()
    assert receive(state, ":Bob!b@c KICK #lobby Alice :enough\x1b") == [ChannelLeft("#lobby", "kicked by Bob (enough)")]
    assert state.channels == {}


def test_all_channels_are_joined_again_after_a_lost_connection():
    state = in_lobby()
    state.join("#tea")
    receive(state, f"{MINE} JOIN #tea")
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", WANTED)
    receive(state, f"{MINE} JOIN #lobby", "PONG s settled")
    assert "JOIN #tea" in lifecycle.take(state)


def test_private_conversations_are_continued_after_a_lost_connection():
    state = in_lobby()
    receive(state, "@msgid=p1 :Bob!b@c PRIVMSG Alice :psst")
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", WANTED)
    receive(state, "PONG s settled")
    assert "CHATHISTORY AFTER Bob timestamp=1970-01-01T00:00:00.999Z 100" in lifecycle.take(state)


def test_history_that_the_server_cannot_give_is_asked_for_differently():
    state = in_lobby()
    receive(state, "@msgid=m1 :Bob!b@c PRIVMSG #lobby :one", now=1781881260250)
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", WANTED)
    receive(state, f"{MINE} JOIN #lobby", "PONG s settled")
    lifecycle.take(state)
    receive(state, "FAIL CHATHISTORY MESSAGE_ERROR AFTER #lobby :Messages could not be retrieved")
    assert lifecycle.take(state) == ["CHATHISTORY AFTER #lobby msgid=m1 100"]


def test_a_nick_lost_with_the_connection_is_asked_for_again():
    state = in_lobby()
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice2", WANTED)
    receive(state, "PONG s settled")
    lifecycle.take(state)
    lifecycle.regain(state)
    assert lifecycle.take(state) == ["NICK Alice"]
    assert receive(state, ":s 433 Alice2 Alice :Nickname is in use") == []
    receive(state, ":Alice2!a@c NICK Alice")
    lifecycle.regain(state)
    assert lifecycle.take(state) == []


def test_a_nick_that_somebody_asked_for_and_another_has_is_a_word():
    state = in_lobby()
    notifications = receive(state, ":s 433 Alice bob :Nickname is in use; bob2 is free")
    assert notifications == [Word("bob: Nickname is in use; bob2 is free")]


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (":s 401 Alice nobody :No such nick", "nobody: No such nick"),
        (":s 421 Alice FOO :Unknown command", "FOO: Unknown command"),
        (":s 443 Alice Bob #lobby :is already on channel", "Bob is in #lobby already."),
        (":s 472 Alice z :is an unknown mode", "z: is an unknown mode"),
        (":s 481 Alice :Permission denied", "Permission denied"),
    ],
)
def test_a_refusal_says_what_it_is_about(line, word):
    assert receive(in_lobby(), line) == [Word(word)]


def test_a_read_marker_that_is_refused_says_nothing_of_a_message_on_its_way():
    state = in_lobby()
    state.say("nobody", "hi", "n1")
    lifecycle.take(state)
    assert receive(state, "FAIL MARKREAD INVALID_PARAMS nobody :There is no such conversation") == []
    assert "n1" in state.outbox
    assert receive(state, "@label=n1 :s 401 Alice nobody :No such nick") == [
        Undelivered("n1", "nobody", "hi", "No such nick")
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (":s 315 Alice nobody :End of WHO list", "Nobody matches nobody"),
        (":s 368 Alice #lobby :End of channel ban list", "#lobby: nobody is banned"),
        (":s 324 Alice #lobby +ntk key", "Modes of #lobby: +ntk key"),
        (":s 221 Alice +Ri", "Your modes: +Ri"),
    ],
)
def test_anyone_who_asked_is_answered_also_when_there_is_nothing(line, words):
    assert receive(in_lobby(), line) == [Note(words)]


def test_a_list_with_something_in_it_ends_without_a_word():
    notifications = receive(
        in_lobby(), ":s 367 Alice #lobby *!*@bad op 1", ":s 368 Alice #lobby :End of channel ban list"
    )
    assert notifications == [Note("#lobby: *!*@bad is banned, by op")]


def test_the_servers_question_for_the_version_is_answered_but_not_all_the_time():
    state = in_lobby()
    question = ":chat.test PRIVMSG Alice :\x01VERSION\x01"
    receive(state, question, question)
    assert lifecycle.take(state) == ["NOTICE chat.test :\x01VERSION chover 26.11.0\x01"]
    receive(state, question, now=4000)
    assert len(lifecycle.take(state)) == 1


def test_pings_are_answered_with_what_they_ask():
    state = in_lobby()
    receive(state, "PING :a b")
    assert lifecycle.take(state) == ["PONG :a b"]


def test_words_of_the_server_are_told_once_we_are_in():
    state = begun()
    assert receive(state, ":chat.test NOTICE Alice :*** Looking you up") == []
    receive(state, "PONG s settled")
    assert receive(state, ":chat.test NOTICE Alice :Going down at noon") == [Word("Going down at noon")]


def test_long_text_becomes_messages_that_the_wire_allows():
    state = in_lobby()
    pieces = sending.pieces(state, "#lobby", "x" * 900 + "\n\nnext\0 line")
    assert [len(piece) for piece in pieces[:2]] == [479, 421]
    assert pieces[2:] == ["next line"]
    assert len(f"{MINE} PRIVMSG #lobby :{pieces[0]}\r\n") == 512


def test_only_so_many_conversations_are_remembered(monkeypatch):
    monkeypatch.setattr(rules, "CONVERSATIONS", 2)
    state = in_lobby()
    receive(state, ":Bob!b@c PRIVMSG Alice :1", now=5)
    receive(state, ":Carol!c@c PRIVMSG Alice :2", now=6)
    assert len(state.conversations) == 2
    assert "carol" in state.conversations


def test_of_a_gap_without_end_the_newest_is_shown_and_said_to_be_and_the_rest_is_above(monkeypatch):
    monkeypatch.setattr(gap, "PAGES", 2)
    state = in_lobby()
    receive(state, "@msgid=m0;time=2026-06-19T12:00:00.000Z :B!b@c PRIVMSG #lobby :before")
    state.read("#lobby")
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", WANTED)
    receive(state, f"{MINE} JOIN #lobby")
    notifications = []
    for at in (1, 2, 9):
        lifecycle.take(state)
        line = f"@batch=h;msgid=m{at};time=2026-06-19T12:0{at}:00.000Z :B!b@c PRIVMSG #lobby {at}"
        receive(state, "BATCH +h chathistory #lobby", line)
        notifications += receive(state, "BATCH -h")
    lobby = state.conversations["#lobby"]
    assert [entry.text for entry in lobby.entries if entry.is_talk] == ["9"]
    (word,) = [each.text for each in notifications if isinstance(each, Word)]
    assert word.startswith("#lobby: more messages than are fetched at once. These are the newest;")
    assert word.endswith("/history 2026-06-19.")
    assert not lobby.gap.asking
    lifecycle.settle(state)
    assert history_requests.load_older(state, lobby)
    assert parse(lifecycle.take(state)[-1]).params == ["BEFORE", "#lobby", "msgid=m9", "100"]


def test_a_history_without_end_is_cut(monkeypatch):
    monkeypatch.setattr(rules, "BATCH_LINES", 1)
    state = in_lobby()
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", WANTED)
    receive(state, f"{MINE} JOIN #lobby", "BATCH +h chathistory #lobby")
    receive(state, "@batch=h;msgid=m1 :B!b@c PRIVMSG #lobby 1", "@batch=h;msgid=m2 :B!b@c PRIVMSG #lobby 2")
    assert [
        notifications.text for notifications in receive(state, "BATCH -h") if isinstance(notifications, PlainLine)
    ] == ["1"]
