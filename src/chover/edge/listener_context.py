"""What all protocol handlers of a listener share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chover.edge.accepted import AcceptedConnection
from chover.edge.own_names import OwnNames
from chover.edge.settings import ListenerLimits
from chover.edge.trust import Trusted
from chover.ports import Host
from chover.wire.networks import holder


class QuietConnections:
    """Who is there and has said nothing, bounded in number and per address (of IPv6 per /64)."""

    def __init__(self, total: int, per_address: int) -> None:
        self._total = total
        self._per_address = per_address
        self._taken: dict[AcceptedConnection, str] = {}
        """Under whom each is counted: its address may change, once a proxy has said whom it brings."""
        self.refused = 0
        """Connections for which there was no place, since the start."""
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, accepted: AcceptedConnection) -> bool:
        """Whether there is a place for it; both bounds are inclusive, 0 is none."""
        whose = holder(accepted.address)
        here = self._by_address.get(whose, 0)
        if len(self._taken) >= self._total > 0 or here >= self._per_address > 0:
            return False
        self._taken[accepted] = whose
        self._by_address[whose] += 1
        return True

    def give_back(self, accepted: AcceptedConnection) -> None:
        """Does nothing for one that has no place."""
        whose = self._taken.pop(accepted, None)
        if whose is not None:
            self._by_address[whose] -= 1
            if not self._by_address[whose]:
                del self._by_address[whose]


class ListenerContext:
    """The host behind the handlers, and the bounds."""

    def __init__(self, host: Host, settings: ListenerLimits, names: OwnNames | None = None) -> None:
        self.host = host
        self.settings = settings
        self.trusted = Trusted()
        """The proxies that may say who is behind them."""
        self.url = ""
        """Where people reach the pages, as the settings have it."""
        self.metrics_token = ""
        """Who has it may read the metrics from anywhere; empty: nobody."""
        self.origins: Sequence[str] = ()
        """Other sites whose pages may open a session, as a browser names them, in lower case."""
        self.names = names or OwnNames()
        """By which hosts this server may be asked for."""
        self.slow_requests = 0
        """HTTP requests whose head did not come in time, since the start."""
        self.quiet = QuietConnections(settings.quiet_total, settings.quiet_per_address)

    def admit(self, accepted: AcceptedConnection) -> None:
        """Count a connection under its address. Raises Refused."""
        self.host.admit(accepted.address)
        accepted.admitted = True

    def admit_again(self, accepted: AcceptedConnection) -> None:
        """Count a connection that another process has let in."""
        self.host.handover.admit(accepted.address)
        accepted.admitted = True

    def brought(self, accepted: AcceptedConnection, address: str, port: int) -> None:
        """A trusted proxy has said who it brings: from now on the connection counts as that one's. Raises Refused."""
        self.dismiss(accepted)
        accepted.address, accepted.port, accepted.via = (
            address or accepted.address,
            port or accepted.port,
            accepted.address,
        )
        self.admit(accepted)

    def dismiss(self, accepted: AcceptedConnection) -> None:
        """Give it back; does nothing for one that is not counted."""
        if accepted.admitted:
            accepted.admitted = False
            self.host.dismiss(accepted.address)
