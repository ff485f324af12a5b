"""Device tokens: what is shown once, and what is kept of it."""

import pytest
from tests.doubles.memory_registry import MemoryRegistry

from chover.accounts.tokens import LABEL_CHARS, TOKEN_PREFIX, TokenService, fresh_token, hash_of
from chover.engine.ids import UserId
from chover.ports import Account

ALICE, BOB = UserId("a1"), UserId("a2")


@pytest.fixture
async def rows():
    registry = MemoryRegistry()
    for account in (Account(ALICE, "alice", "alice", 1), Account(BOB, "bob", "bob", 1)):
        await registry.accounts.create(account, {})
    return registry.tokens


def test_every_token_is_another_and_begins_like_one():
    tokens = {fresh_token() for _ in range(100)}

    assert len(tokens) == 100
    assert all(token.startswith(TOKEN_PREFIX) and len(token) == len(TOKEN_PREFIX) + 43 for token in tokens)


async def test_of_a_token_its_hash_is_kept_and_not_itself(rows):
    secret = await TokenService(rows).make(ALICE, "phone")

    [(kept, token)] = rows.kept.items()
    assert kept == hash_of(secret)
    assert (token.account, token.label, token.used_at) == (ALICE, "phone", 0)
    assert secret not in repr(rows.kept)


@pytest.mark.parametrize(
    ("label", "kept"),
    [
        ("my\x1b[31m phone\n", "my[31m phone"),
        ("x" * 100, "x" * LABEL_CHARS),
        ("\x00" * 70 + "tablet", "tablet"),
        ("", ""),
    ],
)
async def test_a_label_is_cut_and_has_nothing_that_a_terminal_obeys(rows, label, kept):
    service = TokenService(rows)
    await service.make(ALICE, label)

    assert [token.label for token in await service.of(ALICE)] == [kept]


async def test_a_token_is_revoked_by_its_owner_once(rows):
    service = TokenService(rows)
    await service.make(ALICE, "phone")
    [token] = await service.of(ALICE)

    assert not await service.revoke(BOB, token.id)
    assert await service.revoke(ALICE, token.id)
    assert not await service.revoke(ALICE, token.id)
    assert await service.of(ALICE) == []
