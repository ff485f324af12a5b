"""A push service and a device behind it: opens what arrives as RFC 8291 says, written apart from what sealed it."""

import asyncio
import secrets

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from chover.notify.sealing import encoded


class Device:
    def __init__(self):
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._secret = secrets.token_bytes(16)
        self._public = self._private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.keys = f"p256dh={encoded(self._public)};auth={encoded(self._secret)}"

    def open(self, body):
        salt, size, there, content = body[:16], body[20], body[21:86], body[86:]
        assert size == 65
        shared = self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), there))

        def derive(key, salt, info, length):
            return HKDF(hashes.SHA256(), length, salt, info).derive(key)

        seed = derive(shared, self._secret, b"WebPush: info\0" + self._public + there, 32)
        key, nonce = derive(seed, salt, b"Content-Encoding: aes128gcm\0", 16), b"Content-Encoding: nonce\0"
        # Goguma takes a message only when it is one whole record.
        assert int.from_bytes(body[16:20]) == len(body)
        plain = AESGCM(key).decrypt(derive(seed, salt, nonce, 12), content, None).rstrip(b"\0")
        assert plain.endswith(b"\x02")
        return plain[:-1].decode()


class PushService:
    """The way out, with a push service there."""

    def __init__(self):
        self.device = Device()
        self.lines, self.headers, self.answers = [], [], []
        self.tries = 0
        self._more = asyncio.Event()

    async def post(self, url, body, headers):
        self.tries += 1
        answer = self.answers.pop(0) if self.answers else 201
        self._more.set()
        if isinstance(answer, Exception):
            raise answer
        if answer == 201:
            self.lines.append(self.device.open(body))
            self.headers.append(headers)
        return answer

    async def has(self, number, what="lines"):
        async with asyncio.timeout(5):
            while (len(self.lines) if what == "lines" else self.tries) < number:
                self._more.clear()
                await self._more.wait()
        return self.lines
