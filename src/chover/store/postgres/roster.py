"""The nodes of a cluster, as everybody who has its database sees them."""

from __future__ import annotations

from typing import Final

from chover.ports.bus import NodeFacts
from chover.store.postgres.connections import Connections

SHOWN: Final = "1 day"
"""So long a node that was declared dead, and has not come back, is shown as missing."""

_FACTS: Final = """
    SELECT node.id, version, address, node.epoch, (extract(epoch FROM started) * 1000)::bigint,
        CASE WHEN died IS NULL THEN extract(epoch FROM expires - clock_timestamp())::float8 ELSE 0 END,
        (SELECT coalesce(array_agg(name ORDER BY name), '{}') FROM job
            WHERE job.node = node.id AND job.epoch = node.epoch),
        sessions, lag_events, lag_seconds, coalesce((extract(epoch FROM died) * 1000)::bigint, 0)
    FROM node WHERE """
_ORDER: Final = " ORDER BY started, node.id"
_LIVING: Final = f"{_FACTS} expires > '-infinity' {_ORDER}"
_ALL: Final = f"{_FACTS} (expires > '-infinity' OR died > clock_timestamp() - $1::text::interval) {_ORDER}"


async def living(connections: Connections) -> list[NodeFacts]:
    """The nodes that have neither left nor been declared dead, the oldest first."""
    return [NodeFacts(*row) for row in await connections.fetch(_LIVING)]


async def everybody(connections: Connections) -> list[NodeFacts]:
    """The same, and those that were declared dead and have not come back."""
    return [NodeFacts(*row) for row in await connections.fetch(_ALL, SHOWN)]
