from chover.client.lines import from_iso, is_ctcp, iso, same
from chover.client.state import State, lifecycle
from chover.client.state.entries import said, told
from chover.client.state.timeline import partner
from chover.wire.message import parse


def line(text, nick="Alice"):
    state = State()
    lifecycle.begin(state, nick, ())
    message = parse(text)
    return told(partner(state, message), said(message, nick, 1000), past=False)


def test_a_channel_message_belongs_to_its_channel():
    said = line("@msgid=m1;account=bob;time=2026-06-19T15:01:00.250Z :Bob!b@c PRIVMSG #lobby :hi")
    assert (said.conversation, said.sender, said.text, said.kind) == ("#lobby", "Bob", "hi", "message")
    assert (said.msgid, said.account, said.at) == ("m1", "bob", 1781881260250)
    assert not said.private
    assert not said.own


def test_a_private_message_belongs_to_the_other_one():
    assert line(":Bob!b@c PRIVMSG Alice :psst").conversation == "Bob"
    mine = line(":alice!a@c PRIVMSG Bob :psst")
    assert (mine.conversation, mine.own, mine.private) == ("Bob", True, True)


def test_a_message_for_the_operators_of_a_channel_belongs_to_the_channel():
    assert line(":Bob!b@c PRIVMSG @#lobby :psst").conversation == "#lobby"


def test_an_action_is_told_apart_from_other_requests_between_programs():
    assert line(":Bob!b@c PRIVMSG #lobby :\x01ACTION waves\x01").kind == "action"
    assert line(":Bob!b@c PRIVMSG #lobby :\x01ACTION waves\x01").text == "waves"
    assert not is_ctcp(parse(":Bob!b@c PRIVMSG #lobby :\x01ACTION waves\x01"))
    assert is_ctcp(parse(":Bob!b@c PRIVMSG Alice :\x01VERSION\x01"))


def test_text_and_names_are_made_harmless():
    said = line(":B\x1bob!b@c PRIVMSG #lob\x07by :\x1b[2J\x0304red")
    assert (said.sender, said.conversation, said.text) == ("Bob", "#lobby", "[2Jred")


def test_a_server_that_tells_no_time_gets_ours():
    assert line("@time=yesterday :Bob!b@c PRIVMSG #lobby :hi").at == 1000


def test_times_survive_the_way_to_the_wire_and_back():
    assert iso(1781881260250) == "2026-06-19T15:01:00.250Z"
    assert from_iso(iso(1781881260250)) == 1781881260250


def test_names_are_compared_as_the_server_does():
    assert same("Alice", "aLICE")
    assert same("Straße", "straße")
    assert not same("Alice", "Alicia")
    assert same("a b", "A B")
