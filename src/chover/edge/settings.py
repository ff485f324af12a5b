"""The limits of the port."""

from __future__ import annotations

import msgspec


class ListenerLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Seconds and numbers. Every wait of a connection that is not a user yet is ended by one of them."""

    quiet_total: int = 1024
    """Connections that have sent nothing yet, over all addresses; more are closed. 0: no limit."""
    quiet_per_address: int = 256
    """The same for one address."""
    undecided_seconds: float = 10.0
    """From first bytes that do not determine the protocol to the close."""
    quiet_seconds: float = 60.0
    """From the connection to the close, if nothing at all is sent."""
    handshake_seconds: float = 15.0
    """For a TLS handshake, including the wait for the certificate."""
    head_seconds: float = 15.0
    """For the headers of an HTTP request, from their first byte to their last."""
    close_seconds: float = 5.0
    """For a peer to accept what was written before the close."""
    silence_seconds: float = 0.6
    """After this silence, it may be a client of the original, which waits for history (at most 1 s)."""
    ahead_seconds: float = 5.0
    """The same where a browser is loading the page, which opens connections ahead. History comes as lines then."""
    hello_seconds: float = 0.5
    """From bytes that may be the beginning of a hello or a line until they are taken for text."""
    hold_seconds: float = 1.5
    """From history to the first new text, unless the hello arrives."""
