"""Each format as its program writes it: what is said, by whom, when; the rest is left out or counted."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chover.archive.errors import ArchiveError
from chover.archive.formats import structured, text_logs

HERE = Path(__file__).parent / "formats"


def at(*moment):
    return round(datetime(*moment, tzinfo=UTC).timestamp() * 1000)


def read(reader, source, channel=""):
    found = list(reader(source, channel, UTC))
    return [message for message in found if message], found.count(None)


def test_slack():
    messages, unread = read(structured.slack, HERE / "slack")
    assert unread == 1
    assert [(m.channel, m.nick, m.text, m.action) for m in messages] == [
        ("#general", "Ada L.", "hi @bob, see the plan (https://example.org/a?b=1&c=2) <now> in #random @here", False),
        ("#general", "bob", "waves", True),
        ("#general", "CI", "green", False),
        ("#general", "Ada L.", "a.png: https://files.slack.com/a.png", False),
        ("#random", "bob", "first", False),
    ]
    assert (messages[0].at, messages[3].at) == (1769850000000, 1769850004500)


def test_slack_as_a_zip(tmp_path):
    file = shutil.make_archive(str(tmp_path / "export"), "zip", HERE / "slack")
    assert read(structured.slack, Path(file)) == read(structured.slack, HERE / "slack")


@pytest.mark.parametrize("make", [lambda path: path.mkdir(), lambda path: path.write_text("no zip")])
def test_what_is_no_export_of_slack_is_one_line(tmp_path, make):
    make(tmp_path / "x")
    with pytest.raises(ArchiveError, match=r"cannot be imported: it (has no users\.json|is no zip)"):
        read(structured.slack, tmp_path / "x")


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


def test_mattermost():
    messages, unread = read(structured.mattermost, HERE / "mattermost.jsonl")
    assert (unread, [(m.channel, m.nick, m.text, m.at) for m in messages]) == (
        0,
        [("#town-square", "ada", "hello", 1769850000000), ("#town-square", "bob", "hi", 1769850001000)],
    )


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
