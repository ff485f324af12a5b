"""Rows of the accounts, in the same database (ports.Registry)."""

import pytest

from chover.ports import Code


@pytest.fixture
def registry(open_store):
    return open_store().registry


async def test_codes_that_have_expired_go_and_others_stay(registry):
    for folded, expires_at in [("old", 999), ("just", 1000), ("new", 1001)]:
        await registry.codes.put("verify", folded, Code(b"hash", expires_at, 0, ""))
    assert await registry.codes.purge(1000) == 2
    assert await registry.codes.get("verify", "new", 0) is not None
    assert [await registry.codes.get("verify", folded, 0) for folded in ("old", "just")] == [None, None]
    assert await registry.codes.purge(1000) == 0
