import struct

import pytest

from chover.edge.web.frames import BINARY, TEXT, Framer


def parsed(data):
    """The frames of a piece of bytes: their first byte and payload."""
    frames = []
    while data:
        kind, length = data[0], data[1]
        at = 2
        if length == 126:
            (length,) = struct.unpack_from("!H", data, 2)
            at = 4
        elif length == 127:
            (length,) = struct.unpack_from("!Q", data, 2)
            at = 10
        frames.append((kind, data[at : at + length]))
        data = data[at + length :]
    return frames


def test_each_line_is_a_frame_without_its_end():
    assert parsed(TEXT.frame(b":a PRIVMSG #b :c\r\nPING x\r\n")) == [(0x81, b":a PRIVMSG #b :c"), (0x81, b"PING x")]
    assert parsed(BINARY.frame(b"PING x\r\n")) == [(0x82, b"PING x")]


@pytest.mark.parametrize("length", [1, 125, 126, 65535, 65536])
def test_every_length_has_its_head(length):
    assert parsed(TEXT.frame(b"x" * length + b"\r\n")) == [(0x81, b"x" * length)]


def test_what_a_whole_channel_is_told_is_framed_once():
    framer, line = Framer(0x81), b":a PRIVMSG #b :c\r\n"
    first = framer.frame(line)
    assert framer.frame(line) is first
    assert framer.frame(b"PING x\r\n") != first
    assert framer.frame(line) == first
