"""An import makes channels of their own, once, and gives nobody's words to an account."""

import pytest
from tests.store.making import ALICE, TEA, keep, opening, outcome, said

from chover.archive.errors import ArchiveError
from chover.archive.exporting import Exporter
from chover.archive.formats.message import ImportedMessage
from chover.archive.formats.structured import own
from chover.archive.importing import ImportedArchive, Importer, log_of
from chover.engine.events import Said
from chover.engine.ids import LogId, UserId, pair_log, time_of
from chover.files.blobs import BlobStore
from chover.ports import Account
from chover.store.sqlite.store import SqliteStore

ADA = Account(UserId("aada000000000"), "ada", "ada", 5)
BOB_HERE = Account(UserId("abob000000000"), "bob", "bob", 5)
NOON = 1_769_850_000_000


@pytest.fixture
async def store(tmp_path):
    store = SqliteStore.open(tmp_path / "data", durability="process")
    await store.registry.accounts.create(ADA, {})
    yield store
    await store.close()


def message(text, nick="bob", at=NOON, channel="#Tea", **more):
    return ImportedMessage(channel, at, nick, text, **more)


async def written(store, *found, **options):
    return await (await Importer.open(store)).write(ImportedArchive(found), ADA, **options)


def private(text, nick, at=NOON, between=("ada", "Bob")):
    return ImportedMessage("", at, nick, text, between=between)


async def told(store, channel="#tea"):
    events = await store.between(log_of(channel), 0, 10_000)
    return [event for event in events if isinstance(event.body, Said)]


async def test_messages_keep_time_author_and_kind(store):
    later = message("waves", "Ada L.", NOON + 5, action=True)
    assert await written(store, later, message("first"), None, message("note", notice=True)) == (3, 0, [])

    first, note, action = await told(store)
    assert (first.at, first.source.nick, first.body.text) == (NOON, "bob", "first")
    assert time_of(first.msgid) == NOON
    assert note.body.notice
    assert (action.source.nick, action.body.text) == ("Ada_L", "\x01ACTION waves\x01")
    assert first.source.id.startswith("g")
    assert first.source.account == ""


async def test_the_channel_is_closed_to_others_and_belongs_to_its_founder(store):
    await written(store, message("x"))
    snapshot = await store.load()
    (channel,) = snapshot.channels
    assert (channel.name, set(channel.modes)) == ("#Tea", {"i", "n", "s", "t"})
    assert [(row.account, row.role) for row in snapshot.access] == [(ADA.id, "q")]


async def test_importing_again_adds_what_is_missing_only(store):
    twice = [message("same"), message("same"), message("other")]
    assert await written(store, *twice) == (3, 0, [])
    assert await written(store, *twice) == (0, 3, [])
    assert await written(store, *twice, message("new", at=NOON + 9)) == (1, 3, [])
    assert [event.body.text for event in await told(store)] == ["same", "same", "other", "new"]


async def test_a_channel_that_was_not_imported_is_left_alone(store):
    await outcome(store, opening(TEA, "#tea", ALICE))
    with pytest.raises(ArchiveError, match="there is a channel #tea already, which was not imported"):
        await written(store, message("x"))
    assert await store.log_ids() == [TEA]


async def test_a_long_text_becomes_several_messages_that_fit_the_wire(store):
    await written(store, message("word " * 1500 + "\r\nend\x00\x01"))
    texts = await told(store)
    assert len(texts) == 2
    assert "".join(event.body.text for event in texts) == "word " * 1500 + "\nend"
    assert all(len(piece.encode()) <= 400 for event in texts for piece, _ in event.body.pieces())


def test_a_name_that_no_channel_may_have_is_one_line():
    with pytest.raises(ArchiveError, match="'#a b' cannot be the name of a channel"):
        ImportedArchive([message("x", channel="#a b")])


def test_the_plan_says_what_there_is():
    plan = ImportedArchive([message("a"), message("b", "al", NOON + 7), None, message("")]).plan()
    assert plan == ([("#Tea", 2, 2, NOON, NOON + 7)], [], 1)


async def test_an_export_comes_back_whole_without_private_conversations(store, tmp_path):
    other = SqliteStore.open(tmp_path / "other", durability="process")
    await outcome(other, opening(TEA, "#tea", ALICE))
    await keep(other, said("one", at=NOON), said("\x01ACTION two\x01", at=NOON + 1), said("three\nlines", at=NOON + 2))
    await keep(other, said("between us", pair_log(ALICE.id, UserId("g7"))))
    place = tmp_path / "export"
    place.mkdir()
    await (await Exporter.open(other, BlobStore(tmp_path), place)).export("", 1, credentials=False)
    await other.close()

    assert await written(store, *own(place, "", None)) == (3, 0, [])

    assert [event.body.text for event in await told(store)] == ["one", "\x01ACTION two\x01", "three\nlines"]
    assert await store.log_ids() == [LogId(log_of("#tea"))]


async def test_private_conversations_are_imported_between_accounts_and_only_if_asked_for(store):
    await store.registry.accounts.create(BOB_HERE, {})
    found = [private("hello", "Ada"), private("hi", "bob", NOON + 1), private("a third", "eve", NOON + 2)]
    assert await written(store, *found) == (0, 0, [])
    assert await written(store, *found, private=True) == (2, 0, [])
    assert await written(store, *found, private("more", "ada", NOON + 9), private=True) == (1, 2, [])

    events = await store.between(pair_log(ADA.id, BOB_HERE.id), 0, 100)
    assert [(e.source.id, e.source.account, e.body.to, e.body.text, e.at) for e in events] == [
        (ADA.id, "ada", "bob", "hello", NOON),
        (BOB_HERE.id, "bob", "ada", "hi", NOON + 1),
        (ADA.id, "ada", "bob", "more", NOON + 9),
    ]


async def test_a_private_conversation_that_cannot_be_imported_is_named(store):
    await store.registry.accounts.create(BOB_HERE, {})
    await keep(store, said("live", pair_log(ADA.id, BOB_HERE.id)))
    found = [
        private("x", "ada"),
        private("y", "ada", between=("ada", "eve")),
        private("z", "ada", between=("ada", "ada")),
    ]
    done = await written(store, *found, message("in a channel"), private=True)
    assert (done.added, sorted(done.left_out)) == (
        1,
        [
            "ada and Bob: they have talked here already",
            "ada and ada: it is one of somebody with themselves",
            "ada and eve: there is no account eve",
        ],
    )
