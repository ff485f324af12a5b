"""Where certificates and keys are. Separate from certificate.py, which imports cryptography."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

CERTIFICATE_FILE: Final = "tls-certificate.pem"
KEY_FILE: Final = "tls-key.pem"
ACME_FILE: Final = "acme-certificate.pem"
"""The chain that an authority has signed for the key."""


class Pair(NamedTuple):
    certificate: Path
    key: Path
