"""Detects bans that affect more than their author probably means: themselves, this machine, a proxy, everybody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from ipaddress import ip_network
from typing import Final

from chover.config import Config
from chover.engine.modes import OPERATOR
from chover.server.access.ban_syntax import BanTarget
from chover.server.access.bans import Network, covers_labels, inside
from chover.server.delivery.recipient import ConnectedSession

WIDEST: Final = {4: 8, 6: 19}
"""The minimum number of bits of a range. No provider has more of IPv6 than a /19."""
MANY: Final = 10
"""With fewer people online, half of them do not count as many."""
_STRANGERS: Final = (("x", "~x", "x.x.x.guest"), ("someone-else", "~user", "0.0.account"))
"""A mask that covers these covers everybody."""


def objections(
    config: Config,
    sessions: Iterable[ConnectedSession],
    target: BanTarget,
    hit: Sequence[ConnectedSession],
    asker: ConnectedSession | None,
) -> list[str]:
    """The objections to a ban, each as a continuation of "it is"; empty if there are none.

    ``hit`` are the sessions that it would end.
    """
    found = _of_range(config, sessions, ip_network(target.what)) if target.kind == "address" else _of_labels(target)
    people = {session.user for session in hit if session.user is not None}
    if asker is not None and asker.me in people:
        found.append("yourself")
        people.discard(asker.me)
    rulers = sorted(user.nick for user in people if OPERATOR in user.modes)
    if rulers:
        found.append(f"{', '.join(rulers)}, operator of this server")
    on = sum(session.user is not None for session in sessions)
    if len(hit) >= MANY and len(hit) * 2 >= on:
        found.append(f"{len(hit)} of the {on} who are online")
    return found


def _of_range(config: Config, sessions: Iterable[ConnectedSession], network: Network) -> list[str]:
    found = []
    if network.prefixlen < WIDEST[network.version]:
        found.append("wider than any provider's network")
    if network.overlaps(_LOOPBACK[network.version]):
        found.append("this machine itself: anyone who connects from here, and proxies that run here")
    trusted = [*config.server.trusted_proxies, *(address for row in config.gateways for address in row.addresses)]
    covered = sorted({text for text in trusted if _overlap(network, text)})
    found += [f"the address of a proxy or gateway in the settings ({text})" for text in covered]
    proxies: dict[str, int] = {}
    for session in sessions:
        if session.peer.via and inside(session.peer.via, network):
            proxies[session.peer.via] = proxies.get(session.peer.via, 0) + 1
    return found + [f"the proxy {via}; connections behind it: {count}" for via, count in sorted(proxies.items())]


def _overlap(network: Network, text: str) -> bool:
    other = ip_network(text, strict=False)
    return network.version == other.version and network.overlaps(other)


_LOOPBACK: Final = {4: ip_network("127.0.0.0/8"), 6: ip_network("::1/128")}


def _of_labels(target: BanTarget) -> list[str]:
    everybody = all(covers_labels(target.kind, target.what, nick, user, [host]) for nick, user, host in _STRANGERS)
    return ["everybody"] if everybody else []
