"""Secrets in PostgreSQL."""

import asyncio

from chover.store.postgres.tables.secrets import PostgresSecrets


async def test_each_has_its_own_and_every_node_the_same(connect):
    one, other = PostgresSecrets(await connect()), PostgresSecrets(await connect())
    for name in ("cloaks", "search"):
        mine, theirs = await asyncio.gather(one.get(name), other.get(name))
        assert mine == theirs == await one.get(name)
        assert len(mine) == 32
    assert await one.get("cloaks") != await one.get("search")
