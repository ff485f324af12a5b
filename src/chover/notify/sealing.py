"""Web push on the wire: contents that the receiving device alone can read, and who sends them.

RFC 8291 (aes128gcm of RFC 8188, one record) and RFC 8292 (VAPID), with ``cryptography``, which the server has anyway.
http-ece and py-vapid would bring a second way of doing each of its primitives for what are forty lines here.
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.backends.openssl import backend as _backend  # noqa: F401 - else two threads may import it at once
from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

RECORD_BYTES: Final = 4096
SALT_BYTES: Final = 16
AUTH_BYTES: Final = 16
POINT_BYTES: Final = 65
_AROUND_BYTES: Final = (SALT_BYTES + 4 + 1 + POINT_BYTES) + 1 + 16
"""What stands around a content: the head of the record, its delimiter, and the tag of AES-GCM."""
MOST_BYTES: Final = RECORD_BYTES - _AROUND_BYTES
"""Of a content: push services take messages of 4096 bytes (RFC 8030, 7.2)."""
STEP_BYTES: Final = 512
"""Messages are filled up to a multiple of it, so that their length says little about what is in them."""
VALID_SECONDS: Final = 12 * 3600
"""Of a VAPID token; a day is the most (RFC 8292, 2)."""
_LAST: Final = b"\x02"
"""The delimiter of the last record (RFC 8188, 2)."""


class VapidKeys:
    """The key pair by which push services know this server again, from 32 secret bytes that never change."""

    def __init__(self, secret: bytes) -> None:
        order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
        number = int.from_bytes(secret, "big") % (order - 1) + 1
        self._private = ec.derive_private_key(number, ec.SECP256R1())
        self.public = encoded(_point(self._private.public_key()))
        """As clients are told it."""

    def authorization(self, endpoint: str, subject: str, now: int) -> str:
        """The value of Authorization for a push service; ``now`` in seconds since 1970."""
        parts = urlsplit(endpoint)
        claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": now + VALID_SECONDS, "sub": subject}
        signed = ".".join(encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
        r, s = utils.decode_dss_signature(self._private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
        signature = encoded(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        return f"vapid t={signed}.{signature}, k={self.public}"


def require_keys(p256dh: str, auth: str) -> None:
    """Raises ValueError with one line for what nobody could be sent anything with."""
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
    except ValueError:
        raise ValueError("p256dh is not a point of the curve P-256 in URL-safe base64") from None
    try:
        usable = len(decoded(auth)) == AUTH_BYTES
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(f"auth is not a secret of {AUTH_BYTES} bytes in URL-safe base64")


def seal(content: bytes, p256dh: str, auth: str) -> bytes:
    """The body of a push message. Raises ValueError for more than MOST_BYTES, and for keys that are none."""
    if len(content) > MOST_BYTES:
        raise ValueError(f"a push message holds at most {MOST_BYTES} bytes")
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    # The record is as long as it says: Goguma takes no other.
    size = -(-(len(content) + _AROUND_BYTES) // STEP_BYTES) * STEP_BYTES
    filled = content + _LAST + bytes(size - _AROUND_BYTES - len(content))
    return sealed(filled, decoded(p256dh), decoded(auth), ephemeral, secrets.token_bytes(SALT_BYTES), size)


def sealed(
    filled: bytes, device: bytes, auth: bytes, ephemeral: ec.EllipticCurvePrivateKey, salt: bytes, size: int
) -> bytes:
    """The same with what is random given, of a content with its delimiter (and zeros, or none) and the record's size.

    Neither key nor salt may ever be used twice.
    """
    there = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), device)
    here = _point(ephemeral.public_key())
    shared = _hkdf(auth, ephemeral.exchange(ec.ECDH(), there), b"WebPush: info\0" + device + here, 32)
    key = _hkdf(salt, shared, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, shared, b"Content-Encoding: nonce\0", 12)
    head = salt + size.to_bytes(4, "big") + bytes([len(here)]) + here
    return head + AESGCM(key).encrypt(nonce, filled, None)


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    """RFC 5869 for at most one block, 32 bytes."""
    return _hmac(_hmac(salt, secret), info + b"\x01")[:length]


def _hmac(key: bytes, data: bytes) -> bytes:
    mac = hmac.HMAC(key, hashes.SHA256())
    mac.update(data)
    return mac.finalize()


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def encoded(data: bytes) -> str:
    """URL-safe base64 without padding (RFC 7515, 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Padded or not. Raises ValueError."""
    if not text.isascii():
        raise ValueError("no base64")
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
