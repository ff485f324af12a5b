"""The lines that the server logs: how they look, and how often they may repeat."""

import io
import json
import logging
import sys

import pytest

from chover import server_log
from chover.server_log import ALIKE, ALIKE_SECONDS, REMEMBERED, SAME, SAME_SECONDS, LogHandler


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def written():
    return io.StringIO()


@pytest.fixture
def log(written, clock):
    yield from logger(LogHandler("text", written, clock))


@pytest.fixture
def json_log(written, clock):
    yield from logger(LogHandler("json", written, clock))


def logger(handler):
    made = logging.getLogger("chover.tests.log")
    made.addHandler(handler)
    made.setLevel(logging.DEBUG)
    made.propagate = False
    yield made
    made.removeHandler(handler)
    handler.close()


def texts(written):
    return [line.partition("chover.tests.log: ")[2] for line in written.getvalue().splitlines()]


def test_a_line_has_time_level_module_and_text(log, written):
    log.info("connected: %s", "alice")
    date, time, level, name, text = written.getvalue().rstrip("\n").split(" ", 4)
    assert (level, name, text) == ("INFO", "chover.tests.log:", "connected: alice")
    assert len(date) == 10
    assert len(time) == 12


def test_json_is_one_object_in_a_line_whatever_stands_in_it(json_log, written):
    json_log.warning("two\nlines and \x1b[31m")
    json_log.error("a bug", exc_info=ValueError("wrong"))
    first, second = (json.loads(line) for line in written.getvalue().splitlines())
    assert first["level"] == "warning"
    assert first["logger"] == "chover.tests.log"
    assert first["message"] == r"two\nlines and \x1b[31m"
    assert first["time"].endswith("+00:00")
    assert "traceback" not in first
    assert second["traceback"].splitlines()[-1] == "ValueError: wrong"


def test_the_same_line_is_written_ten_times_a_minute_and_then_counted(log, written, clock):
    for _ in range(SAME + 23):
        log.warning("cannot accept connections")
    assert texts(written) == ["cannot accept connections"] * SAME
    clock.now += SAME_SECONDS
    log.info("another")
    assert texts(written)[SAME:] == ["23 more like this within 60 s: cannot accept connections", "another"]
    log.warning("cannot accept connections")
    assert texts(written)[-1] == "cannot accept connections"


def test_lines_that_differ_in_their_particulars_are_bounded_too(log, written, clock):
    for number in range(ALIKE + 5):
        log.info("connected: %s", number)
    assert len(texts(written)) == ALIKE
    clock.now += ALIKE_SECONDS
    log.info("quiet again")
    assert texts(written)[ALIKE] == f"5 more like this within 10 s: connected: {ALIKE + 4}"


def test_others_are_not_held_back_by_one_that_repeats(log, written):
    for _ in range(SAME + 1):
        log.warning("again")
    log.error("the disk is full")
    assert texts(written)[-1] == "the disk is full"


def test_what_was_left_out_is_told_at_the_end(log, written):
    for _ in range(SAME + 1):
        log.warning("again")
    log.handlers[0].close()
    assert texts(written)[-1] == "1 more like this within 60 s: again"


def test_what_was_left_out_is_told_where_nothing_else_happens(log, written, clock):
    for _ in range(SAME + 2):
        log.warning("again")
    clock.now += SAME_SECONDS
    log.handlers[0].tell_what_is_left_out()
    assert texts(written)[-1] == "2 more like this within 60 s: again"


def test_the_kinds_that_are_counted_are_bounded(log, clock):
    for number in range(3 * REMEMBERED):
        log.info("number %d", number)
        clock.now += 0.001
    kept = log.handlers[0]._same._windows
    assert len(kept) <= REMEMBERED + 1


def test_anyone_who_has_handlers_keeps_them():
    before = list(logging.getLogger().handlers)
    assert before, "pytest's own"
    server_log.begin("info", "json")
    assert logging.getLogger().handlers == before


def test_where_there_are_none_it_writes_to_standard_error(monkeypatch, capsys):
    root = logging.RootLogger(logging.WARNING)
    monkeypatch.setattr(server_log.logging, "getLogger", lambda: root)
    server_log.begin("info", "text")
    root.info("a line")
    root.debug("a detail")
    root.handlers[0].close()
    assert capsys.readouterr().err.endswith("INFO root: a line\n")
    assert sys.stderr is not None


@pytest.mark.parametrize(
    ("address", "port", "text"),
    [
        ("192.0.2.7", 4711, " from 192.0.2.7:4711"),
        ("2001:db8::7", 4711, " from [2001:db8::7]:4711"),
        ("2001:db8::7", 0, " from 2001:db8::7"),
        ("", 0, " from this machine"),
    ],
)
def test_an_address_stands_at_the_end_unless_it_is_not_wanted(address, port, text):
    assert server_log.from_address(address, port) == text
    server_log.show_addresses(False)
    try:
        assert server_log.from_address(address, port) == ""
    finally:
        server_log.show_addresses(True)


EVIL = "nick\r\n2026-01-01 INFO chover: forged \x1b[2J\x9b1m \u202egnp.exe \u2066x\u2069 \u2028 \U000e0041"


def test_what_people_wrote_moves_no_cursor_and_forges_no_line(log, written):
    log.warning("report by %s: %s", "alice", EVIL)
    [line] = written.getvalue().splitlines()
    assert line.endswith(
        r"report by alice: nick\r\n2026-01-01 INFO chover: forged \x1b[2J\x9b1m \u202egnp.exe \u2066x\u2069 \u2028"
        r" \U000e0041"
    )


def test_bytes_that_are_no_text_are_written_as_escapes():
    # Not logged: the lone surrogate would stand in pytest's report, which its workers cannot send.
    assert server_log.clean("\udcff") == r"\udcff"


def test_letters_of_every_script_stay_as_they_are(log, written):
    text = "\u05d0\u05d1 \u0645\u0631\u062d\u0628\u0627 \u4f60\u597d \U0001f469\u200d\U0001f467 caf\u00e9"
    log.info("%s", text)
    assert texts(written) == [text]


def test_json_is_clean_too_and_so_is_what_a_traceback_quotes(json_log, written):
    try:
        int(EVIL)
    except ValueError:
        json_log.exception("%s", EVIL)
    row = json.loads(written.getvalue())
    assert "\u202e" not in written.getvalue()
    assert r"\u202egnp" in row["message"]
    assert r"\u202egnp" in row["traceback"]
    assert not {"\x1b", "\u202e", "\u2028"} & set(row["message"] + row["traceback"])


def test_a_traceback_as_text_keeps_its_lines_and_is_clean(log, written):
    try:
        int(EVIL)
    except ValueError:
        log.exception("failed")
    assert written.getvalue().count("\n") > 3
    assert not {"\x1b", "\u202e", "\u2028", "\x9b"} & set(written.getvalue())
