"""What all doors of a listener share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from chover.edge.settings import DoorSettings
from chover.edge.trust import Trusted
from chover.edge.visit import Visit
from chover.ports import Host


class QuietPlaces:
    """Who is there and has said nothing, bounded in number and per address."""

    def __init__(self, total: int, per_address: int) -> None:
        self._total = total
        self._per_address = per_address
        self._taken: set[Visit] = set()
        self._by_address: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._taken)

    def take(self, visit: Visit) -> bool:
        """Whether there is a place for it; both bounds are inclusive, 0 is none."""
        here = self._by_address.get(visit.address, 0)
        if len(self._taken) >= self._total > 0 or here >= self._per_address > 0:
            return False
        self._taken.add(visit)
        self._by_address[visit.address] += 1
        return True

    def give_back(self, visit: Visit) -> None:
        """Does nothing for one that has no place."""
        if visit in self._taken:
            self._taken.remove(visit)
            self._by_address[visit.address] -= 1
            if not self._by_address[visit.address]:
                del self._by_address[visit.address]


class Hall:
    """The host behind the doors, and the bounds."""

    def __init__(self, host: Host, settings: DoorSettings) -> None:
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
        self.quiet = QuietPlaces(settings.quiet_total, settings.quiet_per_address)

    def admit(self, visit: Visit) -> None:
        """Count a visit under its address. Raises Refused."""
        self.host.admit(visit.address)
        visit.admitted = True

    def brought(self, visit: Visit, address: str, port: int) -> None:
        """A trusted proxy has said who it brings: from now on the visit counts as that one's. Raises Refused."""
        self.dismiss(visit)
        visit.address, visit.port, visit.via = address or visit.address, port or visit.port, visit.address
        self.admit(visit)

    def dismiss(self, visit: Visit) -> None:
        """Give it back; does nothing for one that is not counted."""
        if visit.admitted:
            visit.admitted = False
            self.host.dismiss(visit.address)
