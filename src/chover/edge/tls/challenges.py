"""Answers to a certificate authority that wants to see whether a domain leads here."""

from __future__ import annotations

import ssl
from typing import Final

ALPN: Final = "acme-tls/1"
"""The protocol by which an authority asks over TLS (RFC 8737, 3)."""


class AcmeChallenges:
    """The answers that are wanted at the moment. A thread sets them, and the loop gives them."""

    def __init__(self) -> None:
        self.http: dict[str, str] = {}
        """The key authorization by its token (http-01; RFC 8555, 8.3)."""
        self.tls: ssl.SSLContext | None = None
        """The context with the certificate that is the answer (tls-alpn-01; RFC 8737, 3)."""
