"""Parses what operators write about a ban: its target and its duration."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final, Literal, NamedTuple

from chover import names
from chover.ports import BanKind
from chover.server.access.cloaks import CUSTOMER_BITS

_UNITS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
_DURATION: Final = re.compile(r"(?:[0-9]{1,9}[smhdw])+", re.ASCII | re.IGNORECASE)
_MASK: Final = re.compile(r"[^!@:]+![^!@]+@[^!@]+")
_STARRED: Final = re.compile(r"[0-9]{1,3}(?=(?:\.[0-9*]{1,3}){3}$)(?:\.[0-9]{1,3})*(?:\.\*)+", re.ASCII)
_PART: Final = re.compile(r"([0-9]+)([smhdw])", re.ASCII | re.IGNORECASE)
FOREVER: Final = frozenset({"forever", "permanent", "perm"})
LONGEST_SECONDS: Final = 100 * 365 * 86400
"""A ban of more than a hundred years is a mistake; ``forever`` is allowed."""
ALLOWED: Final = (
    "a nick, an address (192.0.2.7), a range (192.0.2.0/24), a cloak (*.near.far.guest),"
    " a mask (nick!user@host) or account:name"
)


class BadBan(ValueError):
    """The text is not a valid ban; the message is one line with the valid forms."""


class BanTarget(NamedTuple):
    """The target of a ban; a ``nick`` still has to be looked up."""

    kind: BanKind | Literal["nick"]
    what: str

    def __str__(self) -> str:
        return f"account:{self.what}" if self.kind == "account" else self.what


def is_duration(word: str) -> bool:
    return word.lower() in FOREVER or _DURATION.fullmatch(word) is not None


def seconds_of(word: str) -> int:
    """``10m``, ``2h``, ``7d``, ``1w2d``, 0 for ``forever``. Raises BadBan."""
    if word.lower() in FOREVER:
        return 0
    if _DURATION.fullmatch(word) is None:
        raise BadBan(f"{word} is not a duration; examples are 10m, 2h, 7d, 4w, forever")
    seconds = sum(int(number) * _UNITS[unit.lower()] for number, unit in _PART.findall(word))
    if not 0 < seconds <= LONGEST_SECONDS:
        raise BadBan(f"{word} is too long: the longest duration is 36500d, or use forever")
    return seconds


def target_of(text: str) -> BanTarget:
    """The target that a text names. Raises BadBan."""
    text = _bare(text)
    kind, colon, rest = text.partition(":")
    if colon and kind.lower() in {"account", "a"} and not _is_address(text.partition("/")[0]):
        if not rest:
            raise BadBan("write the name of the account after account:")
        return BanTarget("account", rest)
    if "!" in text or "@" in text:
        return _mask(text)
    if "/" in text or _is_address(text):
        return BanTarget("address", network_of(text))
    if "." in text or ":" in text:
        return BanTarget("cloak", text.lower())
    if {"*", "?"} & set(text):
        return BanTarget("mask", names.complete_mask(text))
    if not text:
        raise BadBan(f"a ban needs {ALLOWED}")
    return BanTarget("nick", text)


def _mask(text: str) -> BanTarget:
    """The target of a mask; a mask with only a host means the host. Raises BadBan."""
    mask = names.complete_mask(text)
    if _MASK.fullmatch(mask) is None:
        raise BadBan(f"{text} is not a mask: a mask is nick!user@host, with one ! and one @, and may contain * and ?")
    host = _bare(mask.removeprefix("*!*@"))
    if "@" in host:
        return BanTarget("mask", mask)
    if _is_address(host) or "/" in host:
        return BanTarget("address", network_of(host))
    # A host of one word would be read as a nick when the ban is lifted by its name in the list.
    return BanTarget("cloak", host) if target_of(host).kind == "cloak" else BanTarget("mask", mask)


def _bare(text: str) -> str:
    """An address without brackets and with its first colon; a range with stars (192.0.2.*) becomes one with a slash."""
    if text.startswith("[") and text.endswith("]"):
        return _bare(text[1:-1])
    if text.startswith(":") and _is_address(f":{text.partition('/')[0]}"):
        # The first colon of "::1" was taken for the marker of a last parameter.
        return f":{text}"
    if _STARRED.fullmatch(text) is None:
        return text
    parts = [part for part in text.split(".") if part != "*"]
    return f"{'.'.join(parts + ['0'] * (4 - len(parts)))}/{8 * len(parts)}"


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def network_of(text: str) -> str:
    """An address or a range in its stored form, an IPv4 one never as IPv6. Raises BadBan.

    An IPv6 address stands for its /64: its holder can change it within that at will (RFC 8981).
    """
    try:
        network = ip_network(text, strict=False)
    except ValueError:
        raise BadBan(
            f"{text} is neither an address nor a range; examples are 192.0.2.7, 192.0.2.0/24, 2001:db8::/48"
        ) from None
    mapped = network.network_address.ipv4_mapped if isinstance(network.network_address, IPv6Address) else None
    if mapped is not None and network.prefixlen >= 96:
        network = ip_network(f"{mapped}/{network.prefixlen - 96}")
    if network.version == 6 and network.num_addresses == 1 and not network.is_loopback:
        network = network.supernet(new_prefix=CUSTOMER_BITS)
    return str(network.network_address) if network.num_addresses == 1 else str(network)
