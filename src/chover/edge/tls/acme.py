"""A certificate of an authority, by ACME (RFC 8555).

Imports cryptography and the library acme, and waits for an authority: it is imported and run by a thread.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import os
import ssl
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import requests
from acme import challenges, client, errors, messages
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from josepy import jwa, jwk
from josepy.errors import Error as JoseError

from chover.edge.tls import certificate
from chover.edge.tls.challenges import ALPN, AcmeChallenges
from chover.edge.tls.errors import CertificateError
from chover.edge.tls.pair import ACME_FILE
from chover.version import __version__

ACCOUNT_FILE: Final = "acme-account-key.pem"
PATIENCE_SECONDS: Final = 180
"""How long an authority may take to look and to sign."""
_NETWORK_SECONDS: Final = 30
_ACME_IDENTIFIER: Final = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.31")


class AcmeRequest(NamedTuple):
    """What is wanted of which authority."""

    directory: str
    """The URL of the authority (RFC 8555, 7.1.1)."""
    domain: str
    email: str
    """Where the authority writes to; empty for nowhere."""
    data: Path
    """The data directory, where keys and the certificate are kept."""


@challenges.ChallengeResponse.register
class TlsAlpn01Response(challenges.KeyAuthorizationChallengeResponse):
    """The answer to tls-alpn-01, which the library leaves to its users."""

    typ = "tls-alpn-01"


@challenges.Challenge.register
class TlsAlpn01(challenges.KeyAuthorizationChallenge):
    """RFC 8737. ``validation`` is what the certificate has to hold."""

    response_cls = TlsAlpn01Response
    typ = TlsAlpn01Response.typ

    def validation(self, account_key: jwk.JWK, **_: Any) -> bytes:
        return hashlib.sha256(self.key_authorization(account_key).encode()).digest()


def obtain(request: AcmeRequest, answers: AcmeChallenges) -> Path:
    """Get a certificate for the key of this server, and keep it; the file of its chain.

    Blocks for as long as the authority takes. Raises CertificateError with what to do.
    """
    key = certificate.keep_self_signed(request.data).key
    try:
        chain = _ordered(request, key, answers)
    except (errors.Error, messages.Error, requests.RequestException, JoseError, ValueError) as error:
        raise CertificateError(f"no certificate for {request.domain}: {_reason(error, request)}") from error
    path = request.data / ACME_FILE
    certificate.write_file(path, chain.encode(), 0o644)
    return path


def _ordered(request: AcmeRequest, key: Path, answers: AcmeChallenges) -> str:
    """The chain, as PEM, by the first kind of challenge that succeeds."""
    account, key_of_account = _account(request)
    csr = _signing_request(certificate.read_key(key), request.domain)
    failures: list[errors.Error] = []
    for kind in (TlsAlpn01, challenges.HTTP01):
        try:
            return _by(kind, account, account.new_order(csr), key_of_account, answers)
        except errors.ValidationError as error:
            failures.append(error)
    raise failures[-1]


def _account(request: AcmeRequest) -> tuple[client.ClientV2, jwk.JWK]:
    """A client with the account of this server, which is made at first use."""
    key = jwk.JWKEC(key=_account_key(request.data / ACCOUNT_FILE))
    net = client.ClientNetwork(key, alg=jwa.ES256, user_agent=f"chover/{__version__}", timeout=_NETWORK_SECONDS)
    acme = client.ClientV2(client.ClientV2.get_directory(request.directory, net), net)
    wanted = messages.NewRegistration.from_data(email=request.email or None, terms_of_service_agreed=True)
    try:
        net.account = acme.new_account(wanted)
    except errors.ConflictError as known:
        net.account = messages.RegistrationResource(uri=known.location, body=messages.Registration())
    return acme, key


def _account_key(path: Path) -> Any:
    if not path.exists():
        certificate.write_file(path, certificate.pem_of(ec.generate_private_key(ec.SECP256R1())), 0o600)
    return certificate.read_key(path)


def _signing_request(key: Any, domain: str) -> bytes:
    names = x509.SubjectAlternativeName([x509.DNSName(domain)])
    request = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([])).add_extension(names, critical=False)
    return request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _by(
    kind: type[challenges.KeyAuthorizationChallenge],
    acme: client.ClientV2,
    order: messages.OrderResource,
    key: jwk.JWK,
    answers: AcmeChallenges,
) -> str:
    deadline = dt.datetime.now() + dt.timedelta(seconds=PATIENCE_SECONDS)  # noqa: DTZ005 - as the library compares it
    with contextlib.ExitStack() as given:
        for authorization in order.authorizations:
            if authorization.body.status == messages.STATUS_VALID:
                continue
            offered = [each for each in authorization.body.challenges if isinstance(each.chall, kind)]
            if not offered:
                raise errors.ValidationError([authorization])
            response, validation = offered[0].response_and_validation(key)
            domain = authorization.body.identifier.value
            given.enter_context(_answering(answers, domain, offered[0].chall, validation))
            acme.answer_challenge(offered[0], response)
        return str(acme.poll_and_finalize(order, deadline).fullchain_pem)


@contextlib.contextmanager
def _answering(answers: AcmeChallenges, domain: str, challenge: Any, validation: Any) -> Iterator[None]:
    if isinstance(challenge, TlsAlpn01):
        answers.tls = _proof(domain, validation)
        try:
            yield
        finally:
            answers.tls = None
    else:
        token = challenge.encode("token")
        answers.http[token] = validation
        try:
            yield
        finally:
            del answers.http[token]


def _proof(domain: str, digest: bytes) -> ssl.SSLContext:
    """A context for the certificate that proves the control of a domain (RFC 8737, 3)."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([])
    now = dt.datetime.now(dt.UTC)
    # An ASN.1 OCTET STRING of 32 bytes.
    extension = x509.UnrecognizedExtension(_ACME_IDENTIFIER, b"\x04\x20" + digest)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(domain)]), critical=True)
        .add_extension(extension, critical=True)
        .sign(key, hashes.SHA256())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_alpn_protocols([ALPN])
    # OpenSSL reads a certificate from a file only.
    with tempfile.TemporaryDirectory() as room:
        pair = Path(room, "pair.pem")
        with os.fdopen(os.open(pair, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(certificate.pem_of(key) + made.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(pair)
    return context


def _reason(error: Exception, request: AcmeRequest) -> str:
    """What went wrong, and what to do, in one line."""
    if isinstance(error, errors.ValidationError):
        details = [
            str(each.error.detail or each.error)
            for authorization in error.failed_authzrs
            for each in authorization.body.challenges
            if each.error
        ]
        said = "; ".join(dict.fromkeys(details)) or "the authority offers no way to check that this server can answer"
        return (
            f"the authority could not see that the domain leads here ({said}). Point the domain's address at this"
            " machine, and let port 443 (or 80) of it lead to this server"
        )
    if isinstance(error, requests.RequestException):
        return f"{request.directory} cannot be reached ({type(error).__name__}): check the connection and the URL"
    if isinstance(error, errors.TimeoutError):
        return f"the authority took longer than {PATIENCE_SECONDS} seconds: it is tried again later"
    return " ".join(str(error).split()) or type(error).__name__
