import pytest

from chover.edge.protocols import EVERY, REFUSALS, ROWS, Protocol, Unsure, choose, choose_late
from chover.wire.hello import format_hello

HELLO = format_hello("Alice", "25.6.16")


@pytest.mark.parametrize(
    ("first", "protocol"),
    [
        (b"\x16\x03\x01\x02\0", Protocol.TLS),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Protocol.SSH),
        (b"GET / HTTP/1.1\r\n", Protocol.HTTP),
        (b"OPTIONS * HTTP/1.1\r\n", Protocol.HTTP),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Protocol.HTTP2),
        (b"PROXY TCP4 10.0.0.1 10.0.0.2 5 6\r\n", Protocol.PROXY),
        (b"\r\n\r\n\0\r\nQUIT\n\x21\x11", Protocol.PROXY),
        (HELLO, Protocol.LEGACY),
        (HELLO + b"text", Protocol.LEGACY),
        (format_hello("GET it", "1.0"), Protocol.LEGACY),
        (b"NICK a\n".ljust(16, b"\0") + b"1.0".ljust(16, b"\0"), Protocol.LEGACY),
        (b"NICK a\nUSER a 0 * :Al", Protocol.IRC),
        (b"NICK a\r\nUSER a 0 * :of more than thirty-two bytes\r\n", Protocol.IRC),
        (b"CAP LS 302\r\n", Protocol.IRC),
        (b"NICK ", Protocol.IRC),
        (b"PUTIN is no method\r\n", Protocol.IRC),
        (b"hello\n", Protocol.IRC),
        (b"\r\nNICK nora\r\n", Protocol.IRC),
        (b"\x03\0\0\x13\x0e\xe0", Protocol.IRC),
    ],
)
def test_first_bytes_choose_a_door(first, protocol):
    assert choose(first) is protocol


@pytest.mark.parametrize("first", [b"S", b"SSH", b"G", b"PRI", b"PROX", b"\r", b"\r\n\r\n\0", HELLO[:20], HELLO[:6]])
def test_the_beginning_of_a_signature_needs_more(first):
    assert choose(first) is Unsure.SIGNATURE


@pytest.mark.parametrize("first", [b"A", b"Alice", b"nick", b"hello there", b"PRIVMSG #lobby :hi"])
def test_a_few_letters_may_become_a_hello_or_a_line(first):
    assert choose(first) is Unsure.LINE


def test_where_no_hello_is_expected_letters_are_a_line():
    assert choose(b"A", hello=False) is Protocol.IRC


@pytest.mark.parametrize("line", [b"NICK nora\r\n", b"nick nora\n", b"Cap LS\r\n", b"USER n 0 * :n\r\n", b"pass x\n"])
def test_a_line_of_registration_after_silence_is_irc(line):
    assert choose_late(line) is Protocol.IRC


@pytest.mark.parametrize("text", [b"hello\n", b"passenger\n", b"a text of more than thirty-two bytes, unended"])
def test_anything_else_after_silence_is_a_guests_text(text):
    assert choose_late(text) is Protocol.LEGACY


def test_words_of_irc_without_a_line_end_are_text_unless_the_end_comes():
    assert choose_late(b"pass the salt") is Unsure.LINE
    assert choose_late(b"pass the salt" + b"!" * 500) is Protocol.LEGACY


def test_other_protocols_are_known_after_silence_too():
    assert choose_late(b"\x16\x03\x01") is Protocol.TLS
    assert choose_late(b"SS") is Unsure.SIGNATURE


def test_every_door_has_a_row_and_a_refusal():
    assert {row.protocol for row in ROWS} == EVERY
    assert all(isinstance(REFUSALS[protocol](55555), bytes) for protocol in EVERY)


def test_a_browser_is_told_how_to_connect():
    head, _, body = REFUSALS[Protocol.HTTP](6667).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 501 Not Implemented\r\n")
    assert f"Content-Length: {len(body)}".encode() in head
    assert b"IRC client to port 6667" in body


def test_ssh_is_disconnected_with_a_packet_of_the_right_shape():
    identification, _, packet = REFUSALS[Protocol.SSH](55555).partition(b"\r\n")
    assert identification == b"SSH-2.0-chover"
    length, padding = int.from_bytes(packet[:4], "big"), packet[4]
    assert length == len(packet) - 4
    assert len(packet) % 8 == 0
    assert padding >= 4
    assert packet[5] == 1, "SSH_MSG_DISCONNECT"
