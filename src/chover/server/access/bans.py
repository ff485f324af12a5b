"""The bans from the server in memory, in a form for fast lookups."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from chover import names
from chover.ports import Ban
from chover.server.access.ban_syntax import BanTarget

_Networks = dict[int, dict[int, Ban]]
"""Bans by the number of bits of their network, then by the network as a number."""


def now() -> int:
    return time.time_ns() // 1_000_000


class Bans:
    """An expired ban does not count from that millisecond on. ``clock`` in ms since 1970."""

    def __init__(self, clock: Callable[[], int] = now) -> None:
        self._clock = clock
        self._rows: dict[int, Ban] = {}
        self._networks: dict[int, _Networks] = {4: {}, 6: {}}
        self._accounts: dict[str, Ban] = {}

    def __iter__(self) -> Iterator[Ban]:
        """The current bans, the oldest first."""
        moment = self._clock()
        return iter([ban for ban in self._rows.values() if not ban.over(moment)])

    def add(self, ban: Ban) -> None:
        """Add a ban; it replaces an earlier one with the same target."""
        earlier = self.find(BanTarget(ban.kind, ban.what))
        if earlier is not None:
            self.drop(earlier)
        self._rows[ban.no] = ban
        if ban.kind == "address":
            network = ip_network(ban.what)
            by_number = self._networks[network.version].setdefault(network.prefixlen, {})
            by_number[int(network.network_address)] = ban
        elif ban.kind == "account":
            self._accounts[ban.what] = ban

    def drop(self, ban: Ban) -> None:
        self._rows.pop(ban.no, None)
        if ban.kind == "address":
            network = ip_network(ban.what)
            by_bits = self._networks[network.version]
            by_number = by_bits.get(network.prefixlen, {})
            by_number.pop(int(network.network_address), None)
            if not by_number:
                by_bits.pop(network.prefixlen, None)
        elif ban.kind == "account":
            self._accounts.pop(ban.what, None)

    def drop_over(self, moment: int) -> None:
        """Forget the bans that have expired at ``moment``."""
        for ban in [ban for ban in self._rows.values() if ban.over(moment)]:
            self.drop(ban)

    def find(self, target: BanTarget) -> Ban | None:
        """The ban with exactly this target."""
        return next((ban for ban in self._rows.values() if (ban.kind, ban.what) == target), None)

    def numbered(self, no: int) -> Ban | None:
        return self._rows.get(no)

    # ---- who is banned -------------------------------------------------------------------------------------------

    def of_address(self, address: str) -> Ban | None:
        """Called for each connection: one lookup for each prefix length that bans use."""
        if not (self._networks[4] or self._networks[6]):
            return None
        try:
            ip = ip_address(address)
        except ValueError:  # a Unix socket has none
            return None
        number, width = int(ip), ip.max_prefixlen
        for bits, by_number in self._networks[ip.version].items():
            ban = by_number.get(number >> (width - bits) << (width - bits))
            if ban is not None and not ban.over(self._clock()):
                return ban
        return None

    def of_account(self, folded: str) -> Ban | None:
        ban = self._accounts.get(folded)
        return ban if ban is not None and not ban.over(self._clock()) else None

    def of_labels(self, nick: str, username: str, hosts: Iterable[str]) -> Ban | None:
        """The ban by a mask or a cloak; ``hosts`` are the displayed one and that of the address."""
        if not self._rows:
            return None
        hosts = list(hosts)
        for ban in self:
            if covers_labels(ban.kind, ban.what, nick, username, hosts):
                return ban
        return None


def covers_labels(kind: str, what: str, nick: str, username: str, hosts: Iterable[str]) -> bool:
    if kind == "cloak":
        return any(names.matches(what, host) for host in hosts)
    return kind == "mask" and any(names.matches(what, f"{nick}!{username}@{host}") for host in hosts)


Network = IPv4Network | IPv6Network
Address = IPv4Address | IPv6Address


def inside(address: str, network: Network) -> bool:
    try:
        return ip_address(address) in network
    except ValueError:
        return False


def until(ban: Ban) -> str:
    if not ban.expires_at:
        return "for good"
    return f"until {datetime.fromtimestamp(ban.expires_at / 1000, UTC):%Y-%m-%d %H:%M} UTC"


def words(ban: Ban) -> str:
    """What the banned person is told, and those who see them leave."""
    return f"Banned from this server {until(ban)} (ban {ban.no})" + (f": {ban.reason}" if ban.reason else "")
