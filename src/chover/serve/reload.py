"""Reloads settings and certificates while the server runs."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from chover.config import Config, ConfigError, changes
from chover.edge.listener import TlsCertificates
from chover.edge.tls.errors import CertificateError

_log = logging.getLogger(__name__)

AT_START: Final = (
    "server.host",
    "server.port",
    "server.workers",
    "web.worker_metrics_port",
    "server.name",
    "server.data_dir",
    "server.casemapping",
    "server.proxy",
    "server.log_level",
    "log.format",
    "listeners",
    "tls",
    "store",
    "limits.quiet",
    "files.directory",
    "files.url",
    "files.endpoint",
    "files.region",
    "files.access_key",
    "files.secret_key",
    "outgoing.push",
)
"""Prefixes of settings that are read only when the server starts."""


class Reloader:
    """Holds the current settings and passes new ones on to everything that follows them."""

    def __init__(
        self, config: Config, reread: Callable[[], Config] | None, certificates: Sequence[TlsCertificates]
    ) -> None:
        self.config = config
        self._reread = reread
        self._certificates = certificates
        self._followers: list[Callable[[Config], Awaitable[None]]] = []

    @property
    def rereads(self) -> bool:
        """Whether there is a source to reload the settings from."""
        return self._reread is not None

    def require_readable(self) -> None:
        """Raises ValueError if the settings could not be read at a start."""
        if self._reread is None:
            raise ValueError("this server runs inside another program: stop that one, and start it again")
        try:
            self._reread()
        except ConfigError as error:
            raise ValueError(str(error)) from error

    def follow(self, apply: Callable[[Config], Awaitable[None]]) -> None:
        """Have ``apply`` called with the new settings at each reload, in the order of these calls."""
        self._followers.append(apply)

    async def reload(self) -> list[str]:
        """See ports.Operator. What has changed, or what was wrong, is also in the log."""
        try:
            changed = await self._reload()
        except ValueError as error:
            _log.error("reload: %s; nothing was changed", error)
            raise
        for line in changed or ["nothing has changed"]:
            _log.info("reload: %s", line)
        return changed

    async def _reload(self) -> list[str]:
        try:
            config = self._reread() if self._reread is not None else self.config
        except ConfigError as error:
            raise ValueError(str(error)) from error
        # All of them are read before any is used: if one is refused, nothing changes.
        read = [(certificates, await certificates.read()) for certificates in self._certificates]
        changed = [line for certificates, identity in read for line in certificates.use(identity)]
        for key, line in changes(self.config, config).items():
            changed.append(f"{line} (from the next start on)" if key.startswith(AT_START) else line)
        self.config = config
        for apply in self._followers:
            await apply(config)
        return changed

    async def read_certificates(self) -> None:
        """Use the certificates that another process has renewed; what is wrong is logged."""
        for certificates in self._certificates:
            try:
                lines = await certificates.reload()
            except CertificateError as error:
                lines = [str(error)]
            for line in lines:
                _log.info("%s", line)

    async def reload_by_signal(self) -> None:
        """The result is logged, because nobody waits for it."""
        with contextlib.suppress(ValueError):
            await self.reload()
