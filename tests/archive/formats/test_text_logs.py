"""Logs of irssi, WeeChat and ZNC: what is said, by whom, when; the rest is left out or counted."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from chover.archive.errors import ArchiveError
from chover.archive.formats import text_logs

HERE = Path(__file__).parent


def at(*moment):
    return round(datetime(*moment, tzinfo=UTC).timestamp() * 1000)


def read(reader, source, channel=""):
    found = list(reader(source, channel, UTC))
    return [message for message in found if message], found.count(None)


def test_irssi():
    messages, unread = read(text_logs.irssi, HERE / "#tea.irssi.log", "#tea")
    assert unread == 1
    assert [(m.at, m.nick, m.text, m.action, m.notice) for m in messages] == [
        (at(2026, 1, 31, 23, 58), "alice", "hello", False, False),
        (at(2026, 1, 31, 23, 59), "bob", "hi: <there>", False, False),
        (at(2026, 1, 31, 23, 59), "bob", "waves at alice", True, False),
        (at(2026, 1, 31, 23, 59), "alice", "a notice", False, True),
        (at(2026, 2, 1, 0, 1), "carol", "after midnight", False, False),
    ]


def test_weechat():
    messages, unread = read(text_logs.weechat, HERE / "irc.libera.#tea.weechatlog")
    assert unread == 1
    assert [(m.channel, m.at, m.nick, m.text, m.action) for m in messages] == [
        ("#tea", at(2026, 1, 31, 10, 0, 1), "alice", "hello\twith a tab", False),
        ("#tea", at(2026, 1, 31, 10, 0, 2), "bob", "waves", True),
        ("#tea", at(2026, 1, 31, 10, 0, 4), "rob", "hi", False),
    ]


def test_znc():
    messages, unread = read(text_logs.znc, HERE / "znc")
    assert unread == 0
    assert [(m.channel, m.at, m.nick, m.text, m.action, m.notice) for m in messages] == [
        ("#tea", at(2026, 1, 31, 10, 0, 2), "alice", "hello", False, False),
        ("#tea", at(2026, 1, 31, 10, 0, 3), "bob", "waves", True, False),
        ("#tea", at(2026, 1, 31, 10, 0, 4), "carol", "a notice", False, True),
    ]


@pytest.mark.parametrize(
    ("path", "channel"),
    [
        ("irclogs/libera/#tea.log", "#tea"),
        ("irc.libera.##c++.weechatlog", "##c++"),
        ("libera/#tea/2026-01-31.log", "#tea"),
        ("#tea_20260131.log", "#tea"),
        ("libera/alice.log", ""),
    ],
)
def test_the_channel_that_a_path_names(path, channel):
    assert text_logs.channel_of(Path(path)) == channel


def test_a_log_that_names_no_channel_asks_for_one(tmp_path):
    (tmp_path / "alice.log").write_text("")
    with pytest.raises(ArchiveError, match="say which with --channel"):
        read(text_logs.irssi, tmp_path / "alice.log")


@pytest.mark.parametrize(("reader", "name"), [(text_logs.irssi, "#tea.log"), (text_logs.znc, "2026-01-31.log")])
def test_a_rank_before_a_nick_is_not_part_of_it(tmp_path, reader, name):
    day = "--- Log opened Sat Jan 31 10:00:00 2026\n" if reader is text_logs.irssi else ""
    time = "10:00:01" if reader is text_logs.irssi else "[10:00:01]"
    (tmp_path / name).write_text(f"{day}{time} <@alice> hi\n{time} < bob> hi\n{time} <+carol> hi\n")

    messages, _ = read(reader, tmp_path / name, "#tea")
    assert [m.nick for m in messages] == ["alice", "bob", "carol"]


def test_times_are_those_of_the_zone_that_is_named(tmp_path):
    (tmp_path / "2026-01-31.log").write_text("[10:00:00] <alice> hi\n")

    [message] = text_logs.znc(tmp_path / "2026-01-31.log", "#tea", timezone(timedelta(hours=2)))
    assert message.at == at(2026, 1, 31, 8)


def test_a_line_of_irssi_before_any_day_has_no_time_and_is_counted(tmp_path):
    (tmp_path / "#tea.log").write_text("10:00 <alice> when?\n--- Day changed Sat Jan 31 2026\n10:00 <alice> now\n")

    messages, unread = read(text_logs.irssi, tmp_path / "#tea.log")
    assert ([m.text for m in messages], unread) == (["now"], 1)


def test_a_log_of_znc_without_a_day_in_its_name_is_refused(tmp_path):
    (tmp_path / "#tea.log").write_text("[10:00:00] <alice> hi\n")

    with pytest.raises(ArchiveError, match="day in its name"):
        read(text_logs.znc, tmp_path / "#tea.log")


def test_bytes_that_are_no_text_cost_no_line(tmp_path):
    (tmp_path / "2026-01-31.log").write_bytes(b"[10:00:00] <alice> caf\xe9\r\n[10:00:01] <bob> hi\n")

    messages, unread = read(text_logs.znc, tmp_path / "2026-01-31.log", "#tea")
    assert ([m.text for m in messages], unread) == (["caf\ufffd", "hi"], 0)
