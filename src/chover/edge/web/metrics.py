"""The server's metrics, in the format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/).

prometheus-client is not used: its counters take a lock for each message, and the text format needs ten lines.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from aiohttp import hdrs, web

from chover.edge.listener_context import ListenerContext
from chover.edge.web import client_address
from chover.edge.web.answers import plain
from chover.ports import Peer
from chover.ports.measures import Measure, Sample, resident_bytes, single

PREFIX: Final = "chover_"
KIND: Final = "text/plain; version=0.0.4; charset=utf-8"
_ESCAPES: Final = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def routes(shared: ListenerContext) -> list[web.RouteDef]:
    async def metrics(request: web.Request) -> web.Response:
        peer, given = client_address.peer(shared, request), request.headers.get(hdrs.AUTHORIZATION, "")
        # A page whose name resolves to this machine does not count as this machine.
        ours = hdrs.HOST not in request.headers or client_address.is_ours(shared, request)
        if not may_read(peer, given, shared.metrics_token, ours=ours):
            return plain(
                401,
                "Metrics need this machine, or the token of web.metrics_token: Authorization: Bearer …",
                WWW_Authenticate='Bearer realm="metrics"',
            )
        silent = single(
            "refused_silent_connections_total", "counter", "Silent connections that were refused because of the limit.",
            shared.quiet.refused,
        )  # fmt: skip
        slow = single(
            "slow_requests_total", "counter", "HTTP requests that were given up because they came too slowly.",
            shared.slow_requests,
        )  # fmt: skip
        text = written([*shared.host.measures(), silent, slow, *_process()])
        return web.Response(body=text.encode(), headers={"Content-Type": KIND, "Cache-Control": "no-store"})

    return [web.get("/metrics", metrics)]


def may_read(peer: Peer, authorization: str, token: str, *, ours: bool = True) -> bool:
    """Whether a peer may read the metrics: this machine without a proxy, or anybody with the token.

    ``ours``: the request named one of our names.
    """
    scheme, _, given = authorization.partition(" ")
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return True
    return ours and not peer.via and ipaddress.ip_address(peer.address).is_loopback


def written(measures: Iterable[Measure]) -> str:
    """The text of all metrics; those without samples are left out."""
    return "".join(line for measure in measures if measure.samples for line in _lines(measure))


def _lines(measure: Measure) -> Iterable[str]:
    # Metrics of any process have the standard names.
    name = measure.name if measure.name.startswith("process_") else PREFIX + measure.name
    yield f"# HELP {name} {measure.meaning}\n# TYPE {name} {measure.kind}\n"
    for sample in measure.samples:
        yield f"{name}{sample.suffix}{_labels(sample)} {sample.value:.17g}\n"


def _labels(sample: Sample) -> str:
    pairs = ",".join(f'{key}="{value.translate(_ESCAPES)}"' for key, value in sample.labels.items())
    return f"{{{pairs}}}" if pairs else ""


def _process() -> list[Measure]:
    times = os.times()
    found = [single("process_cpu_seconds_total", "counter", "CPU time used.", times.user + times.system)]
    if sys.platform == "linux":
        memory, files = resident_bytes(), sum(1 for _ in Path("/proc/self/fd").iterdir())
        found.append(single("process_resident_memory_bytes", "gauge", "Memory in use.", memory))
        found.append(single("process_max_fds", "gauge", "Files and connections that may be open.", _most_files()))
        found.append(single("process_open_fds", "gauge", "Open files and connections.", files))
    return found


def _most_files() -> int:
    import resource  # noqa: PLC0415 - Windows has none

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
