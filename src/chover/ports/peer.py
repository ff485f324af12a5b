"""The other end of a connection."""

from __future__ import annotations

import msgspec


class Peer(msgspec.Struct, frozen=True):
    """The other end of a connection.

    ``address`` is numeric (an IPv4 address is never written as IPv6), "" for a Unix socket.
    """

    address: str
    port: int
    protocol: str
    tls: bool = False
    fingerprint: str = ""
    """SHA-256 of the client's certificate, hex, or empty."""
    via: str = ""
    """Address of the trusted proxy that forwarded the connection, or empty."""
    site: str = ""
    """The base URL of our pages, if the connection comes from one: ``https://chat.example.org``."""
