"""A line for many readers, with and without io_uring: slow ones, those who leave, and new ones on old descriptors."""

import re
import select

import pytest

from tests.e2e.wire import Irc

READERS = 24
LINES = 3000
TEXT = "x" * 300


def read_until(wire, word):
    got = b""
    while word not in got[-2000:]:
        data = wire.receive()
        assert data, got[-300:]
        got += data
    return got


def lines_of(wire, last):
    """The numbers of the lines up to the last one; each line must be whole."""
    got = read_until(wire, b"%05d %s\r\n" % (last, TEXT.encode()))
    found = [line for line in got.split(b"\r\n") if b"PRIVMSG" in line]
    assert all(re.search(rb"^:talker!\S+ PRIVMSG #lobby :\d{5} x{300}$", line) for line in found)
    return [int(line.rpartition(b":")[2][:5]) for line in found]


@pytest.mark.parametrize("on", ["true", "false"])
def test_everybody_gets_every_line_whole_and_in_order(serve, on):
    server = serve(
        CHOVER_SERVER_IO_URING=on,
        CHOVER_LIMITS_FLOOD="false",
        CHOVER_LIMITS_SEND_QUEUE_BYTES="100000000",
        CHOVER_LIMITS_CONNECTIONS_PER_ADDRESS="0",
        CHOVER_LIMITS_CONNECTION_RATE_PER_ADDRESS="0",
    )
    readers = [Irc(server.port, f"r{number}", caps="") for number in range(READERS)]
    slow, leaver = readers[0], readers[1]
    talker = Irc(server.port, "talker", caps="")
    late = []
    for number in range(LINES):
        talker.send_bytes(b"PRIVMSG #lobby :%05d %s\r\n" % (number, TEXT.encode()))
        if number % 100 == 99:
            talker.send_bytes(b"PING :fence%05d\r\n" % number)
            read_until(talker, b"fence%05d" % number)
            # The slow one reads nothing; the others keep up.
            for reader in readers[2:]:
                while select.select([reader.socket], [], [], 0)[0]:
                    reader.kept = getattr(reader, "kept", b"") + reader.receive()
        if number == LINES // 2:
            leaver.close()
            # This one may be given the descriptor of the one who left.
            late.append(Irc(server.port, "late", caps=""))
    expected = list(range(LINES))
    assert lines_of(slow, LINES - 1) == expected
    last = b"%05d %s\r\n" % (LINES - 1, TEXT.encode())
    for reader in readers[2:]:
        got = getattr(reader, "kept", b"")
        got += b"" if last in got[-2000:] else read_until(reader, last)
        numbers = [int(line.rpartition(b":")[2][:5]) for line in got.split(b"\r\n") if b" PRIVMSG " in line]
        assert numbers == expected
    seen = lines_of(late[0], LINES - 1)
    assert seen == list(range(seen[0], LINES))
    assert seen[0] > LINES // 4
    for wire in (slow, talker, *readers[2:], *late):
        wire.close()
