"""Conversations in text files: each entry once, over restarts and full disks."""

import stat
from datetime import UTC

import pytest

from chover.client.local import log_files
from chover.client.local.log_files import CannotLog, LogEntry, LogFiles, file_name

NOON = 1781870400000
"""2026-06-19T12:00:00Z."""


def said(after, *lines, past=False):
    return LogEntry(NOON + after, lines, past)


def write(directory, *entries, conversation="#tea"):
    """One run of a client."""
    log = LogFiles(directory, UTC)
    log.append(conversation, entries)
    log.close()
    return log.trouble()


def read(directory, name="#tea.2026-06.log"):
    return (directory / name).read_text(encoding="utf-8").splitlines()


def test_each_line_has_its_time_and_the_file_is_for_its_owner_alone(tmp_path):
    write(tmp_path / "chat", said(0, "<Bob> hello"), said(1, "<Bob> two", "<Bob> lines"))
    assert read(tmp_path / "chat") == [
        "2026-06-19T12:00:00.000+00:00 <Bob> hello",
        "2026-06-19T12:00:00.001+00:00 <Bob> two",
        "2026-06-19T12:00:00.001+00:00 <Bob> lines",
    ]
    assert stat.S_IMODE((tmp_path / "chat" / "#tea.2026-06.log").stat().st_mode) == 0o600


def test_what_the_history_brings_again_after_a_start_is_not_written_twice(tmp_path):
    write(tmp_path, said(0, "<Bob> one"), said(5, "<Bob> two"), said(5, "<Ann> at the same moment"))
    again = [
        said(0, "<Bob> one", past=True),
        said(5, "<Bob> two", past=True),
        said(5, "<Ann> at the same moment", past=True),
        said(5, "<Cid> that, too", past=True),
        said(9, "<Bob> three", past=True),
    ]
    write(tmp_path, *again)
    write(tmp_path, *again)
    assert [line.partition(" ")[2] for line in read(tmp_path)] == [
        "<Bob> one",
        "<Bob> two",
        "<Ann> at the same moment",
        "<Cid> that, too",
        "<Bob> three",
    ]


def test_a_live_entry_with_an_earlier_time_is_written_because_a_quit_has_a_time_of_its_own(tmp_path):
    write(tmp_path, said(5, "<Bob> hello"), said(3, "-- Ann quit"))
    assert read(tmp_path)[1].endswith(".003+00:00 -- Ann quit")


def test_where_the_history_does_not_reach_back_to_the_last_line_the_log_says_so(tmp_path):
    write(tmp_path, said(0, "<Bob> one"))
    write(tmp_path, said(50, "<Bob> fifty", past=True), said(51, "<Bob> next", past=True))
    assert [line.partition(" ")[2] for line in read(tmp_path)] == [
        "<Bob> one",
        log_files.MISSING,
        "<Bob> fifty",
        "<Bob> next",
    ]


def test_a_line_that_a_crash_has_cut_is_written_anew(tmp_path):
    write(tmp_path, said(0, "<Bob> one"))
    with (tmp_path / "#tea.2026-06.log").open("a") as file:
        file.write("2026-06-19T12:00:00.005+00:00 <Bob> tw")
    write(tmp_path, said(0, "<Bob> one", past=True), said(5, "<Bob> two", past=True))
    assert [line.partition(" ")[2] for line in read(tmp_path)] == ["<Bob> one", "<Bob> two"]


def test_a_long_log_goes_on_from_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(log_files, "TAIL", 200)
    write(tmp_path, *(said(at, f"<Bob> line {at}") for at in range(50)))
    write(tmp_path, said(48, "<Bob> line 48", past=True), said(49, "<Bob> line 49", past=True))
    assert len(read(tmp_path)) == 50


def test_each_month_has_its_file(tmp_path):
    month = 30 * 86_400_000
    write(tmp_path, said(0, "<Bob> june"), said(month, "<Bob> july"))
    write(tmp_path, said(0, "<Bob> june", past=True), said(month, "<Bob> july", past=True))
    assert len(read(tmp_path)) == len(read(tmp_path, "#tea.2026-07.log")) == 1


def test_a_disk_that_refuses_is_told_once_and_nothing_is_lost_when_it_takes_again(tmp_path):
    (tmp_path / "#tea.2026-06.log").mkdir()
    log = LogFiles(tmp_path, UTC)
    log.append("#tea", [said(0, "<Bob> one")])
    log.append("#tea", [said(1, "<Bob> two")])
    while not (trouble := log.trouble()):
        pass
    assert trouble == f"The log in {tmp_path} is not written: Is a directory. It is tried again."
    (tmp_path / "#tea.2026-06.log").rmdir()
    log.close()
    assert log.trouble() == ""
    assert [line.partition(" ")[2] for line in read(tmp_path)] == ["<Bob> one", "<Bob> two"]


def test_two_clients_do_not_write_everything_twice(tmp_path):
    log = LogFiles(tmp_path, UTC)
    with pytest.raises(CannotLog, match="another chover chat is writing"):
        LogFiles(tmp_path, UTC)
    log.close()
    LogFiles(tmp_path, UTC).close()


def test_a_directory_that_cannot_be_made_is_refused_with_its_reason(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotLog, match=r"file/chat cannot be written \(Not a directory\). /set log names another"):
        LogFiles(tmp_path / "file" / "chat", UTC)


@pytest.mark.parametrize(
    ("conversation", "name"),
    [
        ("#tea", "#tea"),
        ("#node.js", "#node%2Ejs"),
        ("#../../etc/passwd", "#%2E%2E%2F%2E%2E%2Fetc%2Fpasswd"),
        ("#tee-münchen", "#tee-münchen"),
        ("#" + "x" * 300, "#" + "x" * 119 + "-d0c1a6a0"),
    ],
)
def test_no_name_of_a_conversation_leaves_the_directory(conversation, name):
    assert file_name(conversation) == name
    assert len(file_name("#" + "ü" * 300).encode()) < 200
