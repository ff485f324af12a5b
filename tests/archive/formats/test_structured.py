"""Our own export, Slack's and Mattermost's: what is said, by whom, when; the rest is left out or counted."""

import json
import shutil
from datetime import UTC
from pathlib import Path

import pytest

from chover.archive.entries import (
    ExportedConversation,
    ExportedEvent,
    ExportedMessage,
    ExportedReaction,
    ExportHead,
    encode,
)
from chover.archive.errors import ArchiveError
from chover.archive.formats import structured

HERE = Path(__file__).parent


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
    with pytest.raises(ArchiveError, match=r"cannot be imported: it (has no users\.json|is not a zip file)"):
        read(structured.slack, tmp_path / "x")


def test_mattermost():
    messages, unread = read(structured.mattermost, HERE / "mattermost.jsonl")
    assert (unread, [(m.channel, m.nick, m.text, m.at) for m in messages]) == (
        0,
        [("#town-square", "ada", "hello", 1769850000000), ("#town-square", "bob", "hi", 1769850001000)],
    )


def said(text, conversation="c1", **more):
    return ExportedMessage(conversation, 1, 1000, "m1", "alice", "a1", text, **more)


def export(folder, *lines, known=1):
    file = folder / "export.jsonl"
    written = [encode(line) for line in (ExportHead(known, "chover 1", 1, "everything"), *lines)]
    file.write_bytes(b"\n".join(written) + b"\n")
    return file


TEA = ExportedConversation("c1", "#tea")


def test_our_own_export_is_read_as_it_was_written(tmp_path):
    lines = [TEA, said("hi"), said("waves", action=True), said("psst", notice=True), said("two\nlines")]
    file = export(tmp_path, *lines)

    messages, unread = read(structured.own, file)
    assert unread == 0
    assert [(m.channel, m.at, m.nick, m.text, m.action, m.notice) for m in messages] == [
        ("#tea", 1000, "alice", "hi", False, False),
        ("#tea", 1000, "alice", "waves", True, False),
        ("#tea", 1000, "alice", "psst", False, True),
        ("#tea", 1000, "alice", "two\nlines", False, False),
    ]
    assert read(structured.own, tmp_path) == (messages, unread)


def test_private_conversations_are_told_apart_and_what_nobody_said_is_no_message(tmp_path):
    private = ExportedConversation("pa1:a2", "alice and bob", between=("alice", "bob"))
    happened = ExportedEvent("c1", 2, 1000, "joined", "bob", "a2"), ExportedReaction("c1", 1, "bob", "a2", "👍", "m1")
    file = export(tmp_path, TEA, private, said("between us", "pa1:a2"), said("for operators", status="@"), *happened)

    [message], unread = read(structured.own, file)
    assert (message.channel, message.between, message.text, unread) == ("", ("alice", "bob"), "between us", 0)


def test_direct_posts_of_mattermost(tmp_path):
    reply = {"user": "bob", "message": "hi", "create_at": 2}
    post = {"channel_members": ["ada", "bob"], "user": "ada", "message": "psst", "create_at": 1, "replies": [reply]}
    many = {**post, "channel_members": ["ada", "bob", "eve"]}
    lines = [json.dumps({"type": "direct_post", "direct_post": each}) for each in (post, many)]
    (tmp_path / "export.jsonl").write_text("\n".join(lines))

    messages, unread = read(structured.mattermost, tmp_path / "export.jsonl")
    assert unread == 0
    assert [(m.channel, m.nick, m.text, m.between) for m in messages] == [
        ("", "ada", "psst", ("ada", "bob")),
        ("", "bob", "hi", ("ada", "bob")),
    ]


def test_direct_messages_of_slack(tmp_path):
    shutil.copytree(HERE / "slack", tmp_path / "slack")
    dms = [{"id": "D1", "members": ["U1", "U2"]}, {"id": "D2", "members": ["U1", "U1"]}]
    (tmp_path / "slack" / "dms.json").write_text(json.dumps(dms))
    for name in ("D1", "D2"):
        (tmp_path / "slack" / name).mkdir()
        said = [{"type": "message", "user": "U1", "text": f"psst in {name}", "ts": "1769850000.0"}]
        (tmp_path / "slack" / name / "2026-01-31.json").write_text(json.dumps(said))

    messages, _ = read(structured.slack, tmp_path / "slack")
    private = [(m.nick, m.text, m.between) for m in messages if m.between]
    assert private == [("ada", "psst in D1", ("ada", "bob"))]


def test_lines_that_are_damaged_are_counted_and_the_others_read(tmp_path):
    file = export(tmp_path, TEA, said("before"))
    file.write_bytes(file.read_bytes() + b'{"type": "message", "conv\n[]\n{}\n' + encode(said("after")) + b"\n")

    messages, unread = read(structured.own, file)
    assert ([m.text for m in messages], unread) == (["before", "after"], 3)


def test_an_export_of_a_newer_version_is_refused(tmp_path):
    with pytest.raises(ArchiveError, match="format 2, made by a newer version"):
        read(structured.own, export(tmp_path, TEA, said("hi"), known=2))
