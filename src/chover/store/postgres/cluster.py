"""The nodes of a cluster, as rows: leases on the database's clock, nicks that are held, jobs of one node."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Final

import msgspec

from chover.engine.ids import UserId
from chover.ports.bus import NodeFacts, NodeLoad
from chover.store.postgres import roster
from chover.store.postgres.connections import Connections, Transaction
from chover.store.postgres.faults import require_lease
from chover.store.postgres.log.appender import PostgresAppender
from chover.store.postgres.log.talk import NodeLease

LEASE_SECONDS: Final = 6.0
"""So long a node that is silent counts as alive: that is how late its nicks are free."""

_JOIN: Final = """
    INSERT INTO node (id, epoch, expires, version, address, home)
    VALUES ($1, 1, clock_timestamp() + $2 * interval '1 s', $3, $4, $5)
    ON CONFLICT (id) DO UPDATE SET epoch = node.epoch + 1, expires = excluded.expires, version = excluded.version,
        address = excluded.address, started = clock_timestamp(), since = clock_timestamp(), died = NULL,
        home = excluded.home, sessions = 0, lag_events = 0, lag_seconds = 0
    RETURNING epoch"""
# Also after it has ended, as long as nobody has reaped it: when the database was away, it was so for all of them.
_RENEW: Final = """
    UPDATE node SET since = CASE WHEN expires > clock_timestamp() THEN since ELSE clock_timestamp() END,
        expires = clock_timestamp() + $3 * interval '1 s', address = coalesce(nullif($4, ''), address),
        sessions = $5, lag_events = $6, lag_seconds = $7
    WHERE id = $1 AND epoch = $2"""
# The row stays, because its number must never be given again: a run that was asleep would take it for its own.
_LEAVE: Final = "UPDATE node SET epoch = epoch + 1, expires = '-infinity' WHERE id = $1 AND epoch = $2"
_FENCE: Final = "SELECT expires > clock_timestamp() FROM node WHERE id = $1 AND epoch = $2 FOR SHARE"
# What is there is touched, so that nobody else gives it back before this transaction ends.
_CLAIM: Final = """
    INSERT INTO nick_claim (look, nick, user_id) VALUES ($1, $2, $3)
    ON CONFLICT (look) DO UPDATE SET nick = nick_claim.nick RETURNING user_id"""
_HOLD: Final = "INSERT INTO nick_holder (look, node) VALUES ($1, $2) ON CONFLICT DO NOTHING"
_LOCK: Final = "SELECT 1 FROM nick_claim WHERE look = $1 AND user_id = $2 FOR UPDATE"
_DROP: Final = "DELETE FROM nick_holder WHERE look = $1 AND node = $2"
_FREE: Final = """
    DELETE FROM nick_claim WHERE look = $1
    AND NOT EXISTS (SELECT 1 FROM nick_holder WHERE nick_holder.look = nick_claim.look)"""
_HAND_OVER: Final = "UPDATE nick_claim SET user_id = $3 WHERE look = $1 AND user_id = $2"
_HELD_BY: Final = """
    SELECT look FROM nick_claim WHERE look IN (SELECT look FROM nick_holder WHERE node = ANY ($1))
    ORDER BY look FOR UPDATE"""
_DROP_ALL: Final = "DELETE FROM nick_holder WHERE node = ANY ($1)"
_FREE_ALL: Final = """
    DELETE FROM nick_claim WHERE look = ANY ($1)
    AND NOT EXISTS (SELECT 1 FROM nick_holder WHERE nick_holder.look = nick_claim.look)"""
# Only by a node that has renewed in time for as long as a lease is: those who could not meanwhile had their chance.
# Appends of a node hold its row; one that is at it just now is looked at again a second later.
_DEAD: Final = """
    SELECT id FROM node WHERE expires < clock_timestamp() AND expires > '-infinity' AND id <> $1
    AND EXISTS (SELECT 1 FROM node AS own WHERE own.id = $1 AND own.epoch = $2 AND own.expires > clock_timestamp()
        AND own.since < clock_timestamp() - $3 * interval '1 s')
    ORDER BY id FOR UPDATE SKIP LOCKED"""
_END: Final = """
    UPDATE node SET epoch = epoch + 1, expires = '-infinity', died = clock_timestamp() WHERE id = ANY ($1)"""
_PRESENT: Final = "SELECT DISTINCT user_id FROM nick_claim WHERE $1::text[] IS NULL OR user_id = ANY ($1)"
_DOES: Final = """
    INSERT INTO job (name, node, epoch) SELECT $1, id, epoch FROM node
    WHERE id = $2 AND epoch = $3 AND expires > clock_timestamp()
    ON CONFLICT (name) DO UPDATE SET node = excluded.node, epoch = excluded.epoch
    WHERE (job.node = excluded.node AND job.epoch = excluded.epoch) OR NOT EXISTS (
        SELECT 1 FROM node WHERE id = job.node AND epoch = job.epoch AND expires > clock_timestamp())"""


class PostgresCluster:
    """Implements ports.Cluster. ``node`` is the id of this node, which stays the same over restarts.

    ``home`` is its data directory (fitness.home_of).
    """

    alone = False

    def __init__(
        self,
        connections: Connections,
        appender: PostgresAppender,
        node: str,
        seconds: float = LEASE_SECONDS,
        home: str = "",
    ) -> None:
        self._home = home
        self._connections = connections
        self._appender = appender
        self.node = node
        self.lease_seconds = seconds
        self.epoch = 0
        self._held_until = 0.0
        """When the lease ends, on the steady clock of this machine: never later than on that of the database."""

    @property
    def lease_left(self) -> float:
        return self._held_until - time.monotonic()

    async def join(self, version: str, address: str) -> None:
        asked = time.monotonic()
        async with self._connections.transaction() as db:
            self.epoch = await db.fetchval(_JOIN, self.node, self.lease_seconds, version, address, self._home)
            await _drop_claims(db, [self.node])
        self._appender.lease = NodeLease(self.node, self.epoch)
        self._held_until = asked + self.lease_seconds

    async def renew(self, load: NodeLoad | None = None) -> bool:
        asked = time.monotonic()
        told = msgspec.structs.astuple(load or NodeLoad())
        if not await self._connections.execute(_RENEW, self.node, self.epoch, self.lease_seconds, *told):
            return False
        self._held_until = asked + self.lease_seconds
        return True

    async def leave(self) -> None:
        async with self._connections.transaction() as db:
            if _touched(await db.execute(_LEAVE, self.node, self.epoch)):
                await _drop_claims(db, [self.node])

    async def claim(self, look: str, nick: str, user: UserId) -> bool:
        async with self._connections.transaction() as db:
            await self._require_lease(db)
            if await db.fetchval(_CLAIM, look, nick, user) != user:
                return False
            await db.execute(_HOLD, look, self.node)
            return True

    async def _require_lease(self, db: Transaction) -> None:
        require_lease(await db.fetchval(_FENCE, self.node, self.epoch))

    async def release(self, look: str, user: UserId) -> bool:
        async with self._connections.transaction() as db:
            if await db.fetchval(_LOCK, look, user) is None:
                return True
            await db.execute(_DROP, look, self.node)
            return _touched(await db.execute(_FREE, look))

    async def hand_over(self, look: str, before: UserId, after: UserId) -> None:
        await self._connections.execute(_HAND_OVER, look, before, after)

    async def reap(self) -> list[str]:
        async with self._connections.transaction() as db:
            dead = [row[0] for row in await db.fetch(_DEAD, self.node, self.epoch, self.lease_seconds)]
            if dead:
                await _drop_claims(db, dead)
                await db.execute(_END, dead)
            return dead

    async def present(self, among: Collection[UserId] | None = None) -> set[UserId]:
        users = None if among is None else list(among)
        return {UserId(row[0]) for row in await self._connections.fetch(_PRESENT, users)}

    async def does(self, job: str) -> bool:
        return await self._connections.execute(_DOES, job, self.node, self.epoch) > 0

    async def nodes(self) -> list[NodeFacts]:
        return await roster.living(self._connections)

    def on_loss(self, told: Callable[[], None]) -> None:
        self._appender.lease_lost = told


async def _drop_claims(db: Transaction, nodes: list[str]) -> None:
    """Drop what these nodes hold, and free what nobody holds then."""
    looks = [row[0] for row in await db.fetch(_HELD_BY, nodes)]
    await db.execute(_DROP_ALL, nodes)
    await db.execute(_FREE_ALL, looks)


def _touched(status: str) -> bool:
    return not status.endswith(" 0")
