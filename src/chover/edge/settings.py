"""The bounds of the port."""

from __future__ import annotations

import msgspec


class ListenerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and numbers; every wait of a connection that is no user yet ends by one of them."""

    quiet_total: int = 1024
    """Connections that have said nothing, over all addresses; one more is closed. 0: no limit."""
    quiet_per_address: int = 256
    """The same for one address."""
    undecided_seconds: float = 10.0
    """From first bytes that do not say which protocol is meant to the close."""
    quiet_seconds: float = 60.0
    """From the connection to the close when nothing at all is said."""
    handshake_seconds: float = 15.0
    """For a TLS handshake, waiting for the certificate included."""
    head_seconds: float = 15.0
    """For the head of an HTTP request, from its first byte to its last."""
    close_seconds: float = 5.0
    """For a peer to take what was written before the close."""
    silence_seconds: float = 0.6
    """Of silence, then it may be a client of the original, which waits for history (at most 1 s)."""
    hello_seconds: float = 0.5
    """From bytes that may be the beginning of a hello or a line to taking them for text."""
    hold_seconds: float = 1.5
    """From history to the first other byte, unless the hello arrives."""
