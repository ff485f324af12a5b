"""What was changed by its author, as it comes at once and as history shows it."""

from tests.client.state.test_state import in_lobby, receive


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
