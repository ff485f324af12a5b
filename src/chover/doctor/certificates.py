"""The certificates that the settings name, or the server's own: whether they match, are valid, and are kept secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from chover.doctor.finding import Finding, Patient, advice, failed, ok
from chover.edge.tls import certificate
from chover.edge.tls.errors import CertificateError
from chover.edge.tls.pair import ACME_FILE, CERTIFICATE_FILE, KEY_FILE, Pair
from chover.plurals import counted
from chover.serve.condition import RENEW_DAYS

_DAY: Final = 86_400.0


def certificates(patient: Patient) -> Iterator[Finding]:
    if missing := _not_signed_yet(patient):
        yield advice("certificate", missing, "see the server's log for the reason; it tries again by itself")
    for pair in _pairs(patient):
        if not pair.key.exists() and pair.key.parent == patient.directory:
            yield ok("certificate", "the first start makes one")
        else:
            yield _look(pair, patient.now)


def _not_signed_yet(patient: Patient) -> str:
    """Where an authority was asked for a certificate and none is there; else empty."""
    domain = patient.config.tls.domain
    if not domain or certificate.covers(patient.directory / ACME_FILE, domain):
        return ""
    return f"there is no valid certificate of an authority for {domain}"


def _pairs(patient: Patient) -> Iterator[Pair]:
    config, own = patient.config, patient.directory
    given = [(config.tls.cert, config.tls.key), *((row.tls_cert, row.tls_key) for row in config.listeners)]
    if config.tls.domain and (own / ACME_FILE).exists():
        yield Pair(own / ACME_FILE, own / KEY_FILE)
    elif not config.tls.cert:
        yield Pair(own / CERTIFICATE_FILE, own / KEY_FILE)
    for cert, key in given:
        if cert:
            yield Pair(Path(cert).expanduser(), Path(key or cert).expanduser())


def _look(pair: Pair, now: float) -> Finding:
    try:
        shown = certificate.check(pair)
    except CertificateError as error:
        # The error ends with what to do.
        text, _, fix = str(error).rpartition(": " if ". " not in str(error) else ". ")
        return failed("certificate", text, fix)
    days = (shown.expires - now) / _DAY
    if days <= 0:
        return failed("certificate", f"{pair.certificate} has expired", "certbot renew, then chover reload")
    mode = pair.key.stat().st_mode & 0o777
    if mode & 0o077:
        return failed("certificate", f"others may read the key {pair.key} (mode {mode:o})", f"chmod 600 {pair.key}")
    if days < RENEW_DAYS:
        text = f"{pair.certificate} expires in {counted(round(days), 'day')}"
        return advice("certificate", text, "certbot renew, then chover reload; see docs/operating.md for a hook")
    return ok("certificate", f"{pair.certificate} is valid for {counted(round(days), 'day')}")
