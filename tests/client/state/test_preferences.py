"""What is pinned, mute, ignored: kept by the account where it can be, else by this program."""

import pytest

from chover.client.capabilities import FULL
from chover.client.notifications import Note, Preferred, Word
from chover.client.state import State, dispatch, lifecycle, preferences
from chover.client.state.actions import CannotDo
from chover.engine.metadata import BLOCKED, MUTED, NOTIFY, PINNED, PINS, PRIVATE, SETTINGS
from chover.wire.message import parse

SUB = f"METADATA * SUB {' '.join(PRIVATE)}"


def begun(account="", caps=FULL, own=None):
    state = State(discovers=True)
    state.preferences.own = own or {}
    lifecycle.begin(state, "Alice", caps, account)
    return state


def receive(state, *lines):
    return [notifications for line in lines for notifications in dispatch.receive(state, parse(line), 1)]


def told(state, *rows):
    """The server tells all of it."""
    return receive(
        state,
        ":s BATCH +x metadata *",
        *[f"@batch=x :s 761 Alice {name} {key} * :{value}" for name, key, value in rows],
        ":s BATCH -x",
        f":s 770 Alice {' '.join(PRIVATE)}",
    )


def asked(state):
    """What the server was asked to keep since the last time."""
    lines = [parse(line) for line in lifecycle.take(state)]
    return [tuple(m.params[:1] + m.params[2:]) for m in lines if m.command == "METADATA" and m.params[1] == "SET"]


def test_it_asks_where_the_server_knows_them_and_nowhere_else():
    assert SUB in begun().lines
    assert SUB not in begun(caps=FULL - {preferences.OFFERED}).lines
    assert SUB not in begun(caps=FULL - {"draft/metadata-3"}).lines


def test_the_accounts_count_and_a_change_on_another_device_shows_at_once():
    state = begun("alice")
    assert told(state, ("#Tea", MUTED, "1"), ("eve", BLOCKED, "1"), ("#tea", NOTIFY, "all")) == [Preferred("")]
    assert (state.preferences.muted, state.preferences.ignored, state.preferences.notify) == (
        {"#tea"},
        {"eve"},
        {"#tea": "all"},
    )
    receive(state, ":s 761 Alice #tea soju.im/muted * 0", ":s 761 Alice #cake soju.im/pinned * 1")
    receive(state, ":s 766 Alice #tea chover.chat/notify :key is not set")
    assert (state.preferences.muted, state.preferences.pinned, state.preferences.notify) == (set(), {"#cake"}, {})
    assert asked(state) == []


def test_what_one_does_shows_at_once_and_is_sent_to_be_kept():
    state = begun("alice")
    told(state)
    preferences.put(state, "#Tea", PINNED, "1")
    preferences.put(state, "#tea", NOTIFY, "off")
    preferences.put(state, "#tea", NOTIFY, None)
    assert state.preferences.pinned == {"#tea"}
    assert asked(state) == [("#Tea", PINNED, "1"), ("#tea", NOTIFY, "off"), ("#tea", NOTIFY, "")]
    assert state.preferences.own == {}


def test_what_the_program_kept_goes_over_once_where_the_account_says_nothing():
    own = {
        "#tea": {MUTED: "1", NOTIFY: "all"}, "#cake": {PINNED: "1"}, "eve": {BLOCKED: "1", MUTED: "1"},
        "bob": {BLOCKED: "1"},
    }  # fmt: skip
    state = begun("alice", own=own)
    told(state, ("#cake", MUTED, "1"), ("bob", BLOCKED, "1"))
    assert set(asked(state)) == {
        ("#tea", MUTED, "1"), ("#tea", NOTIFY, "all"), ("eve", BLOCKED, "1"), ("eve", MUTED, "1")
    }  # fmt: skip
    assert state.preferences.pinned == set()
    assert (state.preferences.muted, state.preferences.ignored) == ({"#tea", "#cake", "eve"}, {"eve", "bob"})
    # Until the server has said so the program goes on keeping it.
    assert state.preferences.own == {"#tea": {MUTED: "1", NOTIFY: "all"}, "eve": {BLOCKED: "1", MUTED: "1"}}
    for name, row in (("#tea", own["#tea"]), ("eve", own["eve"])):
        for key, value in dict(row).items():
            receive(state, f":s 761 Alice {name} {key} * :{value}")
    assert state.preferences.own == {}
    lifecycle.lost(state)
    lifecycle.begin(state, "Alice", FULL, "alice")
    told(state)
    assert asked(state) == []
    assert state.preferences.muted == set()


def test_what_was_not_confirmed_before_the_connection_was_lost_is_asked_again():
    state = begun("alice", own={"#tea": {MUTED: "1"}})
    told(state)
    assert asked(state) == [("#tea", MUTED, "1")]
    lifecycle.lost(state)
    assert state.preferences.muted == {"#tea"}
    lifecycle.begin(state, "Alice", FULL, "alice")
    told(state)
    assert asked(state) == [("#tea", MUTED, "1")]


def test_a_guest_keeps_them_here_and_the_server_drops_what_the_ignored_write():
    state = begun(own={"#tea": {MUTED: "1"}, "eve": {BLOCKED: "1"}})
    told(state)
    assert asked(state) == [("eve", BLOCKED, "1")]
    preferences.put(state, "#cake", MUTED, "1")
    preferences.put(state, "bob", BLOCKED, "1")
    preferences.put(state, "bob", BLOCKED, None)
    assert asked(state) == [("bob", BLOCKED, "1"), ("bob", BLOCKED, "0")]
    assert state.preferences.own == {"#tea": {MUTED: "1"}, "#cake": {MUTED: "1"}, "eve": {BLOCKED: "1"}}
    receive(state, ":s 761 Alice carol soju.im/blocked * 1")
    assert state.preferences.ignored == {"eve", "carol"}


def test_after_a_login_the_account_keeps_what_the_guest_noted():
    state = begun(own={"#tea": {MUTED: "1"}, "eve": {BLOCKED: "1"}})
    told(state)
    asked(state)
    receive(state, ":s 900 Alice Alice!a@c alice :You are now logged in as alice")
    told(state, ("eve", BLOCKED, "1"))
    assert asked(state) == [("#tea", MUTED, "1")]
    assert (state.preferences.muted, state.preferences.ignored) == ({"#tea"}, {"eve"})
    receive(state, ":s 761 Alice #tea soju.im/muted * 1", ":s 901 Alice Alice!a@c :You are now logged out")
    told(state)
    assert (state.preferences.muted, state.preferences.own) == (set(), {})


def test_on_any_other_server_the_program_keeps_them():
    state = begun("alice", caps=FULL - {preferences.OFFERED}, own={"#tea": {MUTED: "1"}})
    preferences.put(state, "eve", BLOCKED, "1")
    assert asked(state) == []
    assert (state.preferences.muted, state.preferences.ignored) == ({"#tea"}, {"eve"})
    assert state.preferences.own == {"#tea": {MUTED: "1"}, "eve": {BLOCKED: "1"}}


def test_what_is_refused_is_said_and_what_counts_is_asked_for():
    state = begun("alice")
    told(state)
    preferences.put(state, "#tea", MUTED, "1")
    [line] = [parse(line) for line in lifecycle.take(state) if " SET " in line]
    label = line.tags["label"]
    notifications = receive(state, f"@label={label} :s FAIL METADATA LIMIT_REACHED #tea :At most 500 are marked")
    assert notifications == [Word("Not saved: At most 500 are marked")]
    assert lifecycle.take(state) == [SUB]
    told(state)
    assert state.preferences.muted == set()


def test_without_a_connection_nothing_is_promised_that_the_account_should_keep():
    state = begun("alice")
    told(state)
    lifecycle.lost(state)
    with pytest.raises(CannotDo, match="no connection"):
        preferences.put(state, "#tea", MUTED, "1")
    assert state.preferences.muted == set()


def test_settings_are_told_where_they_changed():
    state = begun("alice")
    assert told(state, ("*", SETTINGS, "theme=dark")) == [Preferred("theme=dark")]
    preferences.prefer(state, "theme=light bell=no")
    assert asked(state) == [("*", SETTINGS, "theme=light bell=no")]
    assert told(state, ("*", SETTINGS, "theme=light bell=no")) == []
    assert receive(state, f":s 761 Alice * {SETTINGS} * :bell=no") == [Preferred("bell=no")]
    assert receive(state, f":s 766 Alice * {SETTINGS} :key is not set") == [Preferred("")]


def test_a_guest_has_no_settings_to_be_kept():
    state = begun()
    told(state)
    preferences.prefer(state, "theme=dark")
    assert asked(state) == []


def test_an_ignored_account_is_ignored_under_every_nick_and_counts_nowhere():
    state = begun("alice")
    told(state, ("eve", BLOCKED, "1"))
    receive(state, ":Alice!a@c JOIN #tea", ":s BATCH +h chathistory #tea", ":s BATCH -h")
    receive(state, "@account=eve :other!e@c PRIVMSG #tea :alice: look", ":Eve!e@c PRIVMSG #tea :alice!")
    conversation = state.conversations["#tea"]
    assert (conversation.unread, conversation.mentions) == (0, 0)
    dispatch.receive(state, parse(":bob!b@c PRIVMSG #tea :alice?"), 2)
    assert (conversation.unread, conversation.mentions) == (1, 1)
    receive(state, ":s MARKREAD #tea timestamp=1970-01-01T00:00:00.001Z", ":s 761 Alice bob soju.im/blocked * 1")
    assert (conversation.unread, conversation.mentions) == (0, 0)


def test_what_the_program_keeps_goes_with_a_channel_that_is_renamed():
    state = begun(own={"#tea": {MUTED: "1"}})
    receive(state, ":Alice!a@c JOIN #tea", ":boss!b@c RENAME #tea #Coffee :stronger")
    assert state.preferences.muted == {"#coffee"}


def test_metadata_that_somebody_asks_for_is_shown_and_marks_are_not_said():
    state = begun("alice")
    receive(state, ":s PONG s settled")
    notifications = receive(
        state, ":s BATCH +y metadata bob", "@batch=y :s 761 Alice bob color * #ff0000", ":s BATCH -y",
        ":s 761 Alice bob soju.im/muted * 1", ":s 770 Alice color", ":s 774 Alice *ALL 0 :later",
    )  # fmt: skip
    assert notifications == [Note("bob: color is #ff0000")]


def test_messages_are_pinned_and_taken_out_by_their_ids():
    state = begun("alice")
    told(state, ("#tea", PINS, "m1 m2"))
    assert state.preferences.pins == {"#tea": ["m1", "m2"]}
    assert preferences.pin(state, "#tea", "m3") is True
    assert preferences.pin(state, "#tea", "m1") is False
    assert preferences.pin(state, "bob", "m9") is True
    assert preferences.pin(state, "bob", "m9") is False
    assert asked(state) == [
        ("#tea", PINS, "m1 m2 m3"), ("#tea", PINS, "m2 m3"), ("bob", PINS, "m9"), ("bob", PINS, "")
    ]  # fmt: skip
    with pytest.raises(CannotDo, match=r"At most 2 messages can be saved in #tea"):
        preferences.pin(state, "#tea", "m" * 300)


def test_what_is_no_value_counts_as_none():
    state = begun("alice")
    told(state, ("#tea", NOTIFY, "loudly"), ("#tea", MUTED, "0"))
    assert (state.preferences.notify, state.preferences.muted) == ({}, set())
