"""How far a long command is, on a terminal."""

import io
import time

import pytest

from chover.cli.progress import EVERY, TerminalProgress


class Screen(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that the test moves."""
    now = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    return now


def lines(out):
    """What was shown, one after the other."""
    return out.getvalue().split("\r\x1b[K")[1:]


def test_elsewhere_than_on_a_terminal_nothing_is_written():
    out = io.StringIO()
    with TerminalProgress(out) as progress:
        progress.begin("files", 100)
        progress.moved(50)

    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("total", "done", "line"),
    [
        (0, 0, "files …"),
        (1_000_000, 0, "files: 0 bytes of 1 MB, 0 %"),
        (1_000_000, 312_000, "files: 312 kB of 1 MB, 31 %"),
        (1_000_000, 999_999, "files: 1 MB of 1 MB, 99 %"),
        (1_000_000, 5_000_000, "files: 1 MB of 1 MB, 100 %"),
    ],
)
def test_the_line_says_how_much_of_what_is_done_and_never_more_than_all(total, done, line):
    progress = TerminalProgress(io.StringIO())
    progress.begin("files", total)
    progress.moved(done)

    assert progress.line() == line


def test_the_line_is_drawn_again_after_a_while_and_is_gone_at_the_end(clock):
    out = Screen()
    with TerminalProgress(out) as progress:
        progress.begin("files", 10)
        progress.moved(1)
        clock[0] += EVERY
        progress.moved(1)
        progress.moved(1)

    assert lines(out) == ["files: 0 bytes of 10 bytes, 0 %", "files: 2 bytes of 10 bytes, 20 %", ""]


def test_the_next_step_is_shown_at_once_and_begins_at_nothing(clock):
    out = Screen()
    progress = TerminalProgress(out)
    progress.begin("files", 10)
    progress.moved(10)
    progress.begin("checking", 20)

    assert lines(out)[-1] == "checking: 0 bytes of 20 bytes, 0 %"
