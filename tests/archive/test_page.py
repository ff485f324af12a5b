"""The static page: everything is in it, and nothing of others runs there."""

import base64
import hashlib
import io
import json
import re

import pytest

from chover.archive.entries import ExportedConversation, ExportedEvent, ExportedMessage, ExportedReaction
from chover.archive.page import ArchivePage, row_of

HOSTILE = "</script><script>alert(1)</script><!-- &amp; \u2028\u2029"


def message(text="hi", nick="alice", **more):
    return ExportedMessage("c1", 1, 1000, "m1", nick, "a1", text, **more)


def event(kind, text="", whom=""):
    return ExportedEvent("c1", 1, 1000, kind, "alice", "a1", text, whom)


def row(line):
    return json.loads(row_of(line))


def page(*lines, title="Export", subtitle="of everything"):
    out = io.BytesIO()
    written = ArchivePage(out)
    written.begin(title, subtitle)
    for line in lines:
        written.add(line)
    written.end()
    return out.getvalue().decode()


def logs(whole):
    """What is known of each conversation, and its rows."""
    found = re.findall(r'class="rows">(.*?)</script>\s*<script [^>]*class="log">(.*?)</script>', whole, re.DOTALL)
    return [(json.loads(facts), json.loads(rows)) for rows, facts in found]


def test_a_message_is_a_row_with_its_time_author_and_text():
    assert row(message()) == [1000, "alice", "hi", ""]
    assert row(message(action=True)) == [1000, "alice", "hi", "me"]
    assert row(message(edited_at=2000)) == [1000, "alice", "hi (edited)", ""]
    assert row(message(files={"f1": "files/a.png"})) == [1000, "alice", "hi", "", {"f1": "files/a.png"}]


@pytest.mark.parametrize(
    ("happened", "sentence"),
    [
        (event("joined"), "joined"),
        (event("left"), "left"),
        (event("left", "bye"), "left (bye)"),
        (event("quit", "bye"), "left the server (bye)"),
        (event("kicked", "spam", "eve"), "removed eve (spam)"),
        (event("renamed", "alicia"), "is now alicia"),
        (event("topic", "tea"), "set the topic: tea"),
        (event("topic"), "removed the topic"),
        (event("channel renamed", "#mate"), "renamed the channel to #mate"),
    ],
)
def test_what_happened_is_told_in_a_sentence(happened, sentence):
    assert row(happened) == [1000, "alice", sentence, "event"]


def test_a_reaction_has_no_row_of_its_own():
    assert row_of(ExportedReaction("c1", 1000, "bob", "a2", "👍", "m1")) is None


def test_what_others_wrote_cannot_end_the_script_that_it_stands_in():
    raw = row_of(message(HOSTILE, HOSTILE)).decode()

    assert not re.search("[<>&\u2028\u2029]", raw)
    assert json.loads(raw) == [1000, HOSTILE, HOSTILE, ""]


def test_what_terminals_and_irc_clients_obey_is_not_shown():
    assert row(message("a\x0304,12red\x03 \x04ff0000x\x02b\x1b[31m\x7f\nnext"))[2] == "ared xb[31m\nnext"


def test_names_and_topics_cannot_end_the_script_that_they_stand_in_either():
    whole = page(ExportedConversation("c1", "#t'\"><b>", HOSTILE), message())

    assert logs(whole) == [({"name": "#t'\"><b>", "topic": HOSTILE, "count": 1}, [[1000, "alice", "hi", ""]])]
    assert "<b>" not in whole


def test_each_conversation_has_its_own_rows_and_one_without_any_is_left_out():
    tea, empty, milk = (ExportedConversation(f"c{at}", name) for at, name in enumerate(("#tea", "#empty", "#milk")))
    whole = page(tea, message("one"), message("two"), empty, milk, message("three"))

    assert [(facts["name"], facts["count"], [row[2] for row in rows]) for facts, rows in logs(whole)] == [
        ("#tea", 2, ["one", "two"]),
        ("#milk", 1, ["three"]),
    ]


def test_title_and_subtitle_are_text():
    whole = page(title="<i>&", subtitle="@STYLE@ <u>")

    assert "<title>&lt;i&gt;&amp;</title>" in whole
    assert "<u>" not in whole
    assert whole.count("<style>") == 1


def test_the_policy_allows_the_style_and_the_script_of_the_page_and_nothing_else():
    whole = page(ExportedConversation("c1", "#tea"), message())
    [policy] = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', whole)

    def hash_of(text):
        return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"

    [style] = re.findall(r"<style>(.*?)</style>", whole, re.DOTALL)
    [script] = re.findall(r"<script>(.*?)</script>", whole, re.DOTALL)
    assert policy == f"default-src 'none'; style-src {hash_of(style)}; script-src {hash_of(script)}"
    assert not re.search(r'\s(?:src|href)="', whole)
