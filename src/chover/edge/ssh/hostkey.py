"""The SSH host key of this server: created once, and kept in the data directory.

It is read without asyncssh, so that its fingerprint is available when the server reports that it is ready.
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Final, NamedTuple

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NAME: Final = "ssh_host_ed25519_key"


class BadHostKey(Exception):
    """The host key cannot be used; the text is one line that says why and what to do."""


class HostKey(NamedTuple):
    private: bytes
    """In OpenSSH's format."""
    fingerprint: str
    """In the form that ssh shows."""


def load(directory: Path) -> HostKey:
    """The host key, created at first start. Raises BadHostKey."""
    path = directory / NAME
    try:
        if not path.exists():
            _make(path)
        private = path.read_bytes()
        public = serialization.load_ssh_private_key(private, None).public_key()
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        raise BadHostKey(
            f"the key {path} cannot be used: {error}. Repair it, or move it away to get a new one"
        ) from error
    line = public.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    digest = hashlib.sha256(base64.b64decode(line.split()[1])).digest()
    return HostKey(private, f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}")


def _make(path: Path) -> None:
    private = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    part = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(private)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
