"""What all protocol handlers of a listener share."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from chover.edge.accepted import AcceptedConnection
from chover.edge.own_names import OwnNames
from chover.edge.settings import ListenerLimits
from chover.edge.trust import Trusted
from chover.ports import Host
from chover.wire.networks import holder


class QuietConnections:
    """Connections that have sent nothing yet, limited in number and per address (for IPv6 per /64)."""

    def __init__(self, total: int, per_address: int) -> None:
        self._total = total
        self._per_address = per_address
        self._taken: dict[AcceptedConnection, str] = {}
        """The address under which each is counted: it may change when a proxy reports the client's address."""
        self.refused = 0
        """Connections refused because of the limit, since the start."""
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, accepted: AcceptedConnection) -> bool:
        """Take a place if there is one; both limits are inclusive, 0 means no limit."""
        whose = holder(accepted.address)
        here = self._by_address.get(whose, 0)
        if len(self._taken) >= self._total > 0 or here >= self._per_address > 0:
            return False
        self._taken[accepted] = whose
        self._by_address[whose] += 1
        return True

    def give_back(self, accepted: AcceptedConnection) -> None:
        """Release the place of a connection, if it has one."""
        whose = self._taken.pop(accepted, None)
        if whose is not None:
            self._by_address[whose] -= 1
            if not self._by_address[whose]:
                del self._by_address[whose]


class PageRequests:
    """When browsers last requested a part of the page, by their address.

    A browser that loads a page opens connections ahead and uses them at any moment. Text that a silent connection is
    sent in that moment would be taken for the answer.
    """

    SECONDS: Final = 3.0
    """How long after a request a new connection may be one that was opened ahead."""
    MOST: Final = 4096
    """Addresses that are remembered; the oldest is forgotten first."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def note(self, address: str, now: float) -> None:
        """A browser there has requested something. ``now`` in seconds of the loop's clock."""
        self._last.pop(address, None)
        self._last[address] = now
        if len(self._last) > self.MOST:
            del self._last[next(iter(self._last))]

    def recent(self, address: str, now: float) -> bool:
        return now - self._last.get(address, -math.inf) < self.SECONDS


class ListenerContext:
    """What the handlers share: the host, and the limits."""

    def __init__(self, host: Host, settings: ListenerLimits, names: OwnNames | None = None) -> None:
        self.host = host
        self.settings = settings
        self.trusted = Trusted()
        """The proxies that may report the client's address."""
        self.url = ""
        """The URL of the pages, from the settings."""
        self.metrics_token = ""
        """The token that allows reading the metrics from anywhere; empty: nobody may."""
        self.origins: Sequence[str] = ()
        """Other sites whose pages may open a session, as browsers name them, in lower case."""
        self.names = names or OwnNames()
        """The names by which this server may be addressed."""
        self.challenges: Mapping[str, str] = {}
        """What a certificate authority is answered over HTTP, by the token it asks for."""
        self.slow_requests = 0
        """HTTP requests whose headers did not arrive in time, since the start."""
        self.quiet = QuietConnections(settings.quiet_total, settings.quiet_per_address)
        self.page_requests = PageRequests()

    def admit(self, accepted: AcceptedConnection) -> None:
        """Count a connection under its address. Raises Refused."""
        self.host.admit(accepted.address)
        accepted.admitted = True

    def admit_again(self, accepted: AcceptedConnection) -> None:
        """Count a connection that another process has admitted."""
        self.host.handover.admit(accepted.address)
        accepted.admitted = True

    def brought(self, accepted: AcceptedConnection, address: str, port: int) -> None:
        """Count a connection under the address that a trusted proxy has reported. Raises Refused."""
        self.dismiss(accepted)
        accepted.address, accepted.port, accepted.via = (
            address or accepted.address,
            port or accepted.port,
            accepted.address,
        )
        self.admit(accepted)

    def dismiss(self, accepted: AcceptedConnection) -> None:
        """Release a connection, if it is counted."""
        if accepted.admitted:
            accepted.admitted = False
            self.host.dismiss(accepted.address)
