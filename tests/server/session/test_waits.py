"""Somebody whose password waits to be looked at is told so."""

from types import SimpleNamespace

from chover.server.session.waits import tell


def test_it_is_told_before_the_wait():
    lines = []
    session = SimpleNamespace(
        nick_or_star="*",
        server="chat.test",
        say_as=lambda *line: lines.append(line),
        flush=lambda: lines.append("flushed"),
    )
    tell(session)(5)
    [(source, command, target, text), flushed] = lines
    assert (source, command, target, flushed) == ("chat.test", "NOTICE", "*", "flushed")
    assert "checked in up to 5 s" in text
