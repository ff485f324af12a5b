"""SSH public keys in their usual form, and as they are kept: the SHA-256 of the key, in hex."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

from chover.ports import Denied, Peer

_SHOWN: Final = "SHA256:"
_BLOB: Final = b"\0\0\0"
"""Every key begins with the length of its kind's name (RFC 4253, 6.6)."""


def of(peer: Peer) -> str:
    """The key of a connection. Raises Denied if there is none."""
    if peer.protocol != "ssh" or not peer.fingerprint:
        raise Denied("INVALID", "You did not connect with an SSH key: KEY ADD <public key>, the line of your .pub file")
    return peer.fingerprint


def digest(text: str) -> str:
    """The stored form of a public key, or of its fingerprint as ssh shows it. Raises Denied for anything else."""
    try:
        raw = base64.b64decode(text.removeprefix(_SHOWN) + "===", validate=False)
    except ValueError:
        raw = b""
    if text.startswith(_SHOWN) and len(raw) == hashlib.sha256().digest_size:
        return raw.hex()
    if raw.startswith(_BLOB) and len(raw) > 32:
        return hashlib.sha256(raw).hexdigest()
    raise Denied(
        "INVALID", "That is not a public key: paste the line of your .pub file, or SHA256:… as ssh-keygen -l shows"
    )


def shown(kept: str) -> str:
    return _SHOWN + base64.b64encode(bytes.fromhex(kept)).decode().rstrip("=")
