"""What an export holds, for whom, and that text of others is only text in it."""

import hashlib
import json
import re

import pytest
from tests.store.making import ALICE, BOB, MILK, TEA, event, keep, opening, outcome, said

from chover.archive.entries import ExportedEvent, ExportedMessage
from chover.archive.errors import ArchiveError
from chover.archive.exporting import Exporter
from chover.archive.page import row_of
from chover.engine.events import Blanked, ChannelRenamed, Closed, Kicked, Said, Source, TagsKept, TopicSet
from chover.engine.ids import LogId, UserId, pair_log
from chover.files.blobs import BlobStore
from chover.ports import Account, File
from chover.store.sqlite.store import SqliteStore

NOW = 1_800_000_000_000
ADA = UserId("aada000000000")
AS_ADA = Source(ADA, "ada", "ada", "x", "ada")
FILE = "A" * 22
EVIL = "</script><script>alert(1)</script> & \u2028 \x0304red\x03 <b>"


@pytest.fixture
async def store(tmp_path):
    store = SqliteStore.open(tmp_path / "data", durability="process")
    await store.registry.accounts.create(Account(ADA, "ada", "ada", 5), {"argon2": ["$argon2id$secret"]})
    await outcome(store, opening(TEA, "#tea", ALICE))
    yield store
    await store.close()


@pytest.fixture
def exported(store, tmp_path):
    async def export(what="", **options):
        place = tmp_path / f"export-{what.strip('#')}"
        place.mkdir()
        made = await (await Exporter.open(store, BlobStore(tmp_path / "data" / "files"), place)).export(
            what, NOW, **{"credentials": False, **options}
        )
        lines = [json.loads(line) for line in (place / "export.jsonl").read_text().split("\n")[:-1]]
        return made, lines, (place / "index.html").read_text(), place

    return export


def of(lines, kind):
    return [line for line in lines if line["type"] == kind]


def rows(page):
    """What the page shows, by conversation."""
    block = r'<script type="application/json" class="rows">(.*?)</script>\n<script [^>]*class="log">(.*?)</script>'
    found = {}
    for data, about in re.findall(block, page, re.DOTALL):
        facts = json.loads(about)
        found[facts["name"]] = json.loads(data)
        assert facts["count"] == len(found[facts["name"]])
    return found


async def test_everything_is_in_it_in_its_order(store, exported):
    first = event(Said("hello", tags={"+draft/reply": "m0"}), msgid="m1", at=2000)
    await keep(store, first, said("\x01ACTION waves\x01", source=BOB, at=3000), event(Said("", notice=True), at=3500))
    await keep(store, event(TagsKept({"+draft/react": "👍", "+draft/reply": "m1"}, about=first.seq), source=BOB))
    await keep(store, event(TopicSet("leaves")), event(Kicked(BOB.id, "bob", "rude")), said("two\nlines", at=4000))
    await keep(store, said("between us", pair_log(ALICE.id, ADA), at=5000))

    made, lines, page, _ = await exported()

    assert (made.conversations, made.messages) == (2, 5)
    assert lines[0] == {
        "type": "export",
        "format": 1,
        "program": lines[0]["program"],
        "made_at": NOW,
        "scope": "everything",
    }
    assert [(line["name"], line.get("between", [])) for line in of(lines, "conversation")] == [
        ("#tea", []),
        ("ada and alice", ["ada", "alice"]),
    ]
    said_there = [(m["nick"], m["text"], m.get("action", False), m.get("reply", "")) for m in of(lines, "message")]
    assert said_there[:2] == [("alice", "hello", False, "m0"), ("bob", "waves", True, "")]
    assert (of(lines, "reaction")[0]["value"], of(lines, "reaction")[0]["msgid"]) == ("👍", "m1")
    assert [e["kind"] for e in of(lines, "event")] == ["joined", "topic", "kicked"]
    assert [row[1:4] for row in rows(page)["#tea"]] == [
        ["alice", "joined", "event"],
        ["alice", "hello", ""],
        ["bob", "waves", "me"],
        ["alice", "", ""],
        ["alice", "set the topic: leaves", "event"],
        ["alice", "removed bob (rude)", "event"],
        ["alice", "two\nlines", ""],
    ]


async def test_no_credential_is_in_it_unless_asked(exported):
    _, lines, page, place = await exported()
    assert of(lines, "account")[0]["account"]["name"] == "ada"
    assert "secret" not in (place / "export.jsonl").read_text() + page


async def test_credentials_where_they_are_asked_for(exported):
    _, lines, _, _ = await exported(credentials=True)
    assert of(lines, "account")[0]["credentials"] == {"argon2": ["$argon2id$secret"]}


async def test_a_channel_alone(store, exported):
    await outcome(store, opening(MILK, "#milk", ALICE))
    await keep(store, said("of tea"), said("of milk", MILK), said("between us", pair_log(ALICE.id, ADA)))

    _, lines, page, _ = await exported("#Tea")

    assert [m["text"] for m in of(lines, "message")] == ["of tea"]
    assert of(lines, "account") == []
    assert list(rows(page)) == ["#tea"]


async def test_a_channel_that_ended_is_found_by_its_last_name(store, exported):
    await outcome(store, opening(MILK, "#milk"))
    await keep(store, said("of milk", MILK), event(ChannelRenamed("#cream", "#milk"), MILK), event(Closed(), MILK))

    _, lines, _, _ = await exported("#cream")

    assert [m["text"] for m in of(lines, "message")] == ["of milk"]
    assert of(lines, "conversation")[0]["closed"] is True


async def test_an_account_has_its_private_conversations_and_its_own_words(store, exported):
    pair = pair_log(ALICE.id, ADA)
    await keep(store, said("mine", source=AS_ADA), said("of others"), said("to ada", pair), said("back", pair, AS_ADA))
    await keep(store, said("of others too", pair_log(ALICE.id, BOB.id)))

    _, lines, _, _ = await exported("ADA")

    assert [m["text"] for m in of(lines, "message")] == ["mine", "to ada", "back"]
    assert [a["account"]["name"] for a in of(lines, "account")] == ["ada"]


async def test_what_was_deleted_is_in_no_export(store, exported):
    await keep(store, event(Blanked()), said("stays"))
    _, lines, _, _ = await exported()
    assert [m["text"] for m in of(lines, "message")] == ["stays"]


@pytest.mark.parametrize("what", ["#nowhere", "nobody"])
async def test_what_is_not_there_is_one_line(exported, what):
    with pytest.raises(ArchiveError, match=f"there is no .*{what}"):
        await exported(what)


async def test_files_lie_beside_it(store, exported, tmp_path):
    digest = hashlib.sha256(b"leaves").hexdigest()
    path = tmp_path / "data" / "files" / digest[:2] / digest
    path.parent.mkdir(parents=True)
    path.write_bytes(b"leaves")
    await store.uploads.add(File(FILE, digest, "tea.txt", "text/plain", 6, UserId(""), 1), 0, 0)
    gone = "B" * 22
    await keep(store, said(f"see https://chat.example.org/files/{FILE}/tea.txt and /files/{gone}/x"))

    made, lines, page, place = await exported()

    assert made.files == 1
    (message,) = of(lines, "message")
    assert message["files"] == {FILE: f"files/{FILE}-tea.txt"}
    assert (place / "files" / f"{FILE}-tea.txt").read_bytes() == b"leaves"
    assert rows(page)["#tea"][-1][4] == message["files"]


async def test_text_of_others_cannot_end_a_script_or_name_an_attribute(store, exported):
    evil = Source(UserId("g9"), "mallory", "m", "h")
    await keep(store, said(EVIL, source=evil), event(TopicSet('"><img src=x onerror=alert(1)>')))
    await outcome(store, opening(LogId("c9"), '#"><b>', evil))
    await keep(store, said("x", LogId("c9"), evil))

    _, _, page, _ = await exported()

    assert page.count("<script") == page.count("</script>") == 5
    assert "<img" not in page
    assert "alert(1)</" not in page
    assert rows(page)["#tea"][1][2] == "</script><script>alert(1)</script> & \u2028 red <b>"
    assert "default-src 'none'; style-src 'sha256-" in page


def test_every_event_of_history_has_a_sentence():
    kinds = ["joined", "left", "quit", "kicked", "renamed", "topic", "channel renamed"]
    shown = [row_of(ExportedEvent("c", 1, 1, kind, "a", "g", "why", "b")) for kind in kinds]
    assert [json.loads(row)[2] for row in shown] == [
        "joined",
        "left (why)",
        "left the server (why)",
        "removed b (why)",
        "is now why",
        "set the topic: why",
        "renamed the channel to why",
    ]


def test_an_edited_message_says_so():
    assert json.loads(row_of(ExportedMessage("c", 1, 1, "m", "a", "g", "new", edited_at=2)))[2] == "new (edited)"
