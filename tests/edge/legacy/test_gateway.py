import datetime as dt

import pytest

from chover.edge.legacy.gateway import NICK_TRIES, Gateway
from chover.wire.hello import Hello
from chover.wire.message import LINE_BYTES

AT = "2025-06-19T17:01:00.000Z"


def local(text=AT):
    at = dt.datetime.fromisoformat(text).astimezone()
    return f"Jun 19 [{at:%I:%M} {'AM' if at.hour < 12 else 'PM'}]"


def joined(hello=None, nick="guest"):
    """A gateway that is in the lobby, its registration taken away."""
    gateway = Gateway("#lobby", hello)
    gateway.begin()
    gateway.read(f":srv 001 {nick} :Welcome\r\n:{nick}!u@h JOIN #lobby\r\n".encode())
    gateway.answers.clear()
    return gateway


def taken(gateway):
    lines = list(gateway.answers)
    gateway.answers.clear()
    return lines


def test_a_hello_becomes_a_registration_with_its_version():
    gateway = Gateway("#lobby", Hello("Alice", "25.6.16"))
    gateway.begin()
    assert taken(gateway) == [
        "CAP REQ :server-time standard-replies message-tags",
        "NICK Alice",
        "@+chover.chat/version=25.6.16 USER Alice 0 * Alice",
        "CAP END",
    ]


def test_a_guest_registers_as_guest_without_a_version():
    gateway = Gateway("#lobby", None)
    gateway.begin()
    assert taken(gateway)[1:3] == ["NICK guest", "USER guest 0 * guest"]


def test_a_name_that_is_no_nick_stays_the_real_name():
    gateway = Gateway("#lobby", Hello("Al Ice", "1"))
    gateway.begin()
    assert taken(gateway)[1:3] == ["NICK Al_Ice", "@+chover.chat/version=1 USER Al_Ice 0 * :Al Ice"]


def test_an_empty_name_is_a_guest():
    gateway = Gateway("#lobby", Hello("", "1"))
    gateway.begin()
    assert taken(gateway)[1] == "NICK guest"


@pytest.mark.parametrize("numeric", ["432", "433"])
def test_a_refused_nick_is_followed_by_another(numeric):
    gateway = Gateway("#lobby", None)
    gateway.begin()
    taken(gateway)
    gateway.read(f":srv {numeric} * guest :no\r\n".encode())
    gateway.read(f":srv {numeric} * guest2 :no\r\n".encode())
    assert taken(gateway) == ["NICK guest2", "NICK guest3"]


def test_when_every_nick_is_refused_the_client_is_told_and_sent_away():
    gateway = Gateway("#lobby", None)
    gateway.begin()
    for _ in range(NICK_TRIES):
        assert not gateway.ended
        gateway.read(b":srv 433 * x :no\r\n")
    assert gateway.ended
    assert gateway.shown == ["[!] No free nick was found for you; try another name"]


def test_text_waits_until_the_lobby_is_joined():
    gateway = Gateway("#lobby", None)
    gateway.begin()
    taken(gateway)
    gateway.hear(b"early")
    assert taken(gateway) == []
    assert gateway.unsaid
    gateway.read(b":srv 001 guest :Welcome\r\n:guest!u@h JOIN #lobby\r\n")
    assert taken(gateway) == ["PRIVMSG #lobby :early"]


def test_each_reception_is_one_message_and_each_line_another():
    gateway = joined()
    gateway.hear(b"one\n")
    gateway.hear(b"two\r\nthree\n\n")
    gateway.hear(b"\n")
    assert taken(gateway) == ["PRIVMSG #lobby :one", "PRIVMSG #lobby :two", "PRIVMSG #lobby :three"]


def test_a_character_in_two_receptions_is_whole_and_bad_bytes_are_shown():
    gateway = joined()
    gateway.hear("é".encode()[:1])
    gateway.hear("é".encode()[1:] + b" \xff!")
    assert taken(gateway) == ["PRIVMSG #lobby :é \ufffd!"]


def test_control_characters_but_tab_are_dropped():
    gateway = joined()
    gateway.hear("\x01VERSION\x01 a\tb\x1b[31m\x00\x9bc".encode())
    assert taken(gateway) == ["PRIVMSG #lobby :VERSION a\tb[31mc"]


def test_text_that_begins_with_a_colon_stays_text():
    gateway = joined()
    gateway.hear(b":) QUIT")
    assert taken(gateway) == ["PRIVMSG #lobby ::) QUIT"]


def test_long_text_is_split_into_lines_that_fit_and_nothing_is_lost():
    gateway = joined()
    text = "❯ä" * 500
    gateway.hear(text.encode())
    lines = taken(gateway)
    assert all(len(line.encode()) + 2 + 150 <= LINE_BYTES for line in lines)
    assert "".join(line.removeprefix("PRIVMSG #lobby :") for line in lines) == text


def test_a_message_in_the_lobby_is_shown_as_the_original_does():
    gateway = joined()
    gateway.read(f"@time={AT} :Bob!u@h PRIVMSG #lobby :Hello everyone!\r\n".encode())
    assert gateway.shown == [f"Bob | {local()} ❯ Hello everyone!"]


def test_an_action_is_shown_and_other_ctcp_is_not():
    gateway = joined()
    gateway.read(f"@time={AT} :Bob!u@h PRIVMSG #lobby :\x01ACTION waves\x01\r\n".encode())
    gateway.read(b":Bob!u@h PRIVMSG #lobby :\x01PING 1\x01\r\n")
    assert gateway.shown == [f"Bob | {local()} ❯ * Bob waves"]


def test_colours_and_escapes_do_not_reach_the_terminal():
    gateway = joined()
    gateway.read(f"@time={AT} :Bob!u@h PRIVMSG #lobby :\x02b\x02 \x0304,01red\x0f \x1b]0;x\x07\r\n".encode())
    assert gateway.shown == [f"Bob | {local()} ❯ b red ]0;x"]


def test_private_messages_other_channels_and_comings_and_goings_are_not_shown():
    gateway = joined()
    gateway.read(b":Bob!u@h PRIVMSG guest :psst\r\n:Bob!u@h PRIVMSG #other :x\r\n:Bob!u@h JOIN #lobby\r\n")
    gateway.read(b":srv NOTICE guest :be nice\r\n:Bob!u@h PRIVMSG @#lobby :ops\r\n:Bob!u@h PART #lobby\r\n")
    assert gateway.shown == []


def test_lines_in_pieces_are_put_together():
    gateway = joined()
    line = f"@time={AT} :Bob!u@h PRIVMSG #lobby :hé\r\n".encode()
    for byte in line:
        gateway.read(bytes([byte]))
    assert gateway.shown == [f"Bob | {local()} ❯ hé"]


def test_a_ping_is_answered():
    gateway = joined()
    gateway.read(b"PING :srv one\r\n")
    assert taken(gateway) == ["PONG :srv one"]


def test_a_name_that_is_no_nick_goes_with_each_message_and_is_shown_among_the_originals_clients():
    alice = Gateway("#lobby", Hello("Al Ice", "1"))
    alice.begin()
    alice.hear(b"early")
    alice.read(b":srv 001 Al_Ice :Welcome\r\n:Al_Ice!u@h JOIN #lobby\r\n")
    alice.hear(b"hi")
    *_, early, hi = taken(alice)
    assert [early, hi] == [f"@+chover.chat/display-name=Al\\sIce PRIVMSG #lobby :{text}" for text in ("early", "hi")]
    bob = joined()
    bob.read(f"@time={AT};{hi[1:].replace(' PRIVMSG', ' :Al_Ice!u@h PRIVMSG', 1)}\r\n".encode())
    assert bob.shown == [f"Al Ice | {local()} ❯ hi"]


@pytest.mark.parametrize(
    "name", ["Bob", "Al\\sIce2", "al\\sice", "Al\\sIce\\s", "Al\u202eIce", "Al_Ice_and_a_long_tail", ""]
)
def test_nobody_passes_for_another_by_the_tag_of_a_name(name):
    gateway = joined()
    gateway.read(f"@time={AT};+chover.chat/display-name={name} :Al_Ice!u@h PRIVMSG #lobby :hi\r\n".encode())
    assert gateway.shown == [f"Al_Ice | {local()} ❯ hi"]


@pytest.mark.parametrize(("name", "nick"), [("Al Ice", "Al_Ice2"), ("B\u200bob", "B_ob"), ("Alice", "Alice")])
def test_a_name_that_is_taken_or_a_nick_itself_goes_with_nothing(name, nick):
    gateway = joined(Hello(name, "1"), nick)
    gateway.hear(b"hi")
    # What cannot be printed has become the nick.
    assert taken(gateway) == ["PRIVMSG #lobby :hi"]


def test_a_new_nick_given_by_the_server_is_followed():
    gateway = joined(Hello("Al Ice", "1"), "Al_Ice")
    gateway.read(b":Al_Ice!u@h NICK other\r\n")
    gateway.hear(b"hi")
    assert taken(gateway) == ["PRIVMSG #lobby :hi"]
    gateway.read(b":op!u@h KICK #lobby other :out\r\n")
    assert gateway.shown == ["[!] You were kicked by op: out"]


def test_where_nicks_are_ascii_another_name_is_made_of_it():
    gateway = Gateway("#lobby", Hello("Zoë K", "1"))
    gateway.begin()
    assert taken(gateway)[1] == "NICK Zoë_K"
    gateway.read(":srv 432 * Zoë_K :ASCII only\r\n".encode())
    assert taken(gateway) == ["NICK Zo__K"]
    gateway.read(b":srv 001 Zo__K :Welcome\r\n:Zo__K!u@h JOIN #lobby\r\n")
    gateway.hear(b"hi")
    assert taken(gateway) == ["@+chover.chat/display-name=Zoë\\sK PRIVMSG #lobby :hi"]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (":op!u@h KICK #lobby guest :enough", "[!] You were kicked by op: enough"),
        (":op!u@h KICK #lobby guest", "[!] You were kicked by op"),
        ("ERROR :Closing link", "[!] Closing link"),
    ],
)
def test_a_kick_or_an_error_is_one_line_and_the_end(line, shown):
    gateway = joined()
    gateway.read(f"{line}\r\n:Bob!u@h PRIVMSG #lobby :more\r\nERROR :again\r\n".encode())
    assert gateway.shown == [shown]
    assert gateway.ended


def test_somebody_elses_kick_is_nothing():
    gateway = joined()
    gateway.read(b":op!u@h KICK #lobby Bob :out\r\n")
    assert not gateway.ended
    assert gateway.shown == []


def test_a_ban_ends_it_before_the_lobby():
    gateway = Gateway("#lobby", None)
    gateway.begin()
    gateway.read(b":srv 001 guest :Welcome\r\n:srv 474 guest #lobby :You are banned\r\n")
    assert gateway.shown == ["[!] You are banned"]
    assert gateway.ended


def test_a_message_that_could_not_be_delivered_is_answered():
    gateway = joined()
    gateway.read(b":srv 404 guest #lobby :You may not speak\r\n:srv FAIL * CANNOT_SAVE :The disk is full\r\n")
    assert gateway.shown == ["[!] You may not speak", "[!] The disk is full"]
    assert not gateway.ended
