"""The keys that servers showed the first time: certificates without an authority are pinned, as in SSH.

A pin is the SHA-256 of the certificate's SubjectPublicKeyInfo (RFC 7469, 2.4), so a renewal with the same key keeps it.
ARCHITECTURE.md, "Certificates".
"""

from __future__ import annotations

import base64
import hashlib
import os
from pathlib import Path
from typing import Final

from chover.i18n import _

_SEQUENCE: Final = 0x30
_VERSION: Final = 0xA0
_BEFORE_KEY: Final = 5
"""serialNumber, signature, issuer, validity and subject come before the key (RFC 5280, 4.1)."""


class Untrusted(Exception):
    """The identity of the other end is not certain; the text says why and what to do."""


class KeyChanged(Untrusted):
    """The server shows a different key than before."""


def pin_of(certificate: bytes) -> str:
    """The base64 digest of the public key in a DER certificate, as the server prints it.

    Raises ValueError for an invalid certificate. Parses the DER by hand, because the cryptography package would cost
    ``chover send`` 80 ms for one field.
    """
    fields = _inside(_inside(certificate))
    if fields[:1] == bytes([_VERSION]):
        fields = fields[_end(fields) :]
    for _field in range(_BEFORE_KEY):
        fields = fields[_end(fields) :]
    key = fields[: _end(fields)]
    if key[:1] != bytes([_SEQUENCE]):
        raise ValueError(_("this is not a certificate"))
    return base64.b64encode(hashlib.sha256(key).digest()).decode()


def _header(der: bytes) -> tuple[int, int]:
    """The offset of the first element's content, and its length."""
    if len(der) < 2:
        raise ValueError(_("this is not a certificate"))
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start])
    if start + length > len(der):
        raise ValueError(_("this is not a certificate"))
    return start, length


def _end(der: bytes) -> int:
    return sum(_header(der))


def _inside(der: bytes) -> bytes:
    start, length = _header(der)
    return der[start : start + length]


def default_path() -> Path:
    # This takes 18 ms, and is only needed for servers on other machines.
    from platformdirs import user_config_path  # noqa: PLC0415

    return user_config_path("chover", appauthor=False) / "known_servers"


class KnownServers:
    """The file of pins: one ``HOST:PORT PIN`` per line; later lines win, ``#`` begins a comment."""

    def __init__(self, path: Path | None = None) -> None:
        self._given = path

    @property
    def path(self) -> Path:
        return self._given or default_path()

    def pin(self, server: str) -> str | None:
        """The remembered pin of ``HOST:PORT``. Raises Untrusted if the file exists and cannot be read."""
        found = None
        for line in self._read():
            name, _, pin = line.partition(" ")
            if name == server.lower():
                found = pin.strip()
        return found

    def remember(self, server: str, pin: str) -> None:
        """Remember a pin. Raises Untrusted if the file cannot be written."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # One short append is atomic, even if two clients do it at once; only the owner can read the file.
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(handle, "wb", buffering=0) as file:
                file.write(f"{server.lower()} {pin}\n".encode())
        except OSError as error:
            raise Untrusted(
                _(
                    "The key of {server} cannot be saved in {path}: {error}.",
                    server=server,
                    path=self.path,
                    error=error.strerror,
                )
            ) from error

    def changed(self, server: str, known: str, shown: str) -> KeyChanged:
        return KeyChanged(
            _(
                "The key of {server} changed (it was {known}, now it is {shown}). "
                "Somebody may be intercepting the connection: ask its "
                "operator; if the new key is right, remove the line of {server} from {path} and connect again.",
                server=server,
                known=known,
                shown=shown,
                path=self.path,
            )
        )

    def _read(self) -> list[str]:
        try:
            return self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise Untrusted(
                _("The known keys in {path} cannot be read: {error}.", path=self.path, error=error.strerror)
            ) from error
