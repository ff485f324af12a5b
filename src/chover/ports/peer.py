"""Who is at the other end of a connection."""

from __future__ import annotations

import msgspec


class Peer(msgspec.Struct, frozen=True):
    """Who is at the other end of a connection.

    ``address`` is numeric (an IPv4 one never written as IPv6), "" for a Unix socket.
    """

    address: str
    port: int
    protocol: str
    tls: bool = False
    fingerprint: str = ""
    """SHA-256 of the client's certificate, hex, or empty."""
    via: str = ""
    """Address of the trusted proxy that brought it, or empty."""
    site: str = ""
    """Where our pages are for one that came by a page: ``https://chat.example.org``."""
