"""Keeps the certificate of an authority fresh (tls.domain)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Final

from chover.config import Config
from chover.edge.background_import import IMPORTING
from chover.edge.listener import TlsCertificates
from chover.edge.tls.challenges import AcmeChallenges
from chover.edge.tls.errors import CertificateError

_log = logging.getLogger(__name__)

LEFT: Final = 1 / 3
"""The part of its life that a certificate has left when it is renewed, as its authority advises."""
LOOK_SECONDS: Final = 6 * 3600.0
"""How often its age is looked at."""
PAUSES: Final = (60.0, 600.0, 3600.0, 6 * 3600.0, 24 * 3600.0)
"""Seconds before the next attempt after so many failures: authorities limit failures to a few in an hour."""

Obtain = Callable[[Config, AcmeChallenges], Path]


class CertificateRenewal:
    """Obtains a certificate where there is none, and renews it when a third of its life is left."""

    def __init__(
        self,
        config: Config,
        certificates: TlsCertificates,
        obtain: Obtain | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        """``obtain`` blocks; it runs in a thread."""
        self._config = config
        self._certificates = certificates
        self._obtain = obtain or _by_acme
        self._now = now
        self._sleep = sleep
        self._failures = 0
        self.exclusive: Callable[[], AbstractAsyncContextManager[None]] = contextlib.nullcontext
        """What surrounds an attempt: the authority must be answered by this process, where there are several."""
        self.renewed: Callable[[], None] = _nobody_else
        """Called when there is a new certificate, which is in use here already."""

    async def run(self) -> None:
        """Until it is cancelled. A failure is logged and tried again; the certificate of before is used meanwhile."""
        while self._config.tls.domain:
            identity = await self._certificates.ready()
            if self._is_due(identity.self_signed, identity.since, identity.expires):
                await self._sleep(await self._attempt())
            else:
                await self._sleep(LOOK_SECONDS)

    def _is_due(self, self_signed: bool, since: float, expires: float) -> bool:
        return self_signed or self._now() > expires - (expires - since) * LEFT

    async def _attempt(self) -> float:
        """Try it once; the seconds until the next look."""
        domain = self._config.tls.domain
        try:
            async with self.exclusive():
                await asyncio.to_thread(self._obtain, self._config, self._certificates.challenges)
            lines = await self._certificates.reload()
        except CertificateError as error:
            pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
            self._failures += 1
            _log.warning("%s. It is tried again in %d minutes", str(error).rstrip("."), pause // 60)
            return pause
        self._failures = 0
        self.renewed()
        _log.info("there is a new certificate for %s", domain)
        for line in lines:
            _log.info("%s", line)
        return LOOK_SECONDS


def _nobody_else() -> None:
    """No other process uses the certificate."""


def _by_acme(config: Config, challenges: AcmeChallenges) -> Path:
    with IMPORTING:
        from chover.edge.tls import acme  # noqa: PLC0415 - a third of a second, for those who have a domain

    tls = config.tls
    return acme.obtain(
        acme.AcmeRequest(tls.acme_directory, tls.domain, tls.acme_email, config.server.data_path), challenges
    )
