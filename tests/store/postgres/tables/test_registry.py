"""Accounts and what belongs to them, in PostgreSQL."""

import asyncio

import msgspec
import pytest
from tests.store.contract_of_registry import ALICE, BOB, INVITE, KEY, TEA, RegistryContract

from chover.ports import Code, Newcomer, OperatorRow, Taken, Token
from chover.store.postgres.tables.registry import PostgresRegistry


@pytest.fixture
async def registry(connect):
    return PostgresRegistry(await connect())


@pytest.fixture
async def other(connect):
    """The same rows, from another node."""
    return PostgresRegistry(await connect())


class TestPostgresRegistry(RegistryContract):
    pass


async def outcomes(*work):
    """What became of work that was begun at once: an answer, or the class of what was raised."""
    done = await asyncio.gather(*work, return_exceptions=True)
    return [type(one) if isinstance(one, BaseException) else one for one in done]


async def test_a_name_is_given_once_by_two_nodes(registry, other):
    for number in range(20):
        one, two = (
            msgspec.structs.replace(account, id=f"{account.id}-{number}", folded=f"n{number}")
            for account in (ALICE, BOB)
        )
        made = await outcomes(registry.accounts.create(one, {}), other.accounts.create(two, {}))
        assert sorted(made, key=str) == [Taken, None], number
    assert len(await registry.accounts.all()) == 20


def newcomer(account, number):
    account = msgspec.structs.replace(account, id=f"{account.id}-{number}", folded=f"{account.folded}{number}")
    return Newcomer(account, {}, account.id.encode(), Token(account.id, account.id, "", 1))


async def test_a_last_use_of_an_invitation_is_one_nodes(registry, other):
    for number in range(20):
        key, invite = bytes([number]), msgspec.structs.replace(INVITE, id=f"i{number}", uses=1)
        await registry.invites.add(key, invite)
        found = await asyncio.gather(
            registry.invites.redeem(key, 2000, newcomer(ALICE, number)),
            other.invites.redeem(key, 2000, newcomer(BOB, number)),
        )
        assert [one.uses for one in found if one] == [0], number
        assert len(await registry.accounts.all()) == number + 1


async def test_a_code_is_used_on_one_node(registry, other):
    for _ in range(20):
        await registry.codes.put("reset", "alice", Code(b"a", 5000, ""))
        used = await asyncio.gather(registry.codes.drop("reset", "alice"), other.codes.drop("reset", "alice"))
        assert sorted(used) == [False, True]


async def test_of_two_passwords_set_at_once_one_stands(registry, other):
    await registry.accounts.create(ALICE, {"argon2": ["old"]})
    for _ in range(20):
        await asyncio.gather(
            registry.credentials.replace(ALICE.id, {"argon2": ["one"]}),
            other.credentials.replace(ALICE.id, {"argon2": ["two"]}),
        )
        assert await registry.credentials.of(ALICE.id) in ({"argon2": ["one"]}, {"argon2": ["two"]})


async def waiting(db):
    """How many wait for a lock."""
    return await db.value("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")


async def test_nothing_is_left_of_an_account_that_is_deleted_while_others_add_to_it(registry, other, connect):
    db = await connect()
    await registry.accounts.create(ALICE, {"argon2": ["hash"]})
    async with db.transaction() as deleting:
        await deleting.execute("DELETE FROM account")
        adding = asyncio.gather(
            other.tokens.add(KEY, Token("t", ALICE.id, "phone", 1)),
            other.read_markers.move(ALICE.id, TEA, 7),
            other.departures.put(ALICE.id, "phone", 8),
            other.operators.put(OperatorRow(ALICE.id, ("kill",), 8)),
            other.credentials.replace(ALICE.id, {"argon2": ["new"], "certificate": ["ab"]}),
        )
        while not adding.done() and await waiting(db) < 5:
            await asyncio.sleep(0)
    await adding
    for table in ("token", "marker", "departure", "operator"):
        assert await db.value(f"SELECT count(*) FROM {table}") == 0, table
    assert await registry.credentials.of(ALICE.id) == {"argon2": ["hash"]}


async def test_a_marker_that_two_nodes_move_stands_at_the_later_place(registry, other):
    await registry.accounts.create(ALICE, {})
    for at in range(1, 20):
        moves = [rows.read_markers.move(ALICE.id, TEA, to) for rows, to in ((registry, at), (other, at + 1))]
        await asyncio.gather(*moves)
        assert await registry.read_markers.get(ALICE.id, TEA) == at + 1
