"""Accounts and operators in the memory of two nodes on one database."""

import asyncio

import pytest
from msgspec.structs import replace

from chover.accounts.service import AccountService, ClosedAccount
from chover.config import load
from chover.ports import Account, AccountSettings, Denied
from chover.serve.row_watch import RowWatch
from chover.store.postgres.tables.registry import PostgresRegistry

CONFIG = load(environ={}, flags={"accounts.hash_cost": "cheap", "accounts.scram": "false"})


class Node:
    """Accounts in memory, and what is heard of other nodes."""

    def __init__(self, rows, accounts):
        self.accounts = accounts
        self.closed, self.deposed, self.heard = [], [], []
        rows.serve({"account": self._accounts, "operator": self._operators})
        self.look = rows.look
        accounts.follow(lambda before, after: self.heard.append((before, after)))

    async def _accounts(self, keys):
        self.closed += await self.accounts.reload(None if "" in keys else keys)

    async def _operators(self, _keys):
        self.deposed += await self.accounts.operators.reload()


@pytest.fixture
async def open_node(open_connections, database):
    opened = []

    async def opens():
        registry = PostgresRegistry(await open_connections(database))
        rows = RowWatch(registry.changes)
        await rows.begin()
        opened.append(Node(rows, await AccountService.open(CONFIG, registry, b"k" * 32, rows.look)))
        return opened[-1]

    yield opens
    for node in opened:
        node.accounts.close()


@pytest.fixture
async def here(open_node):
    return await open_node()


@pytest.fixture
async def there(open_node):
    return await open_node()


async def test_an_account_and_its_settings_are_known_to_every_node(here, there):
    alice = await here.accounts.registration.make("Alice", "correct horse")
    await there.look()
    assert there.accounts.find("alice") == alice
    away = await here.accounts.change(alice.id, lambda _: AccountSettings(away="tea"))
    await there.look()
    assert there.accounts.get(alice.id) == away
    assert there.closed == []


async def test_settings_that_two_nodes_change_at_once_keep_both_changes(here, there):
    alice = await here.accounts.registration.make("Alice", "correct horse")
    await there.look()
    for number in range(10):
        await asyncio.gather(
            here.accounts.change(
                alice.id, lambda held, n=number: replace(held, highlights=(*held.highlights, f"h{n}"))
            ),
            there.accounts.change(alice.id, lambda held, n=number: replace(held, blocked=(*held.blocked, f"b{n}"))),
        )
    await there.look()
    settings = there.accounts.get(alice.id).settings
    assert settings.highlights == tuple(f"h{n}" for n in range(10))
    assert settings.blocked == tuple(f"b{n}" for n in range(10))


async def test_an_account_that_was_deleted_elsewhere_is_not_changed(here, there):
    alice = await here.accounts.registration.make("Alice", "correct horse")
    await there.look()
    await here.accounts.delete(alice.id)
    with pytest.raises(Denied, match="deleted"):
        await there.accounts.change(alice.id, lambda held: replace(held, away="tea"))
    await there.look()
    assert there.closed == [ClosedAccount(alice.id, "This account was deleted")]


async def test_a_suspended_account_is_closed_everywhere(here, there):
    alice = await here.accounts.registration.make("Alice", "correct horse")
    await there.look()
    await here.accounts.suspend(alice.id, "spam")
    await there.look()
    assert there.closed == [ClosedAccount(alice.id, "Alice is suspended: spam")]


async def test_the_name_of_a_deleted_account_leads_to_its_next_owner_on_every_node(here, there):
    alice = await here.accounts.registration.make("Alice", "correct horse")
    await there.look()
    await here.accounts.delete(alice.id)
    other = await here.accounts.registration.make("Alice", "battery staple")
    await there.look()
    assert there.closed == [ClosedAccount(alice.id, "This account was deleted")]
    assert there.accounts.find("alice") == there.accounts.get(other.id) == other
    assert there.accounts.get(alice.id) is None


async def test_operators_come_and_go_on_every_node(here, there):
    alice = await here.accounts.registration.make("Alice", "correct horse")
    await here.accounts.operators.add(alice.id, ["ban"])
    await there.look()
    assert there.accounts.operators.of(alice.id).rights == ("ban",)
    await here.accounts.operators.remove(alice.id)
    await there.look()
    assert there.accounts.operators.of(alice.id) is None
    assert there.deposed == [alice.id]


async def test_what_was_made_here_meanwhile_stays(here):
    """All rows are read again, and one is added after they were read."""
    alice = await here.accounts.registration.make("Alice", "correct horse")
    rows = here.accounts._registry.accounts
    read = rows.all
    here.accounts._directory.catch_up = _hears_nothing

    async def reads_then_another_comes():
        found = await read()
        await here.accounts.registration.make("Bob", "correct horse")
        return found

    rows.all = reads_then_another_comes
    assert await here.accounts.reload() == []
    assert [account.name for account in here.accounts.everybody()] == [alice.name, "Bob"]


async def test_a_name_like_one_that_another_node_has_just_given_is_refused(here, there):
    await here.accounts.registration.make("alice", "correct horse")
    with pytest.raises(Denied, match="already registered"):
        await there.accounts.registration.make("\u0430lice", "correct horse")


async def test_of_two_nodes_that_make_accounts_which_look_alike_one_succeeds(here, there, monkeypatch):
    """Both have looked, and know of nobody."""
    for node in (here, there):
        monkeypatch.setattr(node.accounts._directory, "catch_up", _hears_nothing)
    made = await asyncio.gather(
        here.accounts.registration.make("alice", "correct horse"),
        there.accounts.registration.make("\u0430lice", "correct horse"),
        return_exceptions=True,
    )
    assert {type(outcome) for outcome in made} == {Account, Denied}


async def _hears_nothing():
    pass


async def test_what_another_node_has_changed_is_told_once_also_if_this_one_was_about_to_change_it(here, there):
    alice = await here.accounts.registration.make("alice", "correct horse")
    await there.look()
    away = await here.accounts.change(alice.id, lambda held: replace(held, away="tea"))
    await there.accounts.change(alice.id, lambda held: replace(held, realname="Alice A"))
    await there.look()
    assert there.heard == [(alice, away)]
    await here.look()
    assert [after.settings.realname for _, after in here.heard] == ["Alice A"]
