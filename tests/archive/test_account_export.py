"""What owners take home, from a copy of the storage and from a running server's."""

import io
import json
import tracemalloc

import pytest
from tests.store.making import ALICE, MILK, TEA, event, keep, opening, outcome, said

from chover.archive import account_export
from chover.archive.account_export import AccountExports, write_account
from chover.archive.exporting import Exporter
from chover.engine.events import Edited, Source, TopicSet
from chover.engine.ids import UserId, pair_log
from chover.files.blobs import BlobStore
from chover.ports import Account, File, NotExported
from chover.store.sqlite.store import SqliteStore

NOW = 1_800_000_000_000
ADA = UserId("aada000000000")
AS_ADA = Source(ADA, "ada", "ada", "x", "ada")
PAIR = pair_log(ALICE.id, ADA)


@pytest.fixture
async def store(tmp_path):
    store = SqliteStore.open(tmp_path / "data", durability="process")
    await store.registry.accounts.create(Account(ADA, "ada", "ada", 5), {"argon2": ["$argon2id$secret"]})
    await outcome(store, opening(TEA, "#tea", ALICE))
    await outcome(store, opening(MILK, "#milk", ALICE))
    yield store
    await store.close()


@pytest.fixture
def accounts():
    class Accounts:
        """One account."""

        known = {ADA: Account(ADA, "ada", "ada", 5)}  # noqa: RUF012 - a new class for each test

        def get(self, account):
            return self.known.get(account)

        async def export(self, account):
            return {"account": {"id": account, "name": "ada"}, "tokens": [], "certificates": []}

    return Accounts()


async def talk(store):
    await keep(store, event(TopicSet("the secret of #tea")), said("of others"), said("mine", source=AS_ADA))
    await keep(store, said("what ada may not know", MILK), said("to ada", PAIR), said("back", PAIR, AS_ADA))
    await store.uploads.add(File("F" * 22, "d" * 64, "a b.txt", "text/plain", 6, ADA, 7), 0, 0)


def by_type(lines, kind):
    return [line for line in lines if line["type"] == kind]


async def offered(store, accounts, names=None):
    exports = AccountExports(store, accounts, lambda log: (names or {TEA: "#tea", MILK: "#milk"}).get(log, ""))
    blocks = (await exports.open(await exports.offer(ADA))).blocks
    return [json.loads(line) for line in b"".join([block async for block in blocks]).splitlines()]


async def from_copy(store):
    facts = {"account": {"id": ADA, "name": "ada"}, "tokens": [{"label": "phone"}], "certificates": ["ab"]}
    out = io.BytesIO()
    await write_account(store, facts, out, NOW)
    return [json.loads(line) for line in out.getvalue().splitlines()]


async def test_both_hold_the_same_and_nothing_of_others(store, accounts):
    await talk(store)
    copied, live = await from_copy(store), await offered(store, accounts)

    assert copied[2:] == live[2:]
    assert [m["text"] for m in by_type(live, "message")] == ["mine", "to ada", "back"]
    # Neither a channel in which ada said nothing, nor the topic of any.
    assert [c["name"] for c in by_type(live, "conversation")] == ["#tea", "ada and alice"]
    assert "secret" not in json.dumps(live) + json.dumps(copied)
    assert by_type(live, "file")[0]["address"] == f"/files/{'F' * 22}/a%20b.txt"
    assert (copied[0]["scope"], copied[1]["tokens"], copied[1]["certificates"]) == ("ada", [{"label": "phone"}], ["ab"])


async def test_an_edited_message_is_as_it_reads_now(store, accounts):
    [message] = await keep(store, said("first", source=AS_ADA))
    await keep(store, event(Edited(message.msgid, message.seq, "second"), source=AS_ADA))
    [line] = by_type(await offered(store, accounts), "message")
    assert (line["text"], line["edited_at"] > 0) == ("second", True)


async def test_a_channel_that_has_ended_has_its_last_name(store, accounts):
    await talk(store)
    lines = await offered(store, accounts, {MILK: "#milk"})
    tea, _ = by_type(lines, "conversation")
    assert (tea["name"], tea["closed"]) == ("#tea", True)


async def test_an_offer_ends_by_time_by_the_next_and_with_the_account(store, accounts):
    clock = [0.0]
    exports = AccountExports(store, accounts, str, lambda: clock[0])
    first = await exports.offer(ADA)
    second = await exports.offer(ADA)
    for secret in (first, "", "guessed"):
        with pytest.raises(NotExported, match="no such export"):
            await exports.open(secret)
    assert (await exports.open(second)).name == "chat-of-ada.jsonl"
    clock[0] = exports.minutes * 60.0
    with pytest.raises(NotExported):
        await exports.open(second)
    third = await exports.offer(ADA)
    del accounts.known[ADA]
    with pytest.raises(NotExported):
        await exports.open(third)


async def test_an_offer_of_one_node_is_taken_by_another_one(store, accounts):
    here, there = AccountExports(store, accounts, str), AccountExports(store, accounts, str)
    assert (await there.open(await here.offer(ADA))).name == "chat-of-ada.jsonl"


async def test_only_some_are_read_at_once_and_who_hangs_up_makes_room(store, accounts, monkeypatch):
    await talk(store)
    monkeypatch.setattr(account_export, "BLOCK_BYTES", 1)
    exports = AccountExports(store, accounts, lambda _: "")
    secret = await exports.offer(ADA)
    running = [(await exports.open(secret)).blocks for _ in range(account_export.AT_ONCE)]
    for blocks in running:
        await anext(blocks)
    with pytest.raises(NotExported) as refused:
        await exports.open(secret)
    assert refused.value.later
    await running[0].aclose()
    assert await exports.open(secret)
    await running[1].aclose()


async def test_memory_does_not_grow_with_what_was_said(store, accounts, tmp_path):
    """12 MB in one conversation are written as lines and as a page."""
    for _ in range(12):
        await keep(store, *(said("x" * 1000, PAIR, AS_ADA) for _ in range(1000)))
    place = tmp_path / "export"
    place.mkdir()
    exporter, exports = await Exporter.open(store, BlobStore(tmp_path), place), AccountExports(store, accounts, str)
    tracemalloc.start()
    await exporter.export("ada", NOW, credentials=False)
    copied = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    taken = 0
    async for block in (await exports.open(await exports.offer(ADA))).blocks:
        taken += len(block)
    live = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (place / "index.html").stat().st_size > 12_000_000
    assert taken > 12_000_000
    assert copied < 8_000_000
    assert live < 4_000_000
