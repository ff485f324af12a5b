"""What was changed by its author, as it comes at once and as history shows it."""

from chover.client.state import lifecycle
from chover.client.state.actions import edit
from chover.wire.message import parse
from tests.client.state.test_state import in_lobby, receive

CONCAT = ";draft/multiline-concat"


def said(msgid, text, tags=""):
    return f"@msgid={msgid};time=2026-01-01T00:00:00.000Z{tags} :bob!b@cloak PRIVMSG #lobby :{text}"


def entry(state, msgid):
    return state.conversation("#lobby").find(msgid)


def test_a_changed_message_says_the_new_words_and_an_action_stays_one():
    state = in_lobby()
    receive(state, said("1", "helo"), ":bob!b@cloak EDIT #lobby 1 :hello")
    assert (entry(state, "1").edited, entry(state, "1").text) == (True, "hello")
    receive(state, said("2", "\x01ACTION waves\x01"), ":bob!b@cloak EDIT #lobby 2 :\x01ACTION smiles\x01")
    assert (entry(state, "2").kind, entry(state, "2").text) == ("action", "smiles")


def test_what_history_marks_as_changed_is_shown_so():
    state = in_lobby()
    receive(state, said("1", "new", ";chover.chat/edited=2026-01-01T00:00:01.000Z"), said("2", "as it was"))
    assert [entry(state, msgid).edited for msgid in "12"] == [True, False]


def test_a_change_of_several_lines_comes_as_one():
    state = in_lobby()
    inside = [
        f"@batch=z{tag} :bob!b@cloak EDIT #lobby 1 :{text}"
        for tag, text in (("", "hello"), ("", "to "), (CONCAT, "you"))
    ]
    receive(state, said("1", "helo"), ":bob!b@cloak BATCH +z draft/multiline #lobby", *inside, "BATCH -z")
    assert (entry(state, "1").edited, entry(state, "1").text) == (True, "hello\nto you")


def test_a_message_of_ours_is_changed_to_several_lines_where_the_server_takes_them():
    state = in_lobby()
    receive(state, said("1", "helo"))
    state.caps |= {"chover.chat/edit": "", "batch": "", "draft/multiline": "max-bytes=4096,max-lines=32"}
    edit(state, state.conversation("#lobby"), entry(state, "1"), f"hello\n{'you ' * 150}")
    opening, *inside, closing = (parse(line) for line in lifecycle.take(state))
    assert opening.params[1:] == ["draft/multiline", "#lobby"]
    assert [line.params[:2] for line in inside] == [["#lobby", "1"]] * 3
    assert ["draft/multiline-concat" in line.tags for line in inside] == [False, False, True]
    assert "".join(line.params[2] for line in inside) == f"hello{'you ' * 150}".rstrip()
    assert closing.params == ["-" + opening.params[0][1:]]


def test_where_a_message_is_one_line_a_change_is_too():
    state = in_lobby()
    receive(state, said("1", "helo"))
    state.caps |= {"chover.chat/edit": ""}
    edit(state, state.conversation("#lobby"), entry(state, "1"), "hello\nyou")
    [line] = (parse(line) for line in lifecycle.take(state))
    assert line.params == ["#lobby", "1", "hello you"]
