"""Certificates: creates and keeps the self-signed one, and describes any.

Imports cryptography, so it is imported by a thread and never on the running loop.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import ipaddress
import os
import socket
from pathlib import Path
from typing import Final, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from chover.edge.tls.errors import CertificateError
from chover.edge.tls.pair import CERTIFICATE_FILE, KEY_FILE, Pair

_VALID: Final = dt.timedelta(days=20 * 365)
# A client whose clock is a little slow must not reject it.
_BACKDATED: Final = dt.timedelta(days=2)


_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey


class Shown(NamedTuple):
    pin: str
    fingerprint: str
    warning: str
    since: float
    expires: float
    self_signed: bool
    names: tuple[str, ...]


def keep_self_signed(directory: Path) -> Pair:
    """The pair in ``directory``, created if it is missing. Raises CertificateError.

    An existing key is kept even if the certificate is replaced, because clients have pinned it.
    """
    pair = Pair(directory / CERTIFICATE_FILE, directory / KEY_FILE)
    try:
        if not pair.key.exists():
            write_file(pair.key, pem_of(ec.generate_private_key(ec.SECP256R1())), 0o600)
            pair.certificate.unlink(missing_ok=True)
        if not _still_good(pair.certificate):
            write_file(pair.certificate, _self_signed(read_key(pair.key)), 0o644)
    except OSError as error:
        raise CertificateError(
            f"No certificate can be stored in {directory}: {error.strerror}. Make the directory writable"
        ) from error
    return pair


def _still_good(certificate: Path) -> bool:
    if not certificate.exists():
        return False
    return _read_certificate(certificate).not_valid_after_utc > _now()


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """A key as PEM, not encrypted."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def write_file(path: Path, data: bytes, mode: int) -> None:
    """Write a file completely or not at all, and never readable by others in between."""
    draft = path.with_suffix(".new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _self_signed(key: _Key) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "chover")])
    now = _now()
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + _VALID)
        .add_extension(x509.SubjectAlternativeName(_own_names()), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def _own_names() -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.DNSName("localhost")]
    with contextlib.suppress(ValueError):  # a host name beyond ASCII
        names.append(x509.DNSName(socket.gethostname()))
    return [*names, *(x509.IPAddress(ipaddress.ip_address(address)) for address in ("127.0.0.1", "::1"))]


def contents(pair: Pair) -> tuple[bytes, bytes]:
    """The current contents of the two files. Raises CertificateError."""
    return _read(pair.certificate), _read(pair.key)


def covers(certificate: Path, domain: str) -> bool:
    """Whether a file holds a certificate for a domain that has not expired."""
    if not certificate.exists():
        return False
    found = _read_certificate(certificate)
    return domain in _names_of(found) and found.not_valid_after_utc > _now()


def check(pair: Pair) -> Shown:
    """Describe a pair. Raises CertificateError if it is missing, unreadable, or does not match."""
    certificate = _read_certificate(pair.certificate)
    if _spki(certificate.public_key()) != _spki(read_key(pair.key).public_key()):
        raise CertificateError(
            f"The key {pair.key} does not belong to the certificate {pair.certificate}: use a matching pair"
        )
    ends = certificate.not_valid_after_utc
    expired = f"The certificate {pair.certificate} expired on {ends:%Y-%m-%d}: renew it" if ends <= _now() else ""
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex(":").upper()
    self_signed = certificate.issuer == certificate.subject
    since = certificate.not_valid_before_utc.timestamp()
    return Shown(_pin(certificate), fingerprint, expired, since, ends.timestamp(), self_signed, _names_of(certificate))


def _names_of(certificate: x509.Certificate) -> tuple[str, ...]:
    """The host names in a certificate (RFC 6125, 6.4: none from its subject)."""
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(found.value.get_values_for_type(x509.DNSName))


def _pin(certificate: x509.Certificate) -> str:
    digest = hashes.Hash(hashes.SHA256())
    digest.update(_spki(certificate.public_key()))
    return base64.b64encode(digest.finalize()).decode()


def _spki(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _read_certificate(path: Path) -> x509.Certificate:
    data = _read(path)
    try:
        return x509.load_pem_x509_certificates(data)[0]
    except ValueError as error:
        raise CertificateError(
            f"{path} contains no certificate in PEM: use a file that does, or remove the setting"
        ) from error


def read_key(path: Path) -> _Key:
    """The private key in a file. Raises CertificateError."""
    data = _read(path)
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except TypeError as error:
        raise CertificateError(
            f"The key {path} is encrypted: use a key without a passphrase, readable by this user only"
        ) from error
    except ValueError as error:
        raise CertificateError(f"{path} contains no private key in PEM: use a file that does") from error
    if not isinstance(key, _Key):
        raise CertificateError(f"The key {path} cannot sign: use an EC, RSA or Ed25519 key")
    return key


def _read(path: Path) -> bytes:
    try:
        return _whole(path, path.read_bytes())
    except OSError as error:
        raise CertificateError(
            f"{path} cannot be read: {error.strerror}. Check the path and its permissions"
        ) from error


def _whole(path: Path, data: bytes) -> bytes:
    """A chain whose last certificate is cut off would otherwise be read without it."""
    if data.count(b"-----BEGIN ") != data.count(b"-----END "):
        raise CertificateError(f"{path} is cut off: it is being written, or the disk was full; write all of it")
    return data


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
