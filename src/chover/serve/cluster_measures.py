"""What a node of a cluster tells Prometheus besides what every server does. A node that is alone tells nothing here."""

from __future__ import annotations

from chover.ports import Storage
from chover.ports.measures import Measure, Sample, single
from chover.serve.single_jobs import SingleJobs
from chover.server.host import ChatHost
from chover.version import __version__


class ClusterMeasures:
    """The lease, the jobs, and how far behind this node is."""

    def __init__(self, store: Storage, host: ChatHost, jobs: SingleJobs) -> None:
        self._store, self._host, self._jobs = store, host, jobs

    def measures(self) -> list[Measure]:
        cluster, feed = self._store.cluster, self._host.feed
        if cluster.alone:
            return []
        jobs = [Sample(here, {"name": name}) for name, here in self._jobs.here().items()]
        info = [Sample(1, {"node": cluster.node, "version": __version__, "address": self._host.node.reached_at})]
        return [
            Measure("node_info", "gauge", "Which node of the cluster this is; the value is always 1.", info),
            single("node_lease_seconds_left", "gauge", "Time until others may take this node for dead.",
                   max(0.0, cluster.lease_left)),
            single("feed_lag_events", "gauge", "Events of other nodes that are not applied yet.", feed.lag_events),
            single("feed_lag_seconds", "gauge", "For how long not everything is known, beyond a second.",
                   feed.lag_seconds),
            Measure("node_jobs", "gauge", "Jobs that one node does for all: 1 where this one does.", jobs),
            *self._store.measures(),
        ]  # fmt: skip
