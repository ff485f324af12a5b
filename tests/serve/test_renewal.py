"""When a certificate is obtained, and when it is tried again."""

import asyncio
from types import SimpleNamespace

import pytest

from chover.config import load
from chover.edge.tls.challenges import AcmeChallenges
from chover.edge.tls.errors import CertificateError
from chover.serve.renewal import LOOK_SECONDS, PAUSES, CertificateRenewal

DAY = 86400


class Certificates:
    """Those of a server; ``reload`` brings what was obtained."""

    def __init__(self, since=0, expires=0, *, self_signed=False):
        self.identity = SimpleNamespace(self_signed=self_signed, since=since, expires=expires)
        self.challenges = AcmeChallenges()
        self.obtained = 0

    async def ready(self):
        return self.identity

    async def reload(self):
        self.identity = SimpleNamespace(self_signed=False, since=0, expires=90 * DAY)
        return ["TLS certificate: SHA-256 AB"]


async def pauses(certificates, outcomes, *, at=0, domain="chat.example.org"):
    """How long it rests after each of the looks; ``outcomes`` are what obtaining raises, or None."""
    rested, left = [], list(outcomes)

    def obtain(_config, _challenges):
        certificates.obtained += 1
        if (error := left.pop(0)) is not None:
            raise error

    async def sleep(seconds):
        rested.append(seconds)
        if not left:
            raise asyncio.CancelledError

    config = load(environ={}, flags={"tls.domain": domain})
    renewal = CertificateRenewal(config, certificates, obtain, lambda: at, sleep)
    with pytest.raises(asyncio.CancelledError):
        await renewal.run()
    return rested


async def test_a_server_without_one_asks_at_once():
    certificates = Certificates(self_signed=True)
    assert await pauses(certificates, [None]) == [LOOK_SECONDS]
    assert certificates.obtained == 1
    assert not certificates.identity.self_signed


@pytest.mark.parametrize(("day", "asks"), [(59, 0), (61, 1), (95, 1)])
async def test_it_is_renewed_when_a_third_of_its_life_is_left(day, asks):
    certificates = Certificates(0, 90 * DAY)
    await pauses(certificates, [None] * asks, at=day * DAY)
    assert certificates.obtained == asks


async def test_each_failure_in_a_row_is_followed_by_a_longer_rest(caplog):
    failures = [CertificateError("no certificate for chat.example.org: no connection")] * (len(PAUSES) + 1)
    certificates = Certificates(self_signed=True)
    assert await pauses(certificates, failures) == [*PAUSES, PAUSES[-1]]
    assert "no connection. It is tried again in 1 minutes" in caplog.text
    assert certificates.identity.self_signed, "the old one is used meanwhile"


async def test_without_a_domain_there_is_nothing_to_do():
    config = load(environ={})
    await CertificateRenewal(config, Certificates(), None).run()
